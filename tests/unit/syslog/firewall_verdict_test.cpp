#include "syslog/firewall_verdict.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(FirewallVerdict, FollowsFromTheActionInAnyCase) {
  constexpr std::pair<std::string_view, FirewallVerdict> kCases[] = {
      {"ALLOW", FirewallVerdict::Allow},        {"allow", FirewallVerdict::Allow},
      {"ACCEPT", FirewallVerdict::Allow},       {"Accept", FirewallVerdict::Allow},
      {"DENY", FirewallVerdict::Deny},          {"DROP", FirewallVerdict::Deny},
      {"drop", FirewallVerdict::Deny},          {"REJECT", FirewallVerdict::Deny},
      {" DENY\n", FirewallVerdict::Deny},       {"", FirewallVerdict::Unknown},
      {"REDIRECT", FirewallVerdict::Unknown},   {"DO_NOT_REDIRECT", FirewallVerdict::Unknown},
      {"ALLOWED", FirewallVerdict::Unknown},    {"ALLO", FirewallVerdict::Unknown},
      {"DENY ALLOW", FirewallVerdict::Unknown}, {"@LLOW", FirewallVerdict::Unknown},
  };
  for (const auto& [action, verdict] : kCases)
    EXPECT_EQ(firewall_verdict(action), verdict) << action;
}

TEST(FirewallVerdict, DecidesMessageIdAndSeverity) {
  LineOptions options;
  EXPECT_EQ(message_id(FirewallVerdict::Allow), "FLOW_ALLOW");
  EXPECT_EQ(message_id(FirewallVerdict::Deny), "FLOW_DENY");
  EXPECT_EQ(message_id(FirewallVerdict::Unknown), "FLOW");
  EXPECT_EQ(flow_severity(FirewallVerdict::Allow, options), Severity::Informational);
  EXPECT_EQ(flow_severity(FirewallVerdict::Deny, options), Severity::Warning);
  options.severity_allow = Severity::Debug;
  options.severity_deny = Severity::Critical;
  EXPECT_EQ(flow_severity(FirewallVerdict::Allow, options), Severity::Debug);
  EXPECT_EQ(flow_severity(FirewallVerdict::Deny, options), Severity::Critical);
  EXPECT_EQ(flow_severity(FirewallVerdict::Unknown, options), Severity::Informational);
}

}  // namespace
}  // namespace vrni2syslog
