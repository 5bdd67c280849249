#include "format/record/header.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

TEST(Header, HasThePriorityAndTheMessageIdOfTheKindOfLine) {
  LineOptions options;
  options.origin = {.hostname = "vrni.local", .app_name = "app", .process_id = "", .run_id = ""};
  options.facility = Facility::Local0;
  options.severity_deny = Severity::Error;
  const TextsByKind priorities = texts_by_kind(options, pri_text);
  const TextsByKind origins = texts_by_kind(options, rfc5424_origin_text);
  const auto header_of = [&](LineKind kind) {
    const auto i = static_cast<std::size_t>(kind);
    return priorities[i] + "1 TIME " + origins[i];
  };
  EXPECT_EQ(header_of(LineKind::Flow), "<134>1 TIME vrni.local app - FLOW");
  EXPECT_EQ(header_of(LineKind::FlowAllow), "<134>1 TIME vrni.local app - FLOW_ALLOW");
  EXPECT_EQ(header_of(LineKind::FlowDeny), "<131>1 TIME vrni.local app - FLOW_DENY");
  EXPECT_EQ(header_of(LineKind::Manifest), "<134>1 TIME vrni.local app - MANIFEST");
}

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

std::string rfc3164_time(std::string_view timestamp) {
  std::array<char, 20> room{};
  LineWriter writer(room);
  write_rfc3164_time(writer, timestamp);
  return std::string(writer.text());
}

TEST(Rfc3164Header, PadsTheDayWithABlank) {
  EXPECT_EQ(rfc3164_time("2026-11-22T12:34:56.000Z"), "Nov 22 12:34:56");
  EXPECT_EQ(rfc3164_time("2026-01-02T00:00:00.999Z"), "Jan  2 00:00:00");
  EXPECT_EQ(rfc3164_time("2026-12-30T23:59:59.000Z"), "Dec 30 23:59:59");
}

TEST(Rfc3164Header, HasATagThatReceiversRead) {
  LineOrigin origin;
  origin.process_id = "4711";
  EXPECT_EQ(rfc3164_tag(origin), "vrni2syslog[4711]:");
  origin.process_id = "";
  EXPECT_EQ(rfc3164_tag(origin), "vrni2syslog:");
  origin.app_name = "my app[1]: x";
  EXPECT_EQ(rfc3164_tag(origin), "my_app_1___x:");
  origin.app_name = std::string(40, 'a');
  EXPECT_EQ(rfc3164_tag(origin), std::string(32, 'a') + ":");
}

}  // namespace
}  // namespace vrni2syslog
