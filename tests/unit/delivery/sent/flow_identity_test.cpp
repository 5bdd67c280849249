#include "delivery/sent/flow_identity.h"

#include "flow_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

class FlowIdentityTest : public testing::Test {
 protected:
  [[nodiscard]] FlowIdentity identity_of(const Flow& flow) {
    return identifier_.identify(flow).value();
  }

  FlowMaker maker_;
  FlowIdentifier identifier_{std::string(FlowIdentifier::kSaltBytes, 's'), "here to there"};
};

TEST_F(FlowIdentityTest, IsTheSameForTheSameFlow) {
  EXPECT_EQ(identity_of(maker_.add("10.0.0.5")), identity_of(maker_.add("10.0.0.5")));
}

TEST_F(FlowIdentityTest, DependsOnTheSalt) {
  FlowIdentifier other(std::string(FlowIdentifier::kSaltBytes, 't'), "here to there");
  const Flow& flow = maker_.add("10.0.0.5");
  EXPECT_NE(identity_of(flow).key, other.identify(flow).value().key);
  EXPECT_NE(identity_of(flow).facts, other.identify(flow).value().facts);
}

TEST_F(FlowIdentityTest, DependsOnTheScope) {
  FlowIdentifier other(std::string(FlowIdentifier::kSaltBytes, 's'), "here to elsewhere");
  const Flow& flow = maker_.add("10.0.0.5");
  EXPECT_NE(identity_of(flow).key, other.identify(flow).value().key);
}

TEST_F(FlowIdentityTest, IsThereOnlyForAFlowThatIsKnown) {
  Flow partial = maker_.add("10.0.0.5");
  partial.is_partial = true;
  EXPECT_FALSE(identifier_.identify(partial));
  for (const FlowField field : {FlowField::SourceIp, FlowField::DestinationIp}) {
    Flow flow = maker_.add("10.0.0.5");
    flow.set(field, {});
    EXPECT_FALSE(identifier_.identify(flow)) << info_of(field).name;
  }
  Flow without_port = maker_.add("10.0.0.5");
  without_port.set(FlowField::DestinationPort, {});
  EXPECT_TRUE(identifier_.identify(without_port));
}

TEST_F(FlowIdentityTest, KeepsFlowsOfDifferentEntitiesApart) {
  Flow flow = maker_.add("10.0.0.5");
  const FlowIdentity first = identity_of(flow);
  flow.id = "10000:515:another";
  EXPECT_NE(identity_of(flow).key, first.key);
  EXPECT_EQ(identity_of(flow).facts, first.facts);
}

enum class Part { Key, Facts, Neither };

struct FieldCase {
  FlowField field;
  Part part;
};

class FlowIdentityFields : public FlowIdentityTest,
                           public testing::WithParamInterface<FieldCase> {};

TEST_P(FlowIdentityFields, ChangeWhatTheyArePartOf) {
  Flow flow = maker_.add("10.0.0.5");
  const FlowIdentity before = identity_of(flow);
  flow.set(GetParam().field, maker_.list({"another"}));
  const FlowIdentity after = identity_of(flow);
  EXPECT_EQ(before.key != after.key, GetParam().part == Part::Key);
  EXPECT_EQ(before.facts != after.facts, GetParam().part == Part::Facts);
}

INSTANTIATE_TEST_SUITE_P(Table, FlowIdentityFields,
                         testing::Values(FieldCase{FlowField::SourceIp, Part::Key},
                                         FieldCase{FlowField::DestinationIp, Part::Key},
                                         FieldCase{FlowField::DestinationPort, Part::Key},
                                         FieldCase{FlowField::DestinationPortEnd, Part::Key},
                                         FieldCase{FlowField::Protocol, Part::Key},
                                         FieldCase{FlowField::Action, Part::Facts},
                                         FieldCase{FlowField::RuleId, Part::Facts},
                                         FieldCase{FlowField::SourceVm, Part::Facts},
                                         FieldCase{FlowField::DestinationVm, Part::Facts},
                                         FieldCase{FlowField::SourceSecurityTags, Part::Facts},
                                         FieldCase{FlowField::DestinationSecurityTags, Part::Facts},
                                         FieldCase{FlowField::SourceVmTags, Part::Facts},
                                         FieldCase{FlowField::DestinationVmTags, Part::Facts},
                                         FieldCase{FlowField::FlowTag, Part::Neither},
                                         FieldCase{FlowField::SourceHost, Part::Neither},
                                         FieldCase{FlowField::SourceCluster, Part::Neither}),
                         [](const auto& row) {
                           return std::string(info_of(row.param.field).name);
                         });

TEST_F(FlowIdentityTest, DoesNotDependOnTheOrderOfLists) {
  Flow flow = maker_.add("10.0.0.5");
  flow.set(FlowField::SourceVmTags, maker_.list({"a", "b", "c"}));
  const FlowIdentity first = identity_of(flow);
  flow.set(FlowField::SourceVmTags, maker_.list({"c", "a", "b", "a"}));
  EXPECT_EQ(identity_of(flow), first);
}

TEST_F(FlowIdentityTest, TellsApartWhatReadsTheSameWhenRunTogether) {
  struct Tags {
    std::initializer_list<std::string_view> source;
    std::initializer_list<std::string_view> destination;
  };
  const Tags kinds[] = {{{"ab", "c"}, {}}, {{"a", "bc"}, {}}, {{"abc"}, {}},
                        {{}, {"abc"}},     {{"ab"}, {"c"}},   {{"", "abc"}, {}}};
  std::vector<FlowFacts> seen;
  for (const Tags& kind : kinds) {
    Flow flow = maker_.add("10.0.0.5");
    flow.set(FlowField::SourceVmTags, maker_.list(kind.source));
    flow.set(FlowField::DestinationVmTags, maker_.list(kind.destination));
    const FlowFacts facts = identity_of(flow).facts;
    EXPECT_EQ(std::ranges::count(seen, facts), 0);
    seen.push_back(facts);
  }
}

}  // namespace
}  // namespace vrni2syslog
