#include "transport/contract/line_batch.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(LineBatch, KeepsLinesApart) {
  LineBatch batch(2, 100);
  for (const char* line : {"one", "", "three"}) {
    batch.buffer() += line;
    batch.end_line();
  }
  ASSERT_EQ(batch.line_count(), 3U);
  EXPECT_EQ(batch.line(0), "one");
  EXPECT_EQ(batch.line(1), "");
  EXPECT_EQ(batch.line(2), "three");
  EXPECT_EQ(batch.byte_count(), 8U);
  EXPECT_EQ(batch.key(2), "");
}

TEST(LineBatch, KeepsTheKeysOfThoseLinesThatHaveOne) {
  LineBatch batch;
  for (const char* key : {"", "a", "", "", "long key", ""}) {
    batch.buffer() += "line";
    batch.end_line(key);
  }
  ASSERT_EQ(batch.line_count(), 6U);
  EXPECT_EQ(batch.key(0), "");
  EXPECT_EQ(batch.key(1), "a");
  EXPECT_EQ(batch.key(2), "");
  EXPECT_EQ(batch.key(3), "");
  EXPECT_EQ(batch.key(4), "long key");
  EXPECT_EQ(batch.key(5), "");
  EXPECT_EQ(batch.line(5), "line");
  EXPECT_EQ(batch.byte_count(), 24U);
}

}  // namespace
}  // namespace vrni2syslog
