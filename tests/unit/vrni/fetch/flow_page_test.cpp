#include "vrni/fetch/flow_page.h"

#include "vrni/fetch/property_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;

/// A page of one flow with the given properties, as JSON.
class OneFlow {
 public:
  explicit OneFlow(const std::string& properties)
      : outcome(read_flow_page(
            R"({"results":[{"entity_id":"10000:515:1","entity_type":"Flow","time":1509283320,"entity":{)" +
                properties + "}}]}",
            batch, page)) {}

  [[nodiscard]] const Flow& flow() const { return page.flows.at(0); }
  [[nodiscard]] std::vector<std::string> texts(FlowField field) const {
    const FieldValue value = flow().value(field);
    return {value.begin(), value.end()};
  }

  FlowBatch batch{TimeWindow{}};
  FlowPage page;
  BodyOutcome outcome;
};

TEST(FlowPage, ReadsTheOfficialExample) {
  const OneFlow read(
      R"("entity_id":"10000:515:1","name":"10.197.53.40 -> 10.197.53.38 [port:500]","entity_type":"Flow",
    "source_ip":{"ip_address":"10.197.53.40","netmask":"255.255.255.255","network_address":"10.197.53.40"},
    "destination_ip":{"ip_address":"10.197.53.38","netmask":"255.255.255.255","network_address":"10.197.53.38"},
    "port":{"start":500,"end":500,"display":"500","iana_name":"isakmp","iana_port_display":"500 [isakmp]"},
    "source_folders":[],"protocol":"UDP","traffic_type":"EAST_WEST_TRAFFIC","source_vm_tags":[],"within_host":false,
    "firewall_action":"ALLOW","firewall_rule_id":[],"flow_tag":["EAST_WEST_TRAFFIC","PHY_PHY_TRAFFIC","SRC_IP_PHYSICAL"])");
  ASSERT_TRUE(read.outcome);
  ASSERT_EQ(read.page.flows.size(), 1U);
  EXPECT_EQ(read.flow().id, "10000:515:1");
  EXPECT_EQ(read.flow().name, "10.197.53.40 -> 10.197.53.38 [port:500]");
  EXPECT_EQ(read.flow().version_time, UnixSeconds(std::chrono::seconds(1509283320)));
  EXPECT_FALSE(read.flow().is_partial);
  EXPECT_TRUE(read.flow().unknown_fields.empty());
  EXPECT_THAT(read.texts(FlowField::SourceIp), ElementsAre("10.197.53.40"));
  EXPECT_THAT(read.texts(FlowField::SourceIpNetwork), ElementsAre());
  EXPECT_THAT(read.texts(FlowField::SourceIpNetmask), ElementsAre());
  EXPECT_THAT(read.texts(FlowField::DestinationIp), ElementsAre("10.197.53.38"));
  EXPECT_THAT(read.texts(FlowField::DestinationPort), ElementsAre("500"));
  EXPECT_THAT(read.texts(FlowField::DestinationPortEnd), ElementsAre());
  EXPECT_THAT(read.texts(FlowField::PortName), ElementsAre("isakmp"));
  EXPECT_THAT(read.texts(FlowField::Protocol), ElementsAre("UDP"));
  EXPECT_THAT(read.texts(FlowField::WithinHost), ElementsAre("false"));
  EXPECT_THAT(read.texts(FlowField::Action), ElementsAre("ALLOW"));
  EXPECT_THAT(read.texts(FlowField::RuleId), ElementsAre());
  EXPECT_THAT(read.texts(FlowField::SourceFolders), ElementsAre());
  EXPECT_THAT(read.texts(FlowField::FlowTag),
              ElementsAre("EAST_WEST_TRAFFIC", "PHY_PHY_TRAFFIC", "SRC_IP_PHYSICAL"));
  EXPECT_EQ(read.page.left_out, 0U);
}

struct ValueCase {
  const char* name;
  const char* json;
  FlowField field;
  std::vector<std::string> expected;
};

class FlowPageValue : public testing::TestWithParam<ValueCase> {};

