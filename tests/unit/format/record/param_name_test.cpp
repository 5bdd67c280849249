#include "format/record/param_name.h"

#include "format/rfc5424/structured_data.h"

#include <gtest/gtest.h>

#include <set>

namespace vrni2syslog {
namespace {

TEST(ParamName, IsSnakeCaseOfAtMost32Characters) {
  const std::pair<std::string, std::string> kCases[] = {
      {"dns_domain", "dns_domain"},
      {"dnsDomain", "dns_domain"},
      {"DNSDomain", "dnsdomain"},
      {"Source Country", "src_country"},
      {"source_country", "src_country"},
      {"destination_isp", "dst_isp"},
      {"destinationIsp", "dst_isp"},
      {"source_", "x_source"},
      {"resource_x", "resource_x"},
      {"a--b..c", "a_b_c"},
      {"__a__", "a"},
      {"k8s2", "k8s2"},
      {"8k", "x_8k"},
      {"", "x"},
      {"\xC3\xA4\"]=\n", "x"},
      {"a\" src_ip=\"1", "a_src_ip_1"},
      {std::string(40, 'a'), std::string(32, 'a')},
      {std::string(31, 'a') + "_b", std::string(31, 'a')},
      {"destination_" + std::string(40, 'b'), "dst_" + std::string(28, 'b')},
  };
  for (const auto& [api_name, name] : kCases) EXPECT_EQ(fit_param_name(api_name), name) << api_name;
}

TEST(ParamName, KeepsClearOfReceiversNamesAndOurOwn) {
  for (const std::string name : {"timestamp", "source", "message", "host", "hostname", "level",
                                 "facility", "text", "id", "time", "full_message", "src_ip",
                                 "flow_id", "run", "partial", "attempt", "late", "truncated"}) {
    EXPECT_EQ(fit_param_name(name), "x_" + name);
  }
  EXPECT_EQ(fit_param_name("fullMessage"), "x_full_message");
  EXPECT_EQ(fit_param_name("srcIp"), "x_src_ip");
}

TEST(UnknownFieldNames, AreUniqueAndStay) {
  UnknownFieldNames names;
  EXPECT_EQ(names.name_of("fooBar"), "foo_bar");
  EXPECT_EQ(names.name_of("foo_bar"), "foo_bar_2");
  EXPECT_EQ(names.name_of("foo-bar"), "foo_bar_3");
  EXPECT_EQ(names.name_of("fooBar"), "foo_bar");
  EXPECT_EQ(names.name_of(std::string(40, 'a')), std::string(32, 'a'));
  EXPECT_EQ(names.name_of(std::string(41, 'a')), std::string(30, 'a') + "_2");
}

TEST(UnknownFieldNames, AreLimited) {
  UnknownFieldNames names;
  std::set<std::string, std::less<>> seen;
  for (std::size_t i = 0; i < UnknownFieldNames::kMaxNames; ++i) {
    const auto name =
        names.name_of(std::string(i % 16 + 1, '.') + "source_" + std::to_string(i / 16));
    ASSERT_TRUE(name);
    EXPECT_TRUE(is_valid_sd_name(*name));
    EXPECT_TRUE(seen.emplace(*name).second) << *name;
  }
  EXPECT_EQ(names.name_of("one_more"), std::nullopt);
  EXPECT_TRUE(names.name_of(".source_0"));
  EXPECT_EQ(UnknownFieldNames().name_of(std::string(257, 'a')), std::nullopt);
}

}  // namespace
}  // namespace vrni2syslog
