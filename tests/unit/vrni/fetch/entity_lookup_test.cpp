#include "vrni/fetch/entity_lookup.h"

#include "unit/vrni/api_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class EntityLookupTest : public testing::Test {
 protected:
  /// The answers by the ids of those that have one.
  [[nodiscard]] std::map<std::string_view, std::string_view> look_up(
      EntityLookup& lookup, const std::vector<std::string_view>& ids) {
    std::vector<FieldReference> references;
    for (const std::string_view id : ids)
      references.push_back({0, FlowField::SourceVm, {.id = id, .type = {}}});
    const DistinctEntities distinct = distinct_entities(references);
    const std::vector<std::string_view> texts = lookup.look_up(distinct.entities, batch_);
    std::map<std::string_view, std::string_view> answers;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::string_view text = texts[distinct.places[i]];
      if (!text.empty()) answers.emplace(ids[i], text);
    }
    return answers;
  }

  ApiFixture fixture_;
  ApiClient api_ = fixture_.make_api();
  EntityLookup names_ = EntityLookup::names_of_entities(api_, fixture_.log);
  EntityLookup vlan_ids_ = EntityLookup::vlan_ids_of_networks(api_, fixture_.log);
  FlowBatch batch_{TimeWindow{}};
};

TEST_F(EntityLookupTest, AsksForEachEntityOnce) {
  fixture_.script(
      "/entities/names",
      {answer(
          200,
          R"({"entities":[{"entity_id":"1:1:2","name":"b"},{"entity_id":"1:1:1","entity_type":"VirtualMachine","name":"a"}]})")});
  const auto answers = look_up(names_, {"1:1:1", "1:1:2", "1:1:1", "1:1:3"});
  EXPECT_EQ(answers.at("1:1:1"), "a");
  EXPECT_EQ(answers.at("1:1:2"), "b");
  EXPECT_FALSE(answers.contains("1:1:3"));
  EXPECT_EQ(look_up(names_, {"1:1:3", "1:1:1"}).at("1:1:1"), "a");
  const auto requests = fixture_.http.requests_to("/entities/names");
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].body,
            R"({"entities":[{"entity_id":"1:1:1"},{"entity_id":"1:1:2"},{"entity_id":"1:1:3"}]})");
}

TEST_F(EntityLookupTest, AsksForAThousandAtATime) {
  fixture_.script("/entities/names", {answer(200, R"({"entities":[]})")});
  std::vector<std::string> ids;
  for (int i = 0; i < 2500; ++i) ids.push_back("1:1:" + std::to_string(i));
  (void)look_up(names_, {ids.begin(), ids.end()});
  EXPECT_THAT(fixture_.http.requests_to("/entities/names"), SizeIs(3));
}

TEST_F(EntityLookupTest, DoesNotAskAgainIfThePlatformRejectsTheQuestion) {
  fixture_.script("/entities/names", {api_error(404)});
  std::vector<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.push_back("1:1:" + std::to_string(i));
  for (int batch = 0; batch < EntityLookup::kMaxFailuresInARow; ++batch) {
    const std::size_t before = fixture_.http.requests().size();
    EXPECT_THAT(look_up(names_, {ids.begin(), ids.end()}), SizeIs(0));
    EXPECT_GT(fixture_.http.requests().size(), before);
  }
  const std::size_t calls = fixture_.http.requests().size();
  EXPECT_THAT(look_up(names_, {"1:1:5000"}), SizeIs(0));
  EXPECT_EQ(fixture_.http.requests().size(), calls);
  ASSERT_THAT(fixture_.log_lines, SizeIs(1));
  EXPECT_THAT(fixture_.log_lines[0], HasSubstr("names of entities"));
}

TEST_F(EntityLookupTest, DoesNotAskAgainIfThePlatformForbidsTheQuestion) {
  for (const HttpResponse& no :
       {api_error(403), answer(302, ""), answer(404, "<html>"), answer(200, "<html>")}) {
    EntityLookup names = EntityLookup::names_of_entities(api_, fixture_.log);
    fixture_.script("/entities/names", {no});
    fixture_.log_lines.clear();
    for (int batch = 0; batch < EntityLookup::kMaxFailuresInARow; ++batch)
      EXPECT_THAT(look_up(names, {"1:1:1", "1:1:2"}), SizeIs(0));
    const std::size_t calls = fixture_.http.requests().size();
    EXPECT_THAT(look_up(names, {"1:1:3"}), SizeIs(0));
    EXPECT_EQ(fixture_.http.requests().size(), calls);
    ASSERT_THAT(fixture_.log_lines, SizeIs(1));
  }
}