TEST_P(FlowPageValue, IsConvertedIfThatMakesSense) {
  const OneFlow read(GetParam().json);
  ASSERT_TRUE(read.outcome);
  EXPECT_EQ(read.texts(GetParam().field), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, FlowPageValue,
    testing::Values(
        ValueCase{"TextFromNumber", R"("protocol":17)", FlowField::Protocol, {"17"}},
        ValueCase{"TextFromBoolean", R"("protocol":true)", FlowField::Protocol, {"true"}},
        ValueCase{"TextFromNull", R"("protocol":null)", FlowField::Protocol, {}},
        ValueCase{"TextFromEmptyText", R"("protocol":"")", FlowField::Protocol, {}},
        ValueCase{"TextFromObject", R"("protocol":{"a":1})", FlowField::Protocol, {}},
        ValueCase{"TextUnknownValue", R"("firewall_action":"SHRUG")", FlowField::Action, {"SHRUG"}},
        ValueCase{
            "TextTwice", R"("protocol":"TCP","protocol":"UDP")", FlowField::Protocol, {"UDP"}},
        ValueCase{"RuleText", R"("firewall_rule_id":"1024")", FlowField::RuleId, {"1024"}},
        ValueCase{"RuleNumber", R"("firewall_rule_id":1024)", FlowField::RuleId, {"1024"}},
        ValueCase{"RuleArray",
                  R"("firewall_rule_id":["1024",1025])",
                  FlowField::RuleId,
                  {"1024", "1025"}},
        ValueCase{"TextsFromText", R"("source_vm_tags":"x")", FlowField::SourceVmTags, {"x"}},
        ValueCase{"TextsMixed",
                  R"("source_vm_tags":["a",null,1,["x"],{},"",{"b":{"c":1}},"d"])",
                  FlowField::SourceVmTags,
                  {"a", "1", "d"}},
        ValueCase{"ReferenceByName",
                  R"("source_vm":{"entity_id":"1:1:1","entity_name":"web-01"})",
                  FlowField::SourceVm,
                  {"web-01"}},
        ValueCase{"ReferenceById",
                  R"("source_vm":{"entity_id":"1:1:1","entity_name":null})",
                  FlowField::SourceVm,
                  {"1:1:1"}},
        ValueCase{"ReferenceWithNameOnly",
                  R"("source_vm":{"entity_name":"web-01"})",
                  FlowField::SourceVm,
                  {"web-01"}},
        ValueCase{"ReferenceNull", R"("source_vm":null)", FlowField::SourceVm, {}},
        ValueCase{"ReferenceEmpty", R"("source_vm":{})", FlowField::SourceVm, {}},
        ValueCase{"ReferenceAsText", R"("source_vm":"web-01")", FlowField::SourceVm, {"web-01"}},
        ValueCase{"ReferenceAsList",
                  R"("source_vm":[{"entity_name":"a"},{"entity_name":"b"}])",
                  FlowField::SourceVm,
                  {"a", "b"}},
        ValueCase{"ReferenceWithDeepName",
                  R"("source_vm":{"entity_name":{"x":1},"entity_id":"1:1:1"})",
                  FlowField::SourceVm,
                  {"1:1:1"}},
        ValueCase{"ReferencesAsObject",
                  R"("source_security_groups":{"entity_name":"a"})",
                  FlowField::SourceSecurityGroups,
                  {"a"}},
        ValueCase{"References",
                  R"("source_security_groups":[{"entity_name":"a"},null,{"entity_id":"2:2:2"}])",
                  FlowField::SourceSecurityGroups,
                  {"a", "2:2:2"}},
        ValueCase{"AddressAsText", R"("source_ip":"10.0.0.1")", FlowField::SourceIp, {"10.0.0.1"}},
        ValueCase{"AddressNull", R"("source_ip":{"ip_address":null})", FlowField::SourceIp, {}},
        ValueCase{
            "Network",
            R"("source_ip":{"ip_address":"2009::5","netmask":"","network_address":"2009::/64"})",
            FlowField::SourceIpNetwork,
            {"2009::/64"}},
        ValueCase{
            "NetmaskEmpty",
            R"("source_ip":{"ip_address":"2009::5","netmask":"","network_address":"2009::/64"})",
            FlowField::SourceIpNetmask,
            {}},
        ValueCase{
            "Netmask",
            R"("destination_ip":{"netmask":"255.0.0.0","network_address":"10.0.0.0","ip_address":"10.0.0.1"})",
            FlowField::DestinationIpNetmask,
            {"255.0.0.0"}},
        ValueCase{
            "PortOfRange", R"("port":{"start":80,"end":90})", FlowField::DestinationPort, {"80"}},
        ValueCase{
            "EndOfRange", R"("port":{"start":80,"end":90})", FlowField::DestinationPortEnd, {"90"}},
        ValueCase{
            "PortByDisplay", R"("port":{"display":"443"})", FlowField::DestinationPort, {"443"}},
        ValueCase{"NoEndWithoutStart",
                  R"("port":{"display":"443","end":443})",
                  FlowField::DestinationPortEnd,
                  {}},
        ValueCase{"PortAsNumber", R"("port":443)", FlowField::DestinationPort, {"443"}},
        ValueCase{"PortAsText", R"("port":"443")", FlowField::DestinationPort, {"443"}},
        ValueCase{"PortNull", R"("port":null)", FlowField::DestinationPort, {}}),
    [](const auto& row) { return row.param.name; });

TEST(FlowPage, SurvivesWrongTypesInEveryProperty) {
  for (const FlowFieldInfo& info : flow_fields()) {
    if (info.api_name.empty()) continue;
    for (const char* const value :
         {"null", "1", "true", "\"\"", "\"x\"", "[]", "{}", "[[[]]]", "[{\"entity_id\":[{}]}]",
          "{\"entity_id\":{\"a\":[]},\"start\":[],\"ip_address\":{}}", "[null,[1],{}]", "1e300"}) {
      const OneFlow read("\"" + std::string(info.api_name) + "\":" + value +
                         R"(,"protocol":"TCP")");
      ASSERT_TRUE(read.outcome) << info.api_name << value;
      ASSERT_EQ(read.page.flows.size(), 1U) << info.api_name << value;
      EXPECT_EQ(read.flow().text(FlowField::Protocol), "TCP") << info.api_name << value;
    }
  }
}

TEST(FlowPage, FindsEveryPropertyWhateverTheOrder) {
  std::vector<const FlowFieldInfo*> rows;
  for (const FlowFieldInfo& info : flow_fields()) {
    if (!info.api_name.empty()) rows.push_back(&info);
  }
  std::string entities;
  for (int round = 0; round < 4; ++round) {
    std::string properties;
    for (const FlowFieldInfo* const info : rows)
      properties += ",\"" + std::string(info->api_name) + R"(":")" + std::string(info->name) + '"';
    entities += (round == 0 ? "" : ",") + std::string(R"({"entity":{"entity_id":"1:515:)") +
                std::to_string(round) + '"' + properties + R"(,"src_ip":"x","protocols":"y"}})";
    // The next flows have them the other way round, and then twice as in the flow before.
    if (round != 2) std::ranges::reverse(rows);
  }
  FlowBatch batch{TimeWindow{}};
  FlowPage page;
  ASSERT_TRUE(read_flow_page("{\"results\":[" + entities + "]}", batch, page));
  ASSERT_EQ(page.flows.size(), 4U);
  for (const Flow& flow : page.flows) {
    for (const FlowFieldInfo* const info : rows) EXPECT_EQ(flow.text(info->field), info->name);
    EXPECT_EQ(flow.unknown_fields.size(), 2U) << "names that only look like properties";
  }
}

TEST(FlowPage, CountsWhatItLeavesOut) {
  const OneFlow read(R"("source_vm":{"x":1},"source_vm_tags":[["a"]],"new_in_2030":{"x":1})");
  EXPECT_EQ(read.page.left_out, 2U);
  EXPECT_EQ(read.page.left_out_name, "source_vm");
}

TEST(FlowPage, KeepsPropertiesThatItDoesNotKnow) {
  const OneFlow read(
      R"("new_a":"x","new_b":[1,"y"],"new_c":{"entity_id":"3:3:3","entity_name":"z"},"new_d":{"a":{"b":1}},"new_e":null,"new_f":[])");
  ASSERT_EQ(read.flow().unknown_fields.size(), 3U);
  EXPECT_EQ(read.flow().unknown_fields[0].api_name, "new_a");
  EXPECT_THAT(read.flow().unknown_fields[0].value, ElementsAre("x"));
  EXPECT_THAT(read.flow().unknown_fields[1].value, ElementsAre("1", "y"));
  EXPECT_THAT(read.flow().unknown_fields[2].value, ElementsAre("z"));
}

TEST(FlowPage, PassesHostileNamesOnAsTheyAre) {
  const OneFlow read(
      "\"name\":\"a\\u0000]\\\"\\n\xFF\",\"source_vm\":{\"entity_name\":\"\\ud800 \\u202e\"}");
  EXPECT_EQ(read.flow().name, std::string_view("a\0]\"\n\xFF", 6));
  EXPECT_EQ(read.flow().text(FlowField::SourceVm), "\xEF\xBF\xBD \xE2\x80\xAE");
}

TEST(FlowPage, ListsReferencesWithoutNames) {
  const OneFlow read(
      R"("source_vm":{"entity_id":"1:1:1"},"source_host":{"entity_id":"1:4:1","entity_name":"esx"},
                        "source_folders":[{"entity_id":"1:5:1","entity_name":""}])");
  ASSERT_EQ(read.page.unnamed.size(), 2U);
  EXPECT_EQ(*read.page.unnamed[0], "1:1:1");
  *read.page.unnamed[0] = "web-01";
  EXPECT_EQ(read.flow().text(FlowField::SourceVm), "web-01");
}

TEST(FlowPage, ListsVlanNetworks) {
  const OneFlow read(
      R"("source_l2_network":{"entity_id":"1:11:1","entity_type":"VlanL2Network","entity_name":"vlan-1014"},
                        "destination_l2_network":{"entity_id":"1:12:1","entity_type":"VxlanLayer2Network","entity_name":"v"})");
  ASSERT_EQ(read.page.vlans.size(), 1U);
  EXPECT_EQ(read.page.vlans[0].flow, 0U);
  EXPECT_EQ(read.page.vlans[0].field, FlowField::SourceVlanId);
  EXPECT_EQ(read.page.vlans[0].entity.id, "1:11:1");
}

TEST(FlowPage, ListsVmsIfTheyAreAskedFor) {
  constexpr std::string_view kBody =
      R"({"results":[{"entity":{"source_vm":{"entity_id":"1:1:1"}}},{"entity":{"entity_id":"a",
        "source_vm":{"entity_id":"1:1:2","entity_type":"EC2Instance","entity_name":"web"},"destination_vm":{"entity_name":"db"},
        "source_host":{"entity_id":"1:4:1","entity_type":"Host"}}}]})";
  for (const bool is_asked : {false, true}) {
    FlowBatch batch{TimeWindow{}};
    FlowPage page;
    page.is_with_vms = is_asked;
    ASSERT_TRUE(read_flow_page(std::string(kBody), batch, page));
    ASSERT_EQ(page.vms.size(), is_asked ? 1U : 0U);
    if (!is_asked) continue;
    EXPECT_EQ(page.vms[0].flow, 0U);
    EXPECT_EQ(page.vms[0].field, FlowField::SourceVm);
    EXPECT_EQ(page.vms[0].entity.id, "1:1:2");
    EXPECT_EQ(page.vms[0].entity.type, "EC2Instance");
  }
}

