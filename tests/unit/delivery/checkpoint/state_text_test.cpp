#include "delivery/checkpoint/state_text.h"

#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

constexpr std::string_view kMagic = "vrni2syslog test ";

[[nodiscard]] std::string text_with(std::string_view name, std::string_view value) {
  std::string text = "vrni2syslog test 3\n";
  append_state_line(text, name, value);
  append_state_digest(text);
  return text;
}

TEST(StateText, GivesBackWhatWasWritten) {
  std::string value;
  for (int c = 0; c < 256; ++c) value += static_cast<char>(c);
  const std::string text = text_with("name", value);
  EXPECT_EQ(require_state_version(text, kMagic, 1, 3), 3);
  StateLines lines(text);
  EXPECT_FALSE(lines.is_before("nam"));
  EXPECT_TRUE(lines.is_before("name"));
  EXPECT_EQ(lines.value_of("name"), value);
  EXPECT_TRUE(lines.is_at_end());
}

TEST(StateText, TakesNoNumberThatIsNone) {
  const std::string right = text_with("count", "18446744073709551615");
  EXPECT_EQ(StateLines(right).number_of("count"), 18'446'744'073'709'551'615U);
  for (const char* wrong : {"", "-1", "1x", " 1", "18446744073709551616"}) {
    const std::string text = text_with("count", wrong);
    const Error error = error_of([&] { static_cast<void>(StateLines(text).number_of("count")); });
    EXPECT_EQ(error.fault(), Fault::CannotWrite) << wrong;
    EXPECT_THAT(error.what(), HasSubstr("'count' is not a number"));
  }
}

TEST(StateText, HasNumbersThatMayBeMissing) {
  const auto number_in = [](std::string_view value) {
    const std::string text = text_with("count", value);
    return StateLines(text).optional_number_of("count");
  };
  EXPECT_EQ(number_in("0"), 0U);
  EXPECT_EQ(number_in(""), std::nullopt);
  EXPECT_EQ(error_of([&] { static_cast<void>(number_in("-1")); }).fault(), Fault::CannotWrite);
}

TEST(StateText, IsRefusedIfItIsOfAnotherKindOrVersion) {
  const auto fault_of = [](std::string_view text, int oldest, int newest) {
    return error_of([&] { static_cast<void>(require_state_version(text, kMagic, oldest, newest)); })
        .fault();
  };
  EXPECT_EQ(fault_of("", 1, 3), Fault::CannotWrite);
  EXPECT_EQ(fault_of("vrni2syslog state 3\n", 1, 3), Fault::CannotWrite);
  EXPECT_EQ(fault_of("vrni2syslog test 3", 1, 3), Fault::CannotWrite);
  EXPECT_EQ(fault_of("vrni2syslog test 3\n", 1, 2), Fault::Configuration);
  EXPECT_EQ(fault_of("vrni2syslog test 3\n", 4, 5), Fault::Configuration);
}

}  // namespace
}  // namespace vrni2syslog
