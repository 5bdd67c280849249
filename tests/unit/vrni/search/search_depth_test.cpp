#include "vrni/search/search_depth.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

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
