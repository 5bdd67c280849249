#include "app/settings/search_filter.h"

#include "base/error.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

TEST(SearchFilter, TakesTheWindowFromItsEnd) {
  struct Case {
    const char* written;
    const char* text;
    std::chrono::seconds last;
  };
  for (const Case& row : {
           Case{"((flow_tag = A) or (flow_tag = B)) in last 24 hours",
                "((flow_tag = A) or (flow_tag = B))", hours(24)},
           Case{"(port = 1)in last 4 hours ", "(port = 1)", hours(4)},
           Case{"name = 'x' IN LAST 30 Minutes", "name = 'x'", minutes(30)},
           Case{"port = 1 in the last 2 days", "port = 1", hours(48)},
           Case{"port = 1 in last hour", "port = 1", hours(1)},
           Case{"in last 1 week", "", hours(168)},
       }) {
    const SearchFilter filter = parse_search_filter(row.written);
    EXPECT_EQ(filter.text, row.text) << row.written;
    ASSERT_TRUE(filter.last) << row.written;
    EXPECT_EQ(*filter.last, row.last) << row.written;
  }
}

TEST(SearchFilter, LeavesEverythingElseAlone) {
  for (const char* text : {"", "port = 1", "name = 'in last 24 hours'",
                           "name = basin last 24 hours", "name = 'x' and name = \"in last day\"",
                           "in last 24 moons", "name in (last, hours)", " port = 1 "}) {
    const SearchFilter filter = parse_search_filter(text);
    EXPECT_EQ(filter.text, text);
    EXPECT_FALSE(filter.last) << text;
  }
}

TEST(SearchFilter, ReadsAVeryLongFilter) {
  const std::string text(1'000'000, ' ');
  EXPECT_EQ(parse_search_filter(text).text, text);
  EXPECT_EQ(parse_search_filter("port = 1 or " + text + "port = 2 in last 1 hour").last, hours(1));
}

TEST(SearchFilter, RefusesAWindowThatIsNotAtItsEnd) {
  for (const char* text :
       {"in last 24 hours and port = 1", "(port = 1 In  The Last hour) or port = 2",
        "(port = 1 in last 2 days)", "port = 1 in last 1 hour in last 2 hours",
        "name = O'Brien in last 1 hour in last 2 hours", "in last\vhour\f in last 2 hours"}) {
    const Error error = error_of([&] { static_cast<void>(parse_search_filter(text)); });
    EXPECT_EQ(error.fault(), Fault::Usage) << text;
    EXPECT_THAT(error.what(), HasSubstr("at the end of the filter only")) << text;
  }
}

TEST(SearchFilter, RefusesALengthBeyondReason) {
  const Error error =
      error_of([] { static_cast<void>(parse_search_filter("in last 99999999999 days")); });
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_THAT(error.what(), HasSubstr("'99999999999d'"));
}

}  // namespace
}  // namespace vrni2syslog
