#include "format/rfc5424/header_field.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(HeaderField, MakesAHostnameOfAnyText) {
  const std::pair<std::string, std::string> kCases[] = {
      {"vrni.example.com", "vrni.example.com"},
      {"vrni_01.local", "vrni-01.local"},
      {"2001:db8::1", "2001:db8::1"},
      {"two words", "two-words"},
      {"a\nb]\"c", "a-b--c"},
      {"pl\xC3\xA4t", "pl--t"},
      {"", "-"},
      {std::string(300, 'h'), std::string(255, 'h')},
  };
  for (const auto& [text, field] : kCases) EXPECT_EQ(hostname_field(text), field) << text;
}

TEST(HeaderField, MakesAnAppNameOfPrintableAsciiOfAtMost48) {
  EXPECT_EQ(app_name_field("vrni2syslog"), "vrni2syslog");
  EXPECT_EQ(app_name_field("my app\x7F\xC3\xA9"), "my_app___");
  EXPECT_EQ(app_name_field(""), "-");
  EXPECT_EQ(app_name_field(std::string(60, 'a')), std::string(48, 'a'));
}

TEST(HeaderField, MakesAProcessIdOfPrintableAsciiOfAtMost128) {
  EXPECT_EQ(process_id_field("4711"), "4711");
  EXPECT_EQ(process_id_field("47 11\n"), "47_11_");
  EXPECT_EQ(process_id_field(""), "-");
  EXPECT_EQ(process_id_field(std::string(200, '1')), std::string(128, '1'));
}

}  // namespace
}  // namespace vrni2syslog
