#include "vrni/search/search_cursor.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

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

}  // namespace
}  // namespace vrni2syslog
