#include "vrni/search/seen_ids.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>

namespace vrni2syslog {
namespace {

TEST(CompactId, DiffersForDifferentIds) {
  const char* const ids[] = {"10000:515:1491521924",
                             "10000:515:1491521925",
                             "10000:516:1491521924",
                             "10001:515:1491521924",
                             "0:0:0",
                             "1:0:0",
                             "0:1:0",
                             "0:0:1",
                             "0:0:18446744073709551615",
                             "0:0:18446744073709551616",
                             "10000:515:01491521924",
                             "010000:515:1491521924",
                             "+1:0:0",
                             "-1:0:0",
                             "10000:515:-1491521924",
                             "10000:515:1491521924:",
                             "10000:515:1491521924 ",
                             "10000:515",
                             "10000:515:",
                             ":::",
                             "",
                             "x",
                             "2147483648:1:1",
                             "131071:1:1",
                             "131072:1:1",
                             "1:16383:1",
                             "1:16384:1",
                             "1:65536:1"};
  std::set<CompactId> seen;
  for (const char* const id : ids) {
    EXPECT_TRUE(seen.insert(compact_id(id)).second) << id;
    EXPECT_EQ(compact_id(id), compact_id(std::string(id))) << id;
    EXPECT_NE(compact_id(id), (CompactId{0, 0})) << id;
    EXPECT_EQ(compact_id(id)[0] & 0xFFFFFFFF, 0U) << id;
  }
}

TEST(SeenIds, TellsNewIdsFromOldOnes) {
  SeenIds seen;
  EXPECT_FALSE(seen.contains(compact_id("a")));
  EXPECT_TRUE(seen.insert(compact_id("a")));
  EXPECT_FALSE(seen.insert(compact_id("a")));
  EXPECT_TRUE(seen.contains(compact_id("a")));
  EXPECT_EQ(seen.size(), 1U);
}

TEST(SeenIds, TellsWhichSearchListedAnIdLast) {
  SeenIds seen;
  for (const char* const id : {"10000:515:1", "not of that form"}) {
    EXPECT_EQ(seen.note(compact_id(id), 1), 0);
    EXPECT_EQ(seen.note(compact_id(id), 1), 1);
    EXPECT_EQ(seen.note(compact_id(id), kMaxSearchesOfUnit), 1);
    EXPECT_EQ(seen.note(compact_id(id), 3), kMaxSearchesOfUnit);
    EXPECT_TRUE(seen.contains(compact_id(id)));
  }
  EXPECT_EQ(seen.size(), 2U);
}

TEST(SeenIds, RemembersAllWhileItGrows) {
  constexpr int kCount = 50'000;
  SeenIds seen;
  for (int i = 0; i < kCount; ++i)
    EXPECT_EQ(seen.note(compact_id("10000:515:" + std::to_string(i)), 7), 0);
  for (int i = 0; i < kCount; ++i)
    EXPECT_EQ(seen.note(compact_id("10000:515:" + std::to_string(i)), 8), 7);
  EXPECT_FALSE(seen.contains(compact_id("10000:515:50000")));
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kCount));
}

[[nodiscard]] SearchHit version_of(std::string_view id, std::int64_t time) {
  return {.id = id, .entity_type = "Flow", .time = UnixSeconds(std::chrono::seconds(time))};
}

TEST(SeenVersions, CountsTwoVersionsOfAFlowInOneSearchAsTwoListedFlows) {
  for (const char* const id : {"10000:515:1", "not of that form"}) {
    SeenVersions seen;
    EXPECT_TRUE(seen.note(version_of(id, 1000), 1).is_new);
    const SeenVersions::Listing second = seen.note(version_of(id, 2000), 1);
    EXPECT_TRUE(second.is_new);
    EXPECT_TRUE(second.is_further);
    EXPECT_EQ(second.last_search, 0);
    EXPECT_EQ(seen.note(version_of(id, 1000), 1).last_search, 1) << "the same row once more";
    EXPECT_EQ(seen.note(version_of(id, 2000), 1).last_search, 1) << "the same row once more";
    EXPECT_EQ(seen.flow_count(), 1U);
    // The next search lists them in the other order.
    EXPECT_EQ(seen.note(version_of(id, 2000), 2).last_search, 1);
    const SeenVersions::Listing first = seen.note(version_of(id, 1000), 2);
    EXPECT_EQ(first.last_search, 1);
    EXPECT_FALSE(first.is_new);
  }
}

TEST(SeenVersions, DoesNotCountAFlowTwiceThatHasChangedBetweenSearches) {
  SeenVersions seen;
  EXPECT_TRUE(seen.note(version_of("a", 1000), 1).is_new);
  const SeenVersions::Listing changed = seen.note(version_of("a", 2000), 2);
  EXPECT_EQ(changed.last_search, 1);
  EXPECT_TRUE(changed.is_new);
  EXPECT_FALSE(changed.is_further);
}

}  // namespace
}  // namespace vrni2syslog
