#include "vrni/search/seen_ids.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

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

TEST(SeenIds, KeepsWhatItHasAndMakesRoomForMore) {
  SeenIds seen;
  const auto id_of = [](int i) { return compact_id("10000:515:" + std::to_string(i)); };
  for (int i = 0; i < 100; ++i) seen.note(id_of(i), 7);
  for (const std::uint64_t count : {std::uint64_t{0}, std::uint64_t{5'000}, std::uint64_t{10},
                                    std::numeric_limits<std::uint64_t>::max()}) {
    seen.reserve(count);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(seen.last_search_of(id_of(i)), 7) << count;
  }
  constexpr int kMoreThanReserved = 200'000;
  for (int i = 100; i < kMoreThanReserved; ++i) EXPECT_EQ(seen.note(id_of(i), 8), 0);
  for (int i = 0; i < kMoreThanReserved; ++i)
    EXPECT_EQ(seen.last_search_of(id_of(i)), i < 100 ? 7 : 8);
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kMoreThanReserved));
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

TEST(SeenVersions, NotesManyHitsLikeOneAfterTheOther) {
  std::vector<std::string> ids;
  for (int i = 0; i < 300; ++i) ids.push_back("10000:515:" + std::to_string(i % 200));
  std::vector<SearchHit> hits;
  for (std::size_t i = 0; i < ids.size(); ++i)
    hits.push_back(version_of(ids[i], i < 250 ? 1000 : 2000));
  SeenVersions together;
  SeenVersions one_by_one;
  together.reserve(20'000);
  for (const SearchNumber search : {SearchNumber{1}, SearchNumber{2}}) {
    const std::vector<SeenVersions::Listing> listings = together.note(hits, search);
    ASSERT_EQ(listings.size(), hits.size());
    for (std::size_t i = 0; i < hits.size(); ++i) {
      const SeenVersions::Listing expected = one_by_one.note(hits[i], search);
      EXPECT_EQ(listings[i].last_search, expected.last_search) << i;
      EXPECT_EQ(listings[i].is_new, expected.is_new) << i;
      EXPECT_EQ(listings[i].is_other, expected.is_other) << i;
      EXPECT_EQ(listings[i].is_further, expected.is_further) << i;
    }
  }
  EXPECT_EQ(together.version_count(), one_by_one.version_count());
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
