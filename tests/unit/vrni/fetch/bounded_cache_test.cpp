#include "vrni/fetch/bounded_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

TEST(BoundedCache, FindsWhatWasInserted) {
  BoundedCache cache(100, 10'000);
  EXPECT_EQ(cache.find("a"), nullptr);
  cache.insert("a", "x");
  cache.insert("b", "");
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(*cache.find("a"), "x");
  EXPECT_EQ(*cache.find("b"), "");
}

TEST(BoundedCache, ForgetsTheOldButKeepsWhatIsUsed) {
  BoundedCache cache(20, 10'000);
  cache.insert("used", "x");
  cache.insert("unused", "x");
  for (int i = 0; i < 1000; ++i) {
    cache.insert("filler " + std::to_string(i), "x");
    ASSERT_NE(cache.find("used"), nullptr) << i;
  }
  EXPECT_EQ(cache.find("unused"), nullptr);
  int remembered = 0;
  for (int i = 0; i < 1000; ++i) {
    if (cache.find("filler " + std::to_string(i)) != nullptr) ++remembered;
  }
  EXPECT_LE(remembered, 20);
}

TEST(BoundedCache, IsBoundedInBytesToo) {
  BoundedCache cache(1000, 1000);
  cache.insert("first", std::string(300, 'x'));
  cache.insert("second", std::string(300, 'x'));
  cache.insert("third", std::string(300, 'x'));
  EXPECT_EQ(cache.find("first"), nullptr);
  EXPECT_NE(cache.find("third"), nullptr);
}

}  // namespace
}  // namespace vrni2syslog
