#include "base/crc32.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(Crc32, HasTheCheckValueOfTheStandard) {
  EXPECT_EQ(crc32_of("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc32_of(""), 0U);
}

}  // namespace
}  // namespace vrni2syslog
