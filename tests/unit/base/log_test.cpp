#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;

class LogTest : public testing::Test {
 protected:
  Log make(LogLevel level, LogFormat format) {
    return {level, format, [this](std::string_view line) { lines_.emplace_back(line); }};
  }
  std::vector<std::string> lines_;
};

TEST_F(LogTest, IsSilentBelowItsLevel) {
  Log log = make(LogLevel::Warning, LogFormat::Text);
  log.debug("d");
  log.info("i");
  log.warning("w");
  log.error("e");
  EXPECT_THAT(lines_, ElementsAre("vrni2syslog: warning: w\n", "vrni2syslog: error: e\n"));
}

TEST_F(LogTest, TellsWhoWatchesOfPausesThatAreNoticed) {
  std::vector<std::string> shown;
  Log log(
      LogLevel::Warning, LogFormat::Text,
      [this](std::string_view line) { lines_.emplace_back(line); },
      [&](std::string_view text) { shown.emplace_back(text); });
  log.pause("a moment", std::chrono::milliseconds(9999));
  log.pause("a\nwhile", std::chrono::seconds(10));
  EXPECT_THAT(shown, ElementsAre("a while"));
  EXPECT_THAT(lines_, ElementsAre()) << "nothing for cron to mail";
}

TEST_F(LogTest, WritesPausesForWhoWantsToKnowMore) {
  Log log = make(LogLevel::Info, LogFormat::Text);
  log.pause("again in 1 s", std::chrono::seconds(1));
  EXPECT_THAT(lines_, ElementsAre("vrni2syslog: again in 1 s\n"));
}

TEST_F(LogTest, CannotBeMadeToWriteASecondLine) {
  Log log = make(LogLevel::Error, LogFormat::Text);
  log.error("a\nvrni2syslog: error: forged");
  EXPECT_THAT(lines_, ElementsAre("vrni2syslog: error: a vrni2syslog: error: forged\n"));
}

TEST_F(LogTest, WritesOneJsonObjectPerEvent) {
  Log log = make(LogLevel::Error, LogFormat::Json);
  log.error(R"(file "a\b")");
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(
      lines_[0],
      MatchesRegex(R"(\{"time":"[0-9T:.-]+Z","level":"error","message":"file \\"a\\\\b\\""\}.)"));
}

}  // namespace
}  // namespace vrni2syslog
