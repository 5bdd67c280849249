#include "format/record/line_kind.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(LineKind, FollowsFromTheActionInAnyCase) {
  constexpr std::pair<std::string_view, LineKind> kCases[] = {
      {"ALLOW", LineKind::FlowAllow},  {"allow", LineKind::FlowAllow},
      {"ACCEPT", LineKind::FlowAllow}, {"Accept", LineKind::FlowAllow},
      {"DENY", LineKind::FlowDeny},    {"DROP", LineKind::FlowDeny},
      {"drop", LineKind::FlowDeny},    {"REJECT", LineKind::FlowDeny},
      {" DENY\n", LineKind::FlowDeny}, {"", LineKind::Flow},
      {"REDIRECT", LineKind::Flow},    {"DO_NOT_REDIRECT", LineKind::Flow},
      {"ALLOWED", LineKind::Flow},     {"ALLO", LineKind::Flow},
      {"DENY ALLOW", LineKind::Flow},  {"@LLOW", LineKind::Flow},
  };
  for (const auto& [action, kind] : kCases) EXPECT_EQ(kind_of_flow(action), kind) << action;
}

TEST(LineKind, DecidesMessageIdAndSeverity) {
  LineOptions options;
  EXPECT_EQ(message_id(LineKind::FlowAllow), "FLOW_ALLOW");
  EXPECT_EQ(message_id(LineKind::FlowDeny), "FLOW_DENY");
  EXPECT_EQ(message_id(LineKind::Flow), "FLOW");
  EXPECT_EQ(message_id(LineKind::Manifest), "MANIFEST");
  EXPECT_EQ(message_id(LineKind::Test), "TEST");
  EXPECT_EQ(severity_of(LineKind::FlowAllow, options), Severity::Informational);
  EXPECT_EQ(severity_of(LineKind::FlowDeny, options), Severity::Warning);
  options.severity_allow = Severity::Debug;
  options.severity_deny = Severity::Critical;
  EXPECT_EQ(severity_of(LineKind::FlowAllow, options), Severity::Debug);
  EXPECT_EQ(severity_of(LineKind::FlowDeny, options), Severity::Critical);
  EXPECT_EQ(severity_of(LineKind::Flow, options), Severity::Informational);
  EXPECT_EQ(severity_of(LineKind::Manifest, options), Severity::Informational);
}

}  // namespace
}  // namespace vrni2syslog