TEST_F(EntityLookupTest, AsksAgainAfterASingleFailure) {
  const HttpResponse good = answer(200, R"({"entities":[{"entity_id":"1:1:1","name":"a"}]})");
  std::vector<std::string> ids;
  for (int i = 1; i < 20; ++i) ids.push_back("1:1:" + std::to_string(i));
  for (const HttpResponse& bad :
       {api_error(403), answer(302, ""), answer(200, R"({"entities":[]})")}) {
    fixture_.log_lines.clear();
    EntityLookup names = EntityLookup::names_of_entities(api_, fixture_.log);
    fixture_.script("/entities/names", {bad});
    EXPECT_THAT(look_up(names, {ids.begin(), ids.end()}), SizeIs(0));
    EXPECT_THAT(look_up(names, {ids.begin(), ids.end()}), SizeIs(0));
    EXPECT_THAT(fixture_.log_lines, SizeIs(1)) << "nothing is left out in silence";
    fixture_.script("/entities/names", {good});
    EXPECT_THAT(look_up(names, {ids.begin(), ids.end()}), SizeIs(1));
    fixture_.script("/entities/names", {bad});
    for (int batch = 0; batch < 2; ++batch) (void)look_up(names, {"1:1:100", "1:1:101"});
    fixture_.script("/entities/names", {good});
    (void)look_up(names, {"1:1:102"});
    EXPECT_THAT(fixture_.http.requests_to("/entities/names").back().body, HasSubstr("1:1:102"));
  }
}

TEST_F(EntityLookupTest, AsksAgainAfterAnAnswerWithoutANameOfMany) {
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) ids.push_back("1:1:" + std::to_string(i));
  for (const char* const element :
       {R"({"entity_id":"@"})", R"({"entity_id":"@","name":null})",
        R"({"entity_id":"@","name":""})", R"({"entity_id":"x@","name":"of another"})",
        R"({"name":"of nobody"})"}) {
    EntityLookup names = EntityLookup::names_of_entities(api_, fixture_.log);
    fixture_.log_lines.clear();
    std::string elements;
    for (const std::string& id : ids) {
      std::string one = element;
      if (const std::size_t at = one.find('@'); at != std::string::npos) one.replace(at, 1, id);
      elements += (elements.empty() ? "" : ",") + one;
    }
    fixture_.script("/entities/names",
                    {answer(200, R"({"entities":[)" + elements + "]}"),
                     answer(200, R"({"entities":[{"entity_id":"1:1:7","name":"seven"}]})")});
    EXPECT_THAT(look_up(names, {ids.begin(), ids.end()}), SizeIs(0));
    EXPECT_THAT(fixture_.log_lines, SizeIs(1)) << element;
    EXPECT_EQ(look_up(names, {"1:1:7"}).at("1:1:7"), "seven") << element;
  }
}

TEST_F(EntityLookupTest, TakesAnEmptyAnswerForAFewEntitiesForTheirEnd) {
  fixture_.script("/entities/names", {answer(200, R"({"entities":[]})")});
  for (const char* const id : {"1:1:1", "1:1:2", "1:1:3", "1:1:4", "1:1:4"})
    (void)look_up(names_, {id});
  EXPECT_THAT(fixture_.http.requests_to("/entities/names"), SizeIs(4));
  EXPECT_THAT(fixture_.log_lines, SizeIs(0));
}

TEST_F(EntityLookupTest, AsksAgainAfterAnErrorOfTheServer) {
  fixture_.script("/entities/names", {api_error(500)});
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.push_back("1:1:" + std::to_string(i));
  EXPECT_THAT(look_up(names_, {ids.begin(), ids.end()}), SizeIs(0));
  fixture_.script("/entities/names",
                  {answer(200, R"({"entities":[{"entity_id":"1:1:99","name":"a"}]})")});
  EXPECT_THAT(look_up(names_, {"1:1:99"}), SizeIs(1));
  EXPECT_THAT(fixture_.log_lines, SizeIs(1));
}