TEST(FlowPage, PassesOverResultsWithoutAnEntity) {
  FlowBatch batch{TimeWindow{}};
  FlowPage page;
  ASSERT_TRUE(read_flow_page(
      R"({"x":[{"entity":{"entity_id":"no"}}],"results":[null,1,[],{},{"entity_id":"a","entity":null},
        {"entity_id":"b","entity":"x"},{"entity":{"source_l2_network":{"entity_id":"n","entity_type":"VlanL2Network"}}},
        {"time":5,"entity":{"entity_id":"c"}},{"entity":{"entity_id":"other","protocol":"TCP"},"entity_id":"d","time":6}]})",
      batch, page));
  ASSERT_EQ(page.flows.size(), 2U);
  EXPECT_EQ(page.flows[0].id, "c");
  EXPECT_EQ(page.flows[0].version_time, UnixSeconds(std::chrono::seconds(5)));
  EXPECT_EQ(page.flows[1].id, "d");
  EXPECT_EQ(page.flows[1].version_time, UnixSeconds(std::chrono::seconds(6)));
  EXPECT_EQ(page.flows[1].text(FlowField::Protocol), "TCP");
  EXPECT_TRUE(page.vlans.empty());
}

TEST(FlowPage, KeepsTheTextsOfAShortAnswer) {
  FlowBatch batch{TimeWindow{}};
  FlowPage page;
  std::string body = R"({"results":[{"entity":{"entity_id":"a"}}]})";
  body.shrink_to_fit();
  ASSERT_TRUE(read_flow_page(std::move(body), batch, page));
  EXPECT_EQ(page.flows.at(0).id, "a");
}

