#include "vrni/fetch/missing_flows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

const std::vector<SearchHit> kHits = {
    {"1:515:a", {}, {}}, {"1:515:b", {}, {}}, {"1:515:c", {}, {}}};

std::vector<std::string_view> ids_of(const MissingFlows& missing) {
  std::vector<std::string_view> ids;
  for (const SearchHit& hit : missing.hits()) ids.push_back(hit.id);
  return ids;
}

class MissingFlowsTest : public testing::Test {
 protected:
  MissingFlowsTest() { missing_.begin(kHits); }

  MissingFlows missing_;
};

TEST_F(MissingFlowsTest, AreAllHitsAtFirst) {
  EXPECT_EQ(missing_.size(), 3U);
  EXPECT_TRUE(missing_.contains(2));
  EXPECT_THAT(ids_of(missing_), ElementsAre("1:515:a", "1:515:b", "1:515:c"));
}

TEST_F(MissingFlowsTest, AreFoundInAnyOrder) {
  for (const std::size_t hit : {0U, 2U, 1U}) {
    EXPECT_THAT(missing_.find(kHits[hit].id), Optional(hit));
    missing_.erase(hit);
    EXPECT_EQ(missing_.find(kHits[hit].id), std::nullopt) << "it is there now";
  }
  EXPECT_EQ(missing_.size(), 0U);
  EXPECT_THAT(ids_of(missing_), IsEmpty());
}

TEST_F(MissingFlowsTest, AreFoundBehindThoseThatAreThere) {
  missing_.erase(0);
  missing_.erase(1);
  EXPECT_THAT(missing_.find("1:515:c"), Optional(2U));
  EXPECT_THAT(ids_of(missing_), ElementsAre("1:515:c"));
}

TEST_F(MissingFlowsTest, AreFoundOnceMoreIfTheyAreStillMissing) {
  missing_.erase(2);
  EXPECT_THAT(missing_.find("1:515:a"), Optional(0U));
  EXPECT_THAT(missing_.find("1:515:a"), Optional(0U));
}

TEST_F(MissingFlowsTest, CountOnce) {
  missing_.erase(1);
  missing_.erase(1);
  EXPECT_EQ(missing_.size(), 2U);
  EXPECT_FALSE(missing_.contains(1));
}

TEST_F(MissingFlowsTest, HaveNoFlowThatWasNotAskedFor) {
  EXPECT_EQ(missing_.find("1:515:d"), std::nullopt);
  EXPECT_EQ(missing_.find(""), std::nullopt);
}

TEST_F(MissingFlowsTest, ForgetTheHitsBefore) {
  EXPECT_THAT(missing_.find("1:515:c"), Optional(2U));
  const std::vector<SearchHit> others = {{"1:515:c", {}, {}}, {"1:515:e", {}, {}}};
  missing_.begin(others);
  missing_.erase(0);
  EXPECT_EQ(missing_.find("1:515:c"), std::nullopt);
  EXPECT_EQ(missing_.find("1:515:a"), std::nullopt);
  EXPECT_THAT(missing_.find("1:515:e"), Optional(1U));
  missing_.begin({});
  EXPECT_EQ(missing_.size(), 0U);
  EXPECT_EQ(missing_.find("1:515:e"), std::nullopt);
}

}  // namespace
}  // namespace vrni2syslog
