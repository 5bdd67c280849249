#include "vrni/search_depth.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(SearchDepth, IsUnknownUntilASearchFails) {
  EXPECT_FALSE(SearchDepth().is_exceeded_by(1'000'000'000));
}

TEST(SearchDepth, IsTheLeastAtWhichASearchFailed) {
  SearchDepth depth;
  depth.note_failure_after(10'000);
  depth.note_failure_after(9'000);
  depth.note_failure_after(9'999);
  EXPECT_FALSE(depth.is_exceeded_by(9'000));
  EXPECT_TRUE(depth.is_exceeded_by(9'001));
}

TEST(SearchDepth, IsLearnedFromTwoFailuresAtAboutTheSameDepth) {
  SearchDepth depth;
  depth.note_failure_after(150);
  depth.note_failure_after(30);
  EXPECT_FALSE(depth.is_exceeded_by(1000));
  depth.note_failure_after(150);
  depth.note_failure_after(147);
  EXPECT_TRUE(depth.is_exceeded_by(148));
  EXPECT_FALSE(depth.is_exceeded_by(147));
}

TEST(SearchDepth, IsNotLearnedFromAFailureFarBelowTheUsualLimit) {
  SearchDepth depth;
  depth.note_failure_after(0);
  depth.note_failure_after(0);
  depth.note_failure_after(1'000);
  EXPECT_FALSE(depth.is_exceeded_by(5'000));
}

}  // namespace
}  // namespace vrni2syslog
