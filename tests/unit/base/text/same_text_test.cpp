#include "base/text/same_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

TEST(SameText, IsOfTheSameLengthAndBytes) {
  for (const std::string_view text : {"", "a", "entity_id", "destination_security_groups"}) {
    EXPECT_TRUE(is_same_text(text, std::string(text)));
    EXPECT_FALSE(is_same_text(text, std::string(text) + "x"));
    EXPECT_FALSE(is_same_text(std::string(text) + "x", std::string(text) + "y"));
  }
}

TEST(SameText, DiffersByAnyByte) {
  for (std::size_t size = 1; size <= 40; ++size) {
    const std::string text(size, 'a');
    for (std::size_t i = 0; i < size; ++i) {
      std::string other = text;
      other[i] = 'b';
      EXPECT_FALSE(is_same_text(text, other)) << size << " bytes, byte " << i;
    }
    EXPECT_TRUE(is_same_text(text, std::string(text)));
  }
}

TEST(SameText, MayBeEmptyWithoutABuffer) {
  EXPECT_TRUE(is_same_text({}, {}));
  EXPECT_TRUE(is_same_text({}, ""));
  EXPECT_FALSE(is_same_text({}, "a"));
}

TEST(SameText, GoesBeyondANul) {
  EXPECT_FALSE(is_same_text({"a\0b", 3}, {"a\0c", 3}));
}

}  // namespace
}  // namespace vrni2syslog