/// A lookup before a platform whose answers come later.
class EntityLookupAhead : public EntityLookupTest {
 protected:
  EntityLookupAhead() {
    fixture_.http.begin_requests();
    api_.log_in();
  }

  [[nodiscard]] static std::vector<EntityReference> references_to(
      const std::vector<std::string>& ids) {
    std::vector<EntityReference> entities;
    for (const std::string& id : ids) entities.push_back({.id = id, .type = {}});
    return entities;
  }
};

TEST_F(EntityLookupAhead, LeavesUnderWayWhatWasBegunBefore) {
  const std::vector<std::string> ids = {"1:1:1", "1:1:2"};
  EntityLookup::BegunQuestions begun;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(names_.begin(references_to(ids), begun));
    EXPECT_THAT(begun, SizeIs(1));
    EXPECT_EQ(fixture_.http.in_flight(), 1U);
  }
  fixture_.script("/entities/names",
                  {answer(200, R"({"entities":[{"entity_id":"1:1:1","name":"a"}]})")});
  EXPECT_EQ(look_up(names_, {"1:1:1", "1:1:2"}).at("1:1:1"), "a");
  EXPECT_THAT(fixture_.http.requests_to("/entities/names"), SizeIs(1));
}

TEST_F(EntityLookupAhead, CountsNoFailuresAsInARowBetweenWhichAQuestionIsAnswered) {
  const HttpResponse empty = answer(200, R"({"entities":[]})");
  const HttpResponse good = answer(200, R"({"entities":[{"entity_id":"1:1:100","name":"a"}]})");
  ApiClient api = fixture_.make_api(fixture_.login, 2);
  api.log_in();
  EntityLookup names = EntityLookup::names_of_entities(api, fixture_.log);
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) ids.push_back("1:1:" + std::to_string(i));
  const std::vector<std::string> others = {"1:1:100"};
  EntityLookup::BegunQuestions first;
  EntityLookup::BegunQuestions second;
  ASSERT_TRUE(names.begin(references_to(ids), first));
  ASSERT_TRUE(names.begin(references_to(others), second));
  fixture_.script("/entities/names", {empty});
  (void)look_up(names, {ids.begin(), ids.end()});
  fixture_.script("/entities/names", {good});
  EXPECT_EQ(look_up(names, {"1:1:100"}).at("1:1:100"), "a");
  fixture_.script("/entities/names", {empty});
  for (int batch = 0; batch < EntityLookup::kMaxFailuresInARow; ++batch) {
    const std::size_t before = fixture_.http.requests_to("/entities/names").size();
    (void)look_up(names, {ids.begin(), ids.end()});
    EXPECT_GT(fixture_.http.requests_to("/entities/names").size(), before) << batch;
  }
}

TEST_F(EntityLookupTest, LosesOnlyTheNameThatThePlatformFailsOn) {
  fixture_.respond("/entities/names", [](const HttpRequest& request) {
    if (request.body.find("1:1:13\"") != std::string::npos) return api_error(500);
    return answer(200, R"({"entities":[{"entity_id":"1:1:12","name":"twelve"}]})");
  });
  const auto answers = look_up(names_, {"1:1:11", "1:1:12", "1:1:13"});
  EXPECT_THAT(answers, SizeIs(1));
  EXPECT_EQ(answers.at("1:1:12"), "twelve");
  EXPECT_THAT(fixture_.log_lines, SizeIs(0));
}

TEST_F(EntityLookupTest, PutsNamesInThePlaceOfIds) {
  fixture_.script(
      "/entities/names",
      {answer(
          200,
          R"({"entities":[{"entity_id":"1:1:1","name":"a\u0000b"},{"entity_id":"1:1:2","name":null}]})")});
  std::string_view texts[] = {"1:1:1", "1:1:2"};
  std::string_view* const references[] = {&texts[0], &texts[1]};
  resolve_names(references, distinct_entities(references), names_, batch_);
  EXPECT_EQ(texts[0], std::string_view("a\0b", 3));
  EXPECT_EQ(texts[1], "1:1:2");
}