TEST(FlowPage, SaysWhatIsWrongWithTheAnswer) {
  for (const char* const body :
       {"", "<html>", "[]", "{}", R"({"results":null})", R"({"results":[{"entity":{)"}) {
    FlowBatch batch{TimeWindow{}};
    FlowPage page;
    EXPECT_FALSE(read_flow_page(body, batch, page)) << body;
  }
}

TEST(FlowPage, RefusesMoreResultsThanWereAskedFor) {
  FlowBatch batch{TimeWindow{}};
  FlowPage page;
  const std::string body =
      R"({"results":[{"entity":{"entity_id":"a"}},{},{"entity":{"entity_id":"b"}}]})";
  EXPECT_TRUE(read_flow_page(body, batch, page, 3));
  EXPECT_EQ(page.flows.size(), 2U);
  EXPECT_EQ(read_flow_page(body, batch, page, 2).problem().text, "more results than asked for");
  EXPECT_EQ(page.flows.size(), 1U);
}

TEST(FlowPage, ReadsPortsThatAreWrittenAsFloats) {
  OneFlow range(R"("port":{"start":443.0,"end":4.44E2})");
  EXPECT_THAT(range.texts(FlowField::DestinationPort), ElementsAre("443"));
  EXPECT_THAT(range.texts(FlowField::DestinationPortEnd), ElementsAre("444"));
  OneFlow number(R"("port":443.0)");
  EXPECT_THAT(number.texts(FlowField::DestinationPort), ElementsAre("443"));
}

