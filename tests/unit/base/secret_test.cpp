#include "base/secret.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace vrni2syslog {
namespace {

TEST(Secret, CannotBePrintedByAccident) {
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
  EXPECT_EQ(Secret("s3cret").reveal(), "s3cret");
}

TEST(Secret, LeavesNothingBehindWhenMoved) {
  Secret first(std::string(100, 'x'));
  const Secret second(std::move(first));
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_EQ(second.reveal().size(), 100U);
}

TEST(Wipe, LeavesNothingInTheMemoryOfAText) {
  std::string text = "hunter2-secret, which is too long to be kept in the string itself";
  const char* const bytes = text.data();
  const std::size_t length = text.size();
  wipe(text);
  EXPECT_EQ(text, "");
  EXPECT_EQ(std::string(bytes, length), std::string(length, '\0'));
}

}  // namespace
}  // namespace vrni2syslog
