#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class LogTest : public testing::Test {
 protected:
  Log make(LogLevel level, LogFormat format) {
    return {level, format, [this](std::string_view line) { lines_.emplace_back(line); }};
  }
  std::vector<std::string> lines_;
};

TEST_F(LogTest, IsSilentBelowItsLevel) {
  Log log = make(LogLevel::Warning, LogFormat::Text);
  log.debug(LogEvent::PlanNote, "d");
  log.info(LogEvent::PlanNote, "i");
  log.warning(LogEvent::PlanNote, "w");
  log.error(LogEvent::PlanNote, "e");
  EXPECT_THAT(lines_, ElementsAre("vrni2syslog: warning: w\n", "vrni2syslog: error: e\n"));
}

TEST_F(LogTest, TellsWhoWatchesOfPausesThatAreNoticed) {
  std::vector<std::string> shown;
  Log log(
      LogLevel::Warning, LogFormat::Text,
      [this](std::string_view line) { lines_.emplace_back(line); },
      [&](std::string_view text) { shown.emplace_back(text); });
  log.pause(LogEvent::PlatformRetry, "a moment", std::chrono::milliseconds(999));
  log.pause(LogEvent::PlatformRetry, "a\nwhile", std::chrono::seconds(1));
  EXPECT_THAT(shown, ElementsAre("a while"));
  EXPECT_THAT(lines_, ElementsAre()) << "nothing for cron to mail";
}

TEST_F(LogTest, WritesPausesForWhoWantsToKnowMore) {
  Log log = make(LogLevel::Info, LogFormat::Text);
  log.pause(LogEvent::PlatformRetry, "again in 1 s", std::chrono::seconds(1));
  EXPECT_THAT(lines_, ElementsAre("vrni2syslog: again in 1 s\n"));
}

TEST_F(LogTest, CannotBeMadeToWriteASecondLine) {
  Log log = make(LogLevel::Error, LogFormat::Text);
  log.error(LogEvent::RunFailed, "a\nvrni2syslog: error: forged");
  EXPECT_THAT(lines_, ElementsAre("vrni2syslog: error: a vrni2syslog: error: forged\n"));
}

TEST_F(LogTest, WritesOneJsonObjectPerEvent) {
  Log log = make(LogLevel::Error, LogFormat::Json);
  log.error(LogEvent::RunFailed, R"(file "a\b")");
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_[0], MatchesRegex(R"(\{"time":"[0-9T:.-]+Z","level":"error",)"
                                      R"("event":"run_failed","message":"file \\"a\\\\b\\""\}.)"));
}

TEST_F(LogTest, AddsFieldsOfTheEventAndOfAllMessages) {
  Log log = make(LogLevel::Info, LogFormat::Json);
  log.add_context({"pid", 4711});
  log.add_context({"job", "ma\"in"});
  log.info(LogEvent::PlatformRetry, "m",
           {{"attempts", 3}, {"delay_seconds", std::chrono::milliseconds(1500)}});
  log.info(LogEvent::PlanNote, "m");
  EXPECT_THAT(lines_, ElementsAre(HasSubstr(R"("message":"m","pid":4711,"job":"ma\"in",)"
                                            R"("attempts":3,"delay_seconds":1.500})"),
                                  HasSubstr(R"("message":"m","pid":4711,"job":"ma\"in"})")));
}

TEST_F(LogTest, PutsTheLevelInFrontForTheJournal) {
  struct Row {
    void (Log::*write)(LogEvent, std::string_view, Log::Fields);
    const char* start;
  };
  for (const Row& row : {Row{&Log::error, "<3>"}, Row{&Log::warning, "<4>"}, Row{&Log::info, "<6>"},
                         Row{&Log::debug, "<7>"}}) {
    lines_.clear();
    Log text = make(LogLevel::Debug, LogFormat::Journal);
    (text.*row.write)(LogEvent::PlanNote, "m\n<0>forged", {{"attempts", 1}});
    Log json = make(LogLevel::Debug, LogFormat::JournalJson);
    (json.*row.write)(LogEvent::PlanNote, "m", {});
    EXPECT_THAT(lines_, ElementsAre(std::string(row.start) + "m <0>forged\n",
                                    StartsWith(std::string(row.start) + "{\"time\"")));
  }
}

}  // namespace
}  // namespace vrni2syslog