TEST_F(EntityLookupTest, SetsVlanIdsThatAreNumbers) {
  fixture_.script(
      "/entities/fetch",
      {answer(
          200,
          R"({"results":[{"entity_id":"1:11:1","entity":{"vlan_id":1014}},{"entity_id":"1:11:2","entity":{"vlan_id":"many"}},
                                  {"entity_id":"1:11:3","entity":{"vlan_id":null}}]})")});
  std::vector<Flow>& flows = batch_.flows;
  flows.resize(3);
  const auto network = [](std::string_view id) { return EntityReference{id, "VlanL2Network"}; };
  const FieldReference references[] = {{0, FlowField::SourceVlanId, network("1:11:1")},
                                       {0, FlowField::DestinationVlanId, network("1:11:2")},
                                       {1, FlowField::SourceVlanId, network("1:11:3")},
                                       {2, FlowField::DestinationVlanId, network("1:11:1")}};
  resolve_vlans(references, distinct_entities(references), vlan_ids_, batch_);
  EXPECT_EQ(flows[0].text(FlowField::SourceVlanId), "1014");
  EXPECT_TRUE(flows[0].value(FlowField::DestinationVlanId).empty());
  EXPECT_TRUE(flows[1].value(FlowField::SourceVlanId).empty());
  EXPECT_EQ(flows[2].text(FlowField::DestinationVlanId), "1014");
  const auto requests = fixture_.http.requests_to("/entities/fetch");
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_THAT(requests[0].body,
              HasSubstr(R"({"entity_id":"1:11:1","entity_type":"VlanL2Network"})"));
}

TEST_F(EntityLookupTest, SetsTheDetailsOfVmsThatThePlatformGives) {
  fixture_.script(
      "/entities/fetch",
      {answer(
          200,
          R"({"results":[{"entity_id":"1:1:1","entity_type":"EC2Instance","entity":{"name":"a","vendor_id":"i-1","region":"eu"}},
                         {"entity_id":"1:1:2","entity_type":"X","entity":{"entity_type":"VirtualMachine","vendor_id":"vm-2\u001fb"}},
                         {"entity_id":"1:1:3","entity":{"region":"us"}}]})")});
  EntityLookup details = EntityLookup::details_of_vms(api_, fixture_.log);
  std::vector<Flow>& flows = batch_.flows;
  flows.resize(3);
  const FieldReference references[] = {
      {0, FlowField::SourceVm, {"1:1:1", "EC2Instance"}},
      {0, FlowField::DestinationVm, {"1:1:2", "VirtualMachine"}},
      {1, FlowField::SourceVm, {"1:1:3", ""}},
      {1, FlowField::DestinationVm, {"1:1:4", "AzureVirtualMachine"}},
      {2, FlowField::DestinationVm, {"1:1:1", "EC2Instance"}}};
  resolve_vms(references, distinct_entities(references), details, batch_);
  EXPECT_EQ(flows[0].text(FlowField::SourceVmType), "EC2Instance");
  EXPECT_EQ(flows[0].text(FlowField::SourceVmVcenterId), "i-1");
  EXPECT_EQ(flows[0].text(FlowField::SourceVmRegion), "eu");
  EXPECT_EQ(flows[0].text(FlowField::DestinationVmType), "VirtualMachine");
  EXPECT_TRUE(flows[0].value(FlowField::DestinationVmVcenterId).empty());
  EXPECT_TRUE(flows[0].value(FlowField::DestinationVmRegion).empty());
  EXPECT_TRUE(flows[1].value(FlowField::SourceVmType).empty());
  EXPECT_EQ(flows[1].text(FlowField::SourceVmRegion), "us");
  EXPECT_EQ(flows[1].text(FlowField::DestinationVmType), "AzureVirtualMachine");
  EXPECT_TRUE(flows[1].value(FlowField::DestinationVmRegion).empty());
  EXPECT_EQ(flows[2].text(FlowField::DestinationVmVcenterId), "i-1");
  const auto requests = fixture_.http.requests_to("/entities/fetch");
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_THAT(
      requests[0].body,
      HasSubstr(R"({"entity_id":"1:1:2","entity_type":"VirtualMachine"},{"entity_id":"1:1:3"})"));
}

TEST_F(EntityLookupTest, AsksNothingWhereNothingIsWanted) {
  resolve_names({}, {}, names_, batch_);
  resolve_vlans({}, {}, vlan_ids_, batch_);
  EXPECT_TRUE(fixture_.http.requests().empty());
}

}  // namespace
}  // namespace vrni2syslog
