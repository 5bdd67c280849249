#include "format/record/firewall_action.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(FirewallAction, FollowsFromTheActionInAnyCase) {
  constexpr std::pair<std::string_view, FirewallAction> kCases[] = {
      {"ALLOW", FirewallAction::Allow},        {"allow", FirewallAction::Allow},
      {"ACCEPT", FirewallAction::Allow},       {"Accept", FirewallAction::Allow},
      {"DENY", FirewallAction::Deny},          {"DROP", FirewallAction::Deny},
      {"drop", FirewallAction::Deny},          {"REJECT", FirewallAction::Deny},
      {" DENY\n", FirewallAction::Deny},       {"", FirewallAction::Unknown},
      {"REDIRECT", FirewallAction::Unknown},   {"DO_NOT_REDIRECT", FirewallAction::Unknown},
      {"ALLOWED", FirewallAction::Unknown},    {"ALLO", FirewallAction::Unknown},
      {"DENY ALLOW", FirewallAction::Unknown}, {"@LLOW", FirewallAction::Unknown},
  };
  for (const auto& [action, verdict] : kCases)
    EXPECT_EQ(firewall_action(action), verdict) << action;
}

TEST(FirewallAction, DecidesMessageIdAndSeverity) {
  LineOptions options;
  EXPECT_EQ(message_id(FirewallAction::Allow), "FLOW_ALLOW");
  EXPECT_EQ(message_id(FirewallAction::Deny), "FLOW_DENY");
  EXPECT_EQ(message_id(FirewallAction::Unknown), "FLOW");
  EXPECT_EQ(flow_severity(FirewallAction::Allow, options), Severity::Informational);
  EXPECT_EQ(flow_severity(FirewallAction::Deny, options), Severity::Warning);
  options.severity_allow = Severity::Debug;
  options.severity_deny = Severity::Critical;
  EXPECT_EQ(flow_severity(FirewallAction::Allow, options), Severity::Debug);
  EXPECT_EQ(flow_severity(FirewallAction::Deny, options), Severity::Critical);
  EXPECT_EQ(flow_severity(FirewallAction::Unknown, options), Severity::Informational);
}

}  // namespace
}  // namespace vrni2syslog
