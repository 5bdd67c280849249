#include "format/record/priority.h"

#include "base/error.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(Priority, ReadsTheFacilityKeywordsOfLogger) {
  constexpr std::pair<std::string_view, int> kCases[] = {
      {"kern", 0},     {"user", 1},      {"mail", 2},    {"daemon", 3},  {"auth", 4},
      {"security", 4}, {"syslog", 5},    {"lpr", 6},     {"news", 7},    {"uucp", 8},
      {"cron", 9},     {"authpriv", 10}, {"ftp", 11},    {"local0", 16}, {"local1", 17},
      {"local2", 18},  {"local3", 19},   {"local4", 20}, {"local5", 21}, {"local6", 22},
      {"local7", 23},
  };
  for (const auto& [keyword, code] : kCases) {
    EXPECT_EQ(static_cast<int>(parse_facility(keyword)), code) << keyword;
  }
}

TEST(Priority, ReadsTheSeverityKeywordsOfLogger) {
  constexpr std::pair<std::string_view, int> kCases[] = {
      {"emerg", 0},   {"panic", 0}, {"alert", 1},  {"crit", 2}, {"err", 3},   {"error", 3},
      {"warning", 4}, {"warn", 4},  {"notice", 5}, {"info", 6}, {"debug", 7},
  };
  for (const auto& [keyword, code] : kCases) {
    EXPECT_EQ(static_cast<int>(parse_severity(keyword)), code) << keyword;
  }
}

TEST(Priority, RefusesAnythingElseAndNamesTheKeywords) {
  for (const std::string_view keyword : {"", "LOCAL4", "local8", "local4 ", "20", "loc\nal4"}) {
    const Error error = error_of([&] { (void)parse_facility(keyword); });
    EXPECT_EQ(error.fault(), Fault::Usage) << keyword;
    EXPECT_THAT(error.what(),
                ::testing::AllOf(::testing::HasSubstr("facility"), ::testing::HasSubstr("local4"),
                                 ::testing::Not(::testing::HasSubstr("\n"))));
  }
  EXPECT_THROW((void)parse_severity("information"), Error);
  EXPECT_THROW((void)parse_severity(""), Error);
}

TEST(Priority, IsEightTimesTheFacilityAndTheSeverity) {
  EXPECT_EQ(priority_value(Facility::Local4, Severity::Informational), 166);
  EXPECT_EQ(priority_value(Facility::Local4, Severity::Warning), 164);
  EXPECT_EQ(priority_value(Facility::Kern, Severity::Emergency), 0);
  EXPECT_EQ(priority_value(Facility::Local7, Severity::Debug), 191);
}

}  // namespace
}  // namespace vrni2syslog
