#include "vrni/search/search_page.h"

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
  EXPECT_FALSE(read_search_page(R"({"total_count":0})", page));
  EXPECT_FALSE(read_search_page(R"({"results":null,"total_count":0})", page));
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

}  // namespace
}  // namespace vrni2syslog
