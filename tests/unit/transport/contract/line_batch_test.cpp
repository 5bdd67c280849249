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
  EXPECT_EQ(batch.label(2).key, "");
  EXPECT_EQ(batch.epoch(), nullptr);
}

TEST(LineBatch, KeepsTheLabelsOfThoseLinesThatHaveOne) {
  LineBatch batch;
  for (const char* key : {"", "a", "", "long key"}) {
    batch.buffer() += "line";
    if (*key == 0) {
      batch.end_line();
    } else {
      batch.end_line({.key = key, .kind = "FLOW", .time = WallTime(std::chrono::milliseconds(7))});
    }
  }
  batch.end_line();
  ASSERT_EQ(batch.line_count(), 5U);
  EXPECT_EQ(batch.label(0).key, "");
  EXPECT_EQ(batch.label(0).kind, "");
  EXPECT_EQ(batch.label(1).key, "a");
  EXPECT_EQ(batch.label(1).kind, "FLOW");
  EXPECT_EQ(batch.label(1).time, WallTime(std::chrono::milliseconds(7)));
  EXPECT_EQ(batch.label(2).key, "");
  EXPECT_EQ(batch.label(3).key, "long key");
  EXPECT_EQ(batch.label(4).key, "");
  EXPECT_EQ(batch.line(3), "line");
  EXPECT_EQ(batch.byte_count(), 16U);
}

}  // namespace
}  // namespace vrni2syslog