TEST(FlowPage, ReadsAllPortsOfAList) {
  struct Case {
    const char* ports;
    std::vector<std::string> expected;
  };
  for (const Case& row : {
           Case{R"([{"start":80,"end":80},{"start":8000,"end":8100}])", {"80", "8000-8100"}},
           Case{R"([{"start":80,"display":"80"},{"start":8000,"end":8100}])", {"80", "8000-8100"}},
           Case{R"([{"start":80,"end":90},{"display":"443"}])", {"80-90", "443"}},
           Case{R"([{"start":443.0,"end":4.44E2},{"start":1}])", {"443-444", "1"}},
           Case{R"([443,"80",{"start":8000,"end":8100}])", {"443", "80", "8000-8100"}},
           Case{R"([{"iana_name":"x"},{"start":1,"end":1}])", {"1"}},
       }) {
    EXPECT_EQ(OneFlow(R"("port":)" + std::string(row.ports)).texts(FlowField::DestinationPort),
              row.expected)
        << row.ports;
  }
}

TEST(FlowPage, ReadsAllItemsWhereOneIsUsual) {
  OneFlow flow(
      R"("port":[{"start":80,"end":80,"iana_name":"http"},{"start":443,"end":443,"iana_name":"https"}],
         "source_ip":[{"ip_address":"10.0.0.1"},{"ip_address":"10.0.0.2"}])");
  EXPECT_THAT(flow.texts(FlowField::DestinationPort), ElementsAre("80", "443"));
  EXPECT_THAT(flow.texts(FlowField::PortName), ElementsAre("http", "https"));
  EXPECT_THAT(flow.texts(FlowField::SourceIp), ElementsAre("10.0.0.1", "10.0.0.2"));
}

TEST(PropertyValue, KnowsAttributesByTheirNames) {
  const std::pair<const char*, Attribute> kNames[] = {
      {"entity_id", Attribute::EntityId},
      {"entity_name", Attribute::EntityName},
      {"entity_type", Attribute::EntityType},
      {"ip_address", Attribute::IpAddress},
      {"netmask", Attribute::Netmask},
      {"network_address", Attribute::NetworkAddress},
      {"start", Attribute::Start},
      {"end", Attribute::End},
      {"display", Attribute::Display},
      {"iana_name", Attribute::IanaName}};
  PropertyValue value;
  value.begin_object();
  for (const auto& [name, attribute] : kNames) {
    EXPECT_EQ(attribute_named(name), attribute);
    std::string other = name;
    other.back() = '_';
    EXPECT_EQ(attribute_named(other), std::nullopt);
    value.add_attribute(other, "other");
    value.add_attribute(name, name);
  }
  EXPECT_EQ(attribute_named(""), std::nullopt);
  value.begin_object();
  for (const auto& [name, attribute] : kNames) {
    EXPECT_EQ(value.attribute(0, attribute), name);
    EXPECT_EQ(value.attribute(1, attribute), "");
  }
}

}  // namespace
}  // namespace vrni2syslog
