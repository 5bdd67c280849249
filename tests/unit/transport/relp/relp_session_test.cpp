#include "transport/relp/relp_session.h"

#include "base/error.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

/// Of librelp 1.11.
const std::string kOpenAnswer =
    "1 rsp 93 200 OK\nrelp_version=0\nrelp_software=librelp,1.11.0,http://librelp.adiscon.com\n"
    "commands=syslog\n";

std::string answer(std::uint32_t number, const std::string& data) {
  return std::to_string(number) + " rsp " + std::to_string(data.size()) +
         (data.empty() ? "" : " " + data) + "\n";
}

class RelpSessions : public testing::Test {
 protected:
  /// Opens the session, whose first number is 1.
  void open() {
    session_.append_open(sent_);
    session_.receive(kOpenAnswer);
    ASSERT_TRUE(session_.is_open());
    sent_.clear();
  }

  /// `count` lines, numbered from 2.
  void append_lines(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) session_.append_line(sent_, "x");
  }

  void acknowledge(std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t number = first; number <= last; ++number)
      session_.receive(answer(number, "200 OK"));
  }

  Error receive_error(const std::string& bytes) {
    return error_of([&] { session_.receive(bytes); });
  }

  RelpSession session_;
  std::string sent_;
};

TEST_F(RelpSessions, AreOpenedWithOffers) {
  session_.append_open(sent_);
  EXPECT_EQ(sent_, "1 open 56 relp_version=0\nrelp_software=vrni2syslog\ncommands=syslog\n");
  EXPECT_FALSE(session_.is_open());
  session_.receive(kOpenAnswer);
  EXPECT_TRUE(session_.is_open());
  EXPECT_EQ(session_.peer_software(), "librelp 1.11.0");
}

TEST_F(RelpSessions, CountTheBytesOfALineWhateverIsInIt) {
  open();
  session_.append_line(sent_, "one\ntwo");
  session_.append_line(sent_, "<134>1 - caf\xc3\xa9");
  EXPECT_EQ(sent_, "2 syslog 7 one\ntwo\n3 syslog 14 <134>1 - caf\xc3\xa9\n");
}

TEST_F(RelpSessions, AreClosedOnceEveryLineAndTheCloseIsAnswered) {
  open();
  append_lines(2);
  acknowledge(2, 3);
  EXPECT_EQ(session_.unacknowledged(), 0U);
  sent_.clear();
  session_.append_close(sent_);
  EXPECT_EQ(sent_, "4 close 0\n");
  EXPECT_FALSE(session_.is_closed());
  session_.receive("4 rsp 0\n0 serverclose 0\n");
  EXPECT_TRUE(session_.is_closed());
}

TEST_F(RelpSessions, TakeAnswersThatAreSplitAnywhere) {
  for (std::size_t split = 0; split <= 60; ++split) {
    RelpSession session;
    std::string sent;
    session.append_open(sent);
    session.receive(kOpenAnswer);
    session.append_line(sent, "one");
    session.append_line(sent, "two");
    const std::string answers = "0 hint 5 hello\n2 rsp 6 200 OK\n3 rsp 11 200 OK\na=b\n\n";
    session.receive(std::string_view(answers).substr(0, split));
    if (split < answers.size()) session.receive(std::string_view(answers).substr(split));
    EXPECT_EQ(session.unacknowledged(), 0U) << split;
  }
}

TEST_F(RelpSessions, HaveAWindow) {
  open();
  EXPECT_EQ(session_.room(), RelpSession::kWindow);
  append_lines(RelpSession::kWindow);
  EXPECT_EQ(session_.room(), 0U);
  acknowledge(2, 4);
  EXPECT_EQ(session_.room(), 3U);
  EXPECT_EQ(session_.unacknowledged(), RelpSession::kWindow - 3);
}

TEST_F(RelpSessions, CountAnswersOfAllKinds) {
  EXPECT_EQ(session_.answers(), 0U);
  open();
  EXPECT_EQ(session_.answers(), 1U);
  append_lines(1);
  session_.receive("0 hint 0\n");
  EXPECT_EQ(session_.answers(), 1U);
  acknowledge(2, 2);
  EXPECT_EQ(session_.answers(), 2U);
}

TEST_F(RelpSessions, BeginAgainWithOneBehindTheHighestNumber) {
  RelpSession session(kMaxRelpNumber - 1);
  std::string sent;
  session.append_open(sent);
  session.receive(answer(999'999'998, "200 OK\nrelp_version=0\ncommands=syslog"));
  sent.clear();
  session.append_line(sent, "a");
  session.append_line(sent, "b");
  EXPECT_EQ(sent, "999999999 syslog 1 a\n1 syslog 1 b\n");
  session.receive("999999999 rsp 6 200 OK\n1 rsp 6 200 OK\n");
  EXPECT_EQ(session.unacknowledged(), 0U);
}

struct BadOpening {
  const char* data;
  const char* complaint;
};

class BadOpenings : public testing::TestWithParam<BadOpening> {};

TEST_P(BadOpenings, AreTold) {
  RelpSession session;
  std::string sent;
  session.append_open(sent);
  const Error error = error_of([&] { session.receive(answer(1, GetParam().data)); });
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(), HasSubstr(GetParam().complaint));
  EXPECT_FALSE(session.is_open());
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadOpenings,
    testing::Values(BadOpening{"500 no such version\nrelp_version=0\ncommands=syslog",
                               "refuses the RELP session: 500 \"no such version\""},
                    BadOpening{"", "an empty answer"}, BadOpening{"200", "has no version"},
                    BadOpening{"200 OK\ncommands=syslog", "has no version"},
                    BadOpening{"200 OK\nrelp_version=0", "takes no syslog messages"},
                    BadOpening{"200 OK\nrelp_version=0\ncommands=eventlog,syslogx",
                               "takes no syslog messages"},
                    BadOpening{"2000 OK\nrelp_version=0\ncommands=syslog", "2000"},
                    BadOpening{" 200 OK\nrelp_version=0\ncommands=syslog", "refuses"}));

