#include "filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace vrni2syslog::simulator {
namespace {

// Values by field; those of `tag` are a list.
class Subject final : public FilterSubject {
 public:
  [[nodiscard]] bool any_value(std::string_view field, const Test& test) const override {
    static const std::multimap<std::string, std::string, std::less<>> values{
        {"protocol", "TCP"}, {"port", "443"}, {"vm.name", "web-01"}, {"tag", "A"}, {"tag", "B"},
    };
    const auto [first, last] = values.equal_range(field);
    return std::any_of(first, last, [&](const auto& entry) { return test(entry.second); });
  }

  [[nodiscard]] static bool has_field(std::string_view field) {
    return field == "protocol" || field == "port" || field == "vm.name" || field == "tag" ||
           field == "action";
  }
};

bool matches(std::string_view text) {
  return Filter(text, &Subject::has_field).matches(Subject());
}

struct Row {
  std::string_view filter;
  bool is_match;
};

TEST(Filter, SelectsAsTheApiDocumentsIt) {
  for (const auto& [filter, is_match] : {
           Row{"", true},
           Row{"  ", true},
           Row{"protocol = 'TCP'", true},
           Row{"protocol='UDP'", false},
           Row{"protocol = TCP", true},
           Row{"protocol != 'TCP'", false},
           Row{"port = 443", true},
           Row{"port < 1000", true},
           Row{"port > 1000", false},
           Row{"port <= 443 and port >= 443", true},
           Row{"vm.name like 'web'", true},
           Row{"vm.name NOT LIKE '%db%'", true},
           Row{"port in (80, 443)", true},
           Row{"port not in (80, 443)", false},
           Row{"tag = A", true},
           Row{"tag = B", true},
           Row{"tag != B", false},
           Row{"tag != C", true},
           Row{"vm.name is set", true},
           Row{"action IS SET", false},
           Row{"action IS NOT SET", true},
           Row{"action = DENY", false},
           Row{"((tag = C) or (tag = B))", true},
           Row{"tag = A AND tag = C OR port = 443", true},
           Row{"tag = A and (tag = C or port = 80)", false},
       }) {
    EXPECT_EQ(matches(filter), is_match) << filter;
  }
}

TEST(Filter, RefusesWhatIsNoFilter) {
  for (const std::string_view filter :
       {"protocol", "protocol =", "protocol = 'TCP", "(protocol = TCP", "protocol = TCP)",
        "no_such_field = 1", "protocol = TCP and", "protocol TCP", "= TCP", "protocol = \"TCP\"",
        "port in 443", "port in (443", "port is", "not port = 443", "port not = 443", "in last",
        "port = 443 in last x hours", "port = 443 in last 2 moons", "port = 443 port = 80"}) {
    EXPECT_THROW(matches(filter), FilterError) << filter;
  }
  EXPECT_THROW(matches(std::string(100'000, '(')), FilterError);
}

TEST(Filter, TellsTheWindowOfATrailingInLast) {
  const Filter filter("(tag = A) in last 24 hours", &Subject::has_field);
  EXPECT_EQ(filter.in_last(), std::chrono::hours(24));
  EXPECT_TRUE(filter.matches(Subject()));
  EXPECT_EQ(Filter("in last 5 minutes", &Subject::has_field).in_last(), std::chrono::minutes(5));
  EXPECT_EQ(Filter("tag = A", &Subject::has_field).in_last(), std::nullopt);
}

}  // namespace
}  // namespace vrni2syslog::simulator
