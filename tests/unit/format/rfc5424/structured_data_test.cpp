#include "format/rfc5424/structured_data.h"

#include "flow/flow_field.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace vrni2syslog {
namespace {

std::string sd_value(std::string_view text, void (*write)(LineWriter&, std::string_view) noexcept) {
  std::array<char, 200> room{};
  LineWriter writer(room);
  write(writer, text);
  return std::string(writer.text());
}

TEST(StructuredData, EscapesInBothModes) {
  struct Case {
    std::string_view text, rfc5424, safe;
  };
  constexpr Case kCases[] = {
      {"", "", ""},
      {"plain text", "plain text", "plain text"},
      {R"(")", R"(\")", "'"},
      {R"(\)", R"(\\)", "/"},
      {"]", R"(\])", ")"},
      {R"(a"b\c]d)", R"(a\"b\\c\]d)", "a'b/c)d"},
      {R"(\\"]])", R"(\\\\\"\]\])", "//'))"},
      {"[x]='1'", R"([x\]='1')", "[x)='1'"},
      {R"(x" src_ip="10.6.6.6)", R"(x\" src_ip=\"10.6.6.6)", "x' src_ip='10.6.6.6"},
      {"\xC3\xA4]", "\xC3\xA4\\]", "\xC3\xA4)"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(sd_value(c.text, escape_sd_value), c.rfc5424);
    EXPECT_EQ(sd_value(c.text, substitute_in_sd_value), c.safe);
  }
}

TEST(StructuredData, KnowsAnSdName) {
  const std::pair<std::string, bool> kCases[] = {
      {"src_ip", true}, {"a", true},    {std::string(32, 'a'), true},
      {"!#~", true},    {"", false},    {std::string(33, 'a'), false},
      {"a b", false},   {"a=b", false}, {"a]", false},
      {"a\"", false},   {"a\n", false}, {"\xC3\xA4", false},
      {"\x7F", false},
  };
  for (const auto& [name, is_valid] : kCases) EXPECT_EQ(is_valid_sd_name(name), is_valid) << name;
}

TEST(StructuredData, KnowsAnSdIdThatAnybodyMayDefine) {
  const std::pair<std::string, bool> kCases[] = {
      {"vrniflow@32473", true},
      {"a@1.2.3", true},
      {std::string(26, 'a') + "@32473", true},
      {std::string(27, 'a') + "@32473", false},
      {"origin", false},
      {"@32473", false},
      {"a@", false},
      {"a@b", false},
      {"a@1.", false},
      {"a@.1", false},
      {"a@1..2", false},
      {"a@1@2", false},
      {"a b@1", false},
      {"a]@1", false},
      {"", false},
  };
  for (const auto& [id, is_valid] : kCases) EXPECT_EQ(is_valid_private_sd_id(id), is_valid) << id;
}

TEST(StructuredData, NamesOfAllFieldsAreValid) {
  for (const FlowFieldInfo& info : flow_fields())
    EXPECT_TRUE(is_valid_sd_name(info.name)) << info.name;
}

}  // namespace
}  // namespace vrni2syslog
