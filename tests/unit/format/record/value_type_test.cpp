#include "format/record/value_type.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {
namespace {

using namespace std::string_view_literals;

struct TypedText {
  std::string_view text;
  ValueType type;
  bool fits;
};

class ValueTypes : public ::testing::TestWithParam<TypedText> {};

TEST_P(ValueTypes, AreToldByTheText) {
  std::string scratch;
  const std::string_view texts[] = {GetParam().text};
  EXPECT_EQ(is_of_type(texts, GetParam().type, scratch), GetParam().fits) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    ValueType, ValueTypes,
    ::testing::Values(
        TypedText{"anything", ValueType::Any, true}, TypedText{"192.0.2.1", ValueType::Ipv4, true},
        TypedText{" 192.0.2.1\n", ValueType::Ipv4, true},
        TypedText{"192.0.2.256", ValueType::Ipv4, false},
        TypedText{"192.0.2", ValueType::Ipv4, false}, TypedText{"::1", ValueType::Ipv4, false},
        TypedText{"192.0.2.1\0.2"sv, ValueType::Ipv4, false},
        TypedText{"2001:db8::1", ValueType::Ipv6, true},
        TypedText{"fe80::1%eth0", ValueType::Ipv6, false},
        TypedText{"192.0.2.1", ValueType::Ipv6, false}, TypedText{"192.0.2.1", ValueType::Ip, true},
        TypedText{"2001:db8::1", ValueType::Ip, true}, TypedText{"web-01", ValueType::Ip, false},
        TypedText{"0", ValueType::Number, true}, TypedText{"007", ValueType::Number, false},
        TypedText{"-1", ValueType::Number, false}, TypedText{"1.5", ValueType::Number, false},
        TypedText{"9223372036854775807", ValueType::Number, true},
        TypedText{"9223372036854775808", ValueType::Number, false},
        TypedText{"65535", ValueType::Port, true}, TypedText{"65536", ValueType::Port, false},
        TypedText{"443-450", ValueType::Port, false}, TypedText{"TCP", ValueType::Protocol, true},
        TypedText{"OTHER", ValueType::Protocol, false}));

TEST(ValueType, OfAListIsOnlyAny) {
  std::string scratch;
  const std::string_view texts[] = {"1", "2"};
  EXPECT_TRUE(is_of_type(texts, ValueType::Any, scratch));
  EXPECT_FALSE(is_of_type(texts, ValueType::Number, scratch));
}

}  // namespace
}  // namespace vrni2syslog
