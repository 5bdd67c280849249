#include "vrni/login/token.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const WallTime kNow{milliseconds(1'763'800'000'000)};

TEST(Token, IsTakenFromTheAnswerAsItIs) {
  Token token;
  std::string body = R"({"token":"1rT7+m4r/ii=","expiry":1763818000000})";
  EXPECT_TRUE(read_platform_token(body, kNow, token));
  EXPECT_EQ(token.text.reveal(), "1rT7+m4r/ii=");
  EXPECT_EQ(token.life, hours(5));
}

TEST(Token, IsNotTakenFromAnswersThatHaveNone) {
  for (const char* const text :
       {"{}", "[]", "", "<html>", R"({"token":null})", R"({"token":""})", R"({"token":["x"]})",
        R"({"token":"a\r\nX: y"})", R"({"token":"a b"})"}) {
    Token token;
    std::string body = text;
    EXPECT_FALSE(read_platform_token(body, kNow, token)) << text;
    EXPECT_TRUE(token.text.empty()) << text;
  }
}

TEST(Token, ExpiresInSecondsOrMillisecondsSinceTheEpoch) {
  struct Row {
    const char* expiry;
    std::optional<milliseconds> life;
  };
  for (const Row& row : {
           Row{"1763818000", hours(5)},
           Row{"1763818000000", hours(5)},
           Row{"1763800000001", milliseconds(1)},
           Row{"1763799999", seconds(-1)},
           Row{"0", std::nullopt},
           Row{"-5", std::nullopt},
           Row{"1.5", std::nullopt},
           Row{"\"soon\"", std::nullopt},
           Row{"null", std::nullopt},
           Row{"1795422400", hours(366 * 24)},
           Row{"1795422401", std::nullopt},
           Row{"17959997000", std::nullopt},
           Row{"9223372036854775807", std::nullopt},
           Row{"99999999999999999999", std::nullopt},
       }) {
    Token token;
    std::string body = std::string(R"({"token":"x","expiry":)") + row.expiry + "}";
    EXPECT_TRUE(read_platform_token(body, kNow, token)) << row.expiry;
    EXPECT_EQ(token.life, row.life) << row.expiry;
  }
}

TEST(Token, IsRenewedBeforeItExpires) {
  struct Row {
    std::optional<milliseconds> life;
    std::optional<milliseconds> delay;
  };
  for (const Row& row : {
           Row{hours(5), hours(5) - minutes(5)},
           Row{minutes(30), minutes(27)},
           Row{seconds(10), seconds(9)},
           Row{seconds(1), milliseconds(900)},
           Row{milliseconds(999), std::nullopt},  // a clock is wrong
           Row{seconds(-3600), std::nullopt},
           Row{std::nullopt, std::nullopt},
       }) {
    EXPECT_EQ(renewal_delay({Secret("x"), row.life}), row.delay);
  }
}

TEST(Token, IsNoLongerThanAServerTakes) {
  Token token;
  EXPECT_TRUE(set_text(token, std::string(kMaxTokenBytes, 'a')));
  const Outcome set = set_text(token, std::string(kMaxTokenBytes + 1, 'a'));
  ASSERT_FALSE(set);
  EXPECT_EQ(set.problem(), "the token is longer than 16 KiB, as no token is");
}

}  // namespace
}  // namespace vrni2syslog