TEST(GoodOpening, NeedsNoSoftwareAndMayOfferMore) {
  RelpSession session;
  std::string sent;
  session.append_open(sent);
  session.receive(
      answer(1, "200\nx\n\n=\nrelp_version=1\ncommands=eventlog,syslog,x\nunknown=1\n"));
  EXPECT_TRUE(session.is_open());
  EXPECT_EQ(session.peer_software(), "");
}

TEST(GoodOpening, ShowsTheSoftwareOnOneLine) {
  RelpSession session;
  std::string sent;
  session.append_open(sent);
  const std::string software = "evil\x1b[2J\r," + std::string(1000, '9') + ",url";
  session.receive(
      answer(1, "200 OK\nrelp_version=0\nrelp_software=" + software + "\ncommands=syslog"));
  EXPECT_EQ(session.peer_software().find_first_of("\x1b\r\n"), std::string::npos);
  EXPECT_LT(session.peer_software().size(), 300U);
}

struct BadAnswer {
  const char* bytes;
  const char* complaint;
};

class BadAnswers : public RelpSessions, public testing::WithParamInterface<BadAnswer> {};

/// To lines 2, 3 and 4, of which 2 is acknowledged.
TEST_P(BadAnswers, FailAndAcknowledgeNothing) {
  open();
  append_lines(3);
  acknowledge(2, 2);
  const Error error = receive_error(GetParam().bytes);
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_THAT(error.what(), HasSubstr(GetParam().complaint));
  EXPECT_EQ(session_.unacknowledged(), 2U);
  EXPECT_EQ(session_.explain(error.what()),
            std::string(error.what()) + "; 2 of 3 lines are not acknowledged");
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadAnswers,
    testing::Values(BadAnswer{"3 rsp 13 500 disk full\n", "refused a line: 500 \"disk full\""},
                    BadAnswer{"3 rsp 3 404\n", "404"}, BadAnswer{"3 rsp 0\n", "an empty answer"},
                    BadAnswer{"3 rsp 2 20\n", "20"}, BadAnswer{"3 rsp 7 2000 OK\n", "2000"},
                    BadAnswer{"3 rsp 9 500 a\x1b\n\x1b\x1b\n", "500 \"a \""},
                    BadAnswer{"4 rsp 6 200 OK\n", "command 4, which was not its turn"},
                    BadAnswer{"2 rsp 6 200 OK\n", "command 2, which was not its turn"},
                    BadAnswer{"999999999 rsp 6 200 OK\n", "command 999999999"},
                    BadAnswer{"0 rsp 6 200 OK\n", "command 0"},
                    BadAnswer{"3 syslog 1 x\n", "\"syslog\", which is for clients"},
                    BadAnswer{"3 RSP 6 200 OK\n", "\"RSP\""}, BadAnswer{"garbage\n", "not RELP"},
                    BadAnswer{"0 serverclose 0\n", "closed the connection before the end"}));

TEST_F(RelpSessions, TakeNoMoreAnswersThanThereAreCommands) {
  open();
  append_lines(1);
  acknowledge(2, 2);
  EXPECT_THAT(receive_error("3 rsp 6 200 OK\n").what(), HasSubstr("not its turn"));
}

TEST_F(RelpSessions, TakeNoAnswerBeforeTheyAreOpened) {
  EXPECT_THAT(receive_error(kOpenAnswer).what(), HasSubstr("not its turn"));
}

TEST_F(RelpSessions, AreNotClosedByAPeerThatAnnouncesItsEndInsteadOfAnAnswer) {
  open();
  session_.append_close(sent_);
  session_.receive("0 serverclose 0\n");
  EXPECT_FALSE(session_.is_closed());
}

TEST_F(RelpSessions, AreNotClosedIfTheCloseIsRefused) {
  open();
  session_.append_close(sent_);
  EXPECT_THAT(receive_error("2 rsp 6 500 no\n").what(), HasSubstr("500 \"no\""));
  EXPECT_FALSE(session_.is_closed());
}

TEST_F(RelpSessions, ExplainNoMoreThanTheReasonIfEveryLineIsAcknowledged) {
  open();
  append_lines(1);
  acknowledge(2, 2);
  EXPECT_EQ(session_.explain("the collector has gone"), "the collector has gone");
}

TEST_F(RelpSessions, CountTheLinesOfAnEpoch) {
  open();
  append_lines(3);
  acknowledge(2, 4);
  session_.end_epoch();
  EXPECT_EQ(session_.room(), RelpSession::kWindow);
  append_lines(2);
  acknowledge(5, 5);
  EXPECT_EQ(session_.explain("gone"), "gone; 1 of 2 lines are not acknowledged");
}

TEST_F(RelpSessions, DiscardWhatComesBehindTheirEnd) {
  open();
  session_.append_close(sent_);
  session_.receive("2 rsp 6 200 OK\nnot a frame at all");
  session_.receive("nor this");
  EXPECT_TRUE(session_.is_closed());
}

}  // namespace
}  // namespace vrni2syslog
