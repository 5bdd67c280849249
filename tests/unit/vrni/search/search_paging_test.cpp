#include "vrni/search/search_paging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

[[nodiscard]] UnixSeconds at(std::int64_t seconds) {
  return UnixSeconds(std::chrono::seconds(seconds));
}

TEST(SearchPage, ReadsTheOfficialExample) {
  SearchPage page;
  ASSERT_TRUE(read_search_page(
      R"({"results":[{"entity_id":"10000:515:1491521924","entity_type":"Flow","time":1509283320}],
                                 "cursor":null,"total_count":3,"start_time":1509339942,"end_time":1509339942})",
      page));
  ASSERT_EQ(page.hits.size(), 1U);
  EXPECT_EQ(page.hits[0].id, "10000:515:1491521924");
  EXPECT_EQ(page.hits[0].entity_type, "Flow");
  EXPECT_EQ(page.hits[0].time, at(1509283320));
  EXPECT_EQ(page.cursor, "");
  EXPECT_EQ(page.total_count, 3U);
}

TEST(SearchPage, ReadsWrongTypesAsFarAsTheyMakeSense) {
  SearchPage page;
  ASSERT_TRUE(read_search_page(
      R"({"results":[{"entity_id":17,"time":"1509283320"},{"entity_id":"b","time":null},
                                 {"entity_id":"c","time":-1},{"entity_id":"d","time":{}},{"entity_id":null},{},7,[],null],
                                 "cursor":123,"total_count":"3"})",
      page));
  ASSERT_EQ(page.hits.size(), 4U);
  EXPECT_EQ(page.hits[0].id, "17");
  EXPECT_EQ(page.hits[0].time, at(1509283320));
  for (int i = 1; i < 4; ++i) EXPECT_EQ(page.hits[static_cast<std::size_t>(i)].time, std::nullopt);
  EXPECT_EQ(page.unreadable, 5U);
  EXPECT_EQ(page.cursor, "123");
  EXPECT_EQ(page.total_count, 3U);
}

