#include "pager.h"

#include "base64.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

namespace vrni2syslog::simulator {
namespace {

// The sizes of the pages that a client reads that follows the cursor for up to ten pages.
std::string page_sizes(const PageOptions& options, std::size_t rows, std::uint64_t size) {
  std::vector<std::uint32_t> result(rows);
  std::iota(result.begin(), result.end(), 0U);
  const Pager pager(options);
  std::string sizes;
  std::uint64_t offset = 0;
  for (std::uint64_t search = 0; search < 10; ++search) {
    const Page page = pager.cut(result, offset, size, search);
    sizes += std::to_string(page.flows.size()) + " ";
    if (!page.has_cursor) return sizes + "absent";
    if (!page.cursor) return sizes + "null";
    if (page.cursor->empty()) return sizes + "empty";
    offset = Pager::offset_of(*page.cursor).value_or(rows);
  }
  return sizes + "...";
}

TEST(Pager, EndsAsTheSwitchSays) {
  EXPECT_EQ(page_sizes({}, 10, 4), "4 4 2 absent");
  EXPECT_EQ(page_sizes({}, 8, 4), "4 4 absent");
  EXPECT_EQ(page_sizes({}, 0, 4), "0 absent");
  EXPECT_EQ(page_sizes({.end = CursorEnd::Null}, 6, 4), "4 2 null");
  EXPECT_EQ(page_sizes({.end = CursorEnd::Empty}, 6, 4), "4 2 empty");
  EXPECT_EQ(page_sizes({.end = CursorEnd::Unchanged}, 6, 4), "4 2 2 2 2 2 2 2 2 2 ...");
  EXPECT_EQ(page_sizes({.repeat_after = 0}, 10, 4), "4 4 2 4 4 2 4 4 2 4 ...");
  EXPECT_EQ(page_sizes({.repeat_after = 1}, 10, 4), "4 4 4 4 4 4 4 4 4 4 ...");
  EXPECT_EQ(page_sizes({.page_cap = 3}, 10, 1000), "3 3 3 1 absent");
  // Five rows vanish from the front after the first page, so the second begins five rows too late.
  EXPECT_EQ(page_sizes({.churn_every = 1}, 20, 8), "8 7 absent");
  // Two of nine rows are not there yet when the first page is asked for.
  EXPECT_EQ(page_sizes({.late_flows = 2}, 9, 8), "7 absent");
  EXPECT_EQ(page_sizes({.late_flows = 2}, 9, 4), "4 4 absent");
}

TEST(Pager, RefusesCursorsThatAreNotItsOwn) {
  EXPECT_EQ(Pager::offset_of("MTA="), 10U);
  EXPECT_EQ(Pager::offset_of(""), 0U);
  for (const char* cursor : {"MTA", "10", "MTA=x", "eA==", "MTA= ", "%4D"}) {
    EXPECT_EQ(Pager::offset_of(cursor), std::nullopt) << cursor;
  }
}

TEST(Base64, EncodesTheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> rows{{"", ""},
                                                              {"f", "Zg=="},
                                                              {"fo", "Zm8="},
                                                              {"foo", "Zm9v"},
                                                              {"foob", "Zm9vYg=="},
                                                              {"fooba", "Zm9vYmE="},
                                                              {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : rows) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

}  // namespace
}  // namespace vrni2syslog::simulator