TEST(SearchPage, ReadsNumbersInEveryWayOfWritingThem) {
  for (const char* const count : {"25", "25.0", "2.5E1", "\"25\"", "2.5e+1"}) {
    SearchPage page;
    ASSERT_TRUE(
        read_search_page(R"({"results":[],"total_count":)" + std::string(count) + "}", page));
    EXPECT_EQ(page.total_count, 25U) << count;
  }
  for (const char* const count : {"-1", "1.5", "1e30", "null", "\"many\"", "-2.0"}) {
    SearchPage page;
    ASSERT_TRUE(
        read_search_page(R"({"results":[],"total_count":)" + std::string(count) + "}", page));
    EXPECT_EQ(page.total_count, std::nullopt) << count;
  }
  for (const char* const time : {"1.7E9", "1700000000.0", "1700000000000", "1.7e12",
                                 "\"2023-11-14T22:13:20Z\"", "\"2023-11-14T23:13:20.5+01:00\""}) {
    SearchPage page;
    ASSERT_TRUE(read_search_page(
        R"({"results":[{"entity_id":"a","time":)" + std::string(time) + "}]}", page));
    EXPECT_EQ(page.hits.at(0).time, at(1'700'000'000)) << time;
    EXPECT_EQ(page.unreadable_times, 0U);
  }
}

TEST(SearchPage, ForgetsThePageBefore) {
  SearchPage page;
  ASSERT_TRUE(
      read_search_page(R"({"results":[{"entity_id":"a"}],"cursor":"x","total_count":1})", page));
  ASSERT_TRUE(read_search_page(R"({"results":[]})", page));
  EXPECT_TRUE(page.hits.empty());
  EXPECT_EQ(page.cursor, "");
  EXPECT_EQ(page.total_count, std::nullopt);
}

TEST(SearchPage, RefusesAnAnswerWithoutAListOfResults) {
  SearchPage page;
  EXPECT_TRUE(read_search_page(R"({"results":[],"total_count":0})", page));
  EXPECT_TRUE(read_search_page(R"({"total_count":0})", page));
  EXPECT_TRUE(read_search_page(R"({"results":null,"total_count":0.0})", page));
  EXPECT_FALSE(read_search_page(R"({"results":{},"total_count":0})", page));
  EXPECT_FALSE(read_search_page(R"({"results":"x","total_count":0})", page));
  EXPECT_FALSE(read_search_page(R"({})", page));
  EXPECT_FALSE(read_search_page(R"({"message":"down for maintenance"})", page));
  EXPECT_FALSE(read_search_page(R"({"results":null,"total_count":7})", page));
  EXPECT_FALSE(read_search_page("[]", page));
}

TEST(SearchPage, RefusesMoreResultsThanAPageMayHave) {
  for (const std::string element : {"{}", "{\"entity_id\":\"a\"}"}) {
    std::string results = element;
    for (std::size_t i = 1; i < kMaxHitsPerPage; ++i) results += "," + element;
    SearchPage page;
    EXPECT_TRUE(read_search_page("{\"results\":[" + results + "]}", page)) << element;
    EXPECT_FALSE(read_search_page("{\"results\":[" + results + "," + element + "]}", page))
        << element;
  }
}

const TimeWindow kWindow{UnixSeconds(std::chrono::seconds(1000)),
                         UnixSeconds(std::chrono::seconds(4600))};

/// Gives the cursor a page with one result, and tells it that this was new unless said otherwise.
void accept(SearchCursor& cursor, const std::string& next, std::size_t new_hits = 1) {
  SearchPage page;
  page.hits.push_back({"a", "Flow", std::nullopt});
  page.cursor = next;
  cursor.accept(page, new_hits);
}

/// From the second before the window on: both of its edges are in it then, whatever the API makes
/// of its bounds.
TEST(SearchBody, AlwaysHasATimeRange) {
  EXPECT_EQ(search_body("", kWindow, 1, ""),
            R"({"entity_type":"Flow","size":1,"time_range":{"start_time":999,"end_time":4600}})");
  EXPECT_EQ(
      search_body("name = 'a\"b'", kWindow, 1000, "MTA="),
      R"({"entity_type":"Flow","filter":"name = 'a\"b'","size":1000,"cursor":"MTA=","time_range":{"start_time":999,"end_time":4600}})");
}

TEST(SearchCursor, SendsTheSameSearchWithTheCursorOfThePageBefore) {
  SearchCursor cursor("protocol = 'TCP'", kWindow, 700);
  EXPECT_FALSE(cursor.is_at_end());
  EXPECT_EQ(cursor.next_request(), search_body("protocol = 'TCP'", kWindow, 700, ""));
  accept(cursor, "MTA=");
  EXPECT_FALSE(cursor.is_at_end());
  EXPECT_EQ(cursor.next_request(), search_body("protocol = 'TCP'", kWindow, 700, "MTA="));
}

TEST(SearchCursor, EndsWithoutAnotherCursor) {
  SearchCursor cursor("", kWindow, 1000);
  accept(cursor, "");
  EXPECT_TRUE(cursor.is_at_end());
}

TEST(SearchCursor, EndsAtAnUnchangedCursor) {
  SearchCursor cursor("", kWindow, 1000);
  accept(cursor, "x");
  accept(cursor, "x");
  EXPECT_TRUE(cursor.is_at_end());
}

TEST(SearchCursor, EndsAtACursorThatComesBack) {
  SearchCursor cursor("", kWindow, 1000);
  accept(cursor, "x");
  accept(cursor, "y");
  EXPECT_FALSE(cursor.is_at_end());
  accept(cursor, "x");
  EXPECT_TRUE(cursor.is_at_end());
}

TEST(SearchCursor, EndsAtAnEmptyPageWhateverTheCursor) {
  SearchCursor cursor("", kWindow, 1000);
  SearchPage page;
  page.cursor = "x";
  cursor.accept(page, 0);
  EXPECT_TRUE(cursor.is_at_end());
}

TEST(SearchCursor, GoesOnAfterAPageOfUnreadableResults) {
  SearchCursor cursor("", kWindow, 1000);
  SearchPage page;
  page.cursor = "x";
  page.unreadable = 10;
  cursor.accept(page, 0);
  EXPECT_FALSE(cursor.is_at_end());
}

TEST(SearchCursor, DoesNotFollowAPlatformThatOnlyRepeatsItself) {
  SearchCursor cursor("", kWindow, 1000);
  int pages = 0;
  while (!cursor.is_at_end() && pages < 100) accept(cursor, "cursor " + std::to_string(++pages), 0);
  EXPECT_EQ(pages, 10);
}

TEST(SearchDepth, IsUnknownUntilASearchFails) {
  EXPECT_FALSE(SearchDepth().is_exceeded_by(1'000'000'000));
}

TEST(SearchDepth, IsTheLeastAtWhichASearchFailed) {
  SearchDepth depth;
  depth.record_failed_depth(10'000);
  depth.record_failed_depth(9'000);
  depth.record_failed_depth(9'999);
  EXPECT_FALSE(depth.is_exceeded_by(9'000));
  EXPECT_TRUE(depth.is_exceeded_by(9'001));
}

TEST(SearchDepth, IsLearnedFromTwoFailuresAtAboutTheSameDepth) {
  SearchDepth depth;
  depth.record_failed_depth(150);
  depth.record_failed_depth(30);
  EXPECT_FALSE(depth.is_exceeded_by(1000));
  depth.record_failed_depth(150);
  depth.record_failed_depth(147);
  EXPECT_TRUE(depth.is_exceeded_by(148));
  EXPECT_FALSE(depth.is_exceeded_by(147));
}

TEST(SearchDepth, IsNotLearnedFromAFailureFarBelowTheUsualLimit) {
  SearchDepth depth;
  depth.record_failed_depth(0);
  depth.record_failed_depth(0);
  depth.record_failed_depth(1'000);
  EXPECT_FALSE(depth.is_exceeded_by(5'000));
}

}  // namespace
}  // namespace vrni2syslog
