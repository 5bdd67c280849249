#include "format/json/json_layout.h"

#include "flow_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace vrni2syslog {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using JsonLayoutTest = FlowFixture;

struct Escaped {
  std::string_view name, value;
};

class JsonEscapes : public FlowFixture, public ::testing::WithParamInterface<Escaped> {};

TEST_P(JsonEscapes, KeepTheObjectWhole) {
  set(FlowField::SourceVm, GetParam().name);
  EXPECT_THAT(line("json"), HasSubstr("\"src_vm\":\"" + std::string(GetParam().value) + "\","));
}

INSTANTIATE_TEST_SUITE_P(JsonLayout, JsonEscapes,
                         ::testing::Values(Escaped{"web-01", "web-01"}, Escaped{"\"", R"(\")"},
                                           Escaped{R"(a\)", R"(a\\)"}, Escaped{R"(\")", R"(\\\")"},
                                           Escaped{"a\nb", "a b"}, Escaped{"</x>", "</x>"}));

TEST_F(JsonLayoutTest, PutsWhatEcsDoesNotAllowIntoItsOwnObject) {
  set(FlowField::SourceIp, "no address");
  set(FlowField::DestinationPort, "70000");
  set(FlowField::Bytes, "012");
  EXPECT_THAT(line("json"),
              AllOf(HasSubstr(R"("src_ip":"no address")"), HasSubstr(R"("dst_port":"70000")"),
                    HasSubstr(R"("bytes":"012")"), Not(HasSubstr("\"source\"")),
                    HasSubstr(R"("related":{"ip":["10.0.1.9"]})")));
}

TEST_F(JsonLayoutTest, ReadsBothAddressesEvenIfTheyHadToBeCleaned) {
  set(FlowField::SourceIp, "10.0.0.5\n");
  set(FlowField::DestinationIp, "\t10.0.1.9\t");
  EXPECT_THAT(line("json"), HasSubstr(R"("related":{"ip":["10.0.0.5","10.0.1.9"]})"));
}

TEST_F(JsonLayoutTest, SaysNothingOfFieldsThatAreNotSelected) {
  options.fields = {FlowField::SourceVm, FlowField::Run};
  set(FlowField::SourceVm, "web-01");
  EXPECT_THAT(
      line("json"),
      AllOf(HasSubstr(R"("type":["connection","allowed"],"dataset":"vrni.flow"},"observer")"),
            EndsWith(R"("related":{"hosts":["web-01"]},"vrni":{"src_vm":"web-01","run":"r1"}})")));
}

TEST_F(JsonLayoutTest, ShortensListsByWholeItems) {
  const std::span<std::string_view> texts = batch.new_texts(500);
  for (std::size_t i = 0; i < 500; ++i) texts[i] = batch.copy("group-" + std::to_string(1000 + i));
  flow.set(FlowField::SourceSecurityGroups, texts);
  options.max_line_bytes = 2048;
  const std::string text = line("json");
  EXPECT_EQ(result, LineResult::Truncated);
  EXPECT_THAT(text, AllOf(HasSubstr(R"("src_groups":["group-1000","group-1001",)"),
                          EndsWith(R"("truncated":"1"}})")));
  EXPECT_GT(text.size(), 1800U);
}

TEST_F(JsonLayoutTest, WritesManifests) {
  const Manifest manifest{.window = kUnit, .flow_count = 7, .time = kUnit.end};
  std::string out;
  make_line_format("json", options)->append_manifest(out, manifest);
  EXPECT_THAT(
      out,
      AllOf(StartsWith(R"({"@timestamp":"2026-11-22T13:00:00.000Z")"),
            HasSubstr(R"("event":{"kind":"metric","dataset":"vrni.manifest","start":"2026-11-22T)"
                      R"(12:00:00Z","end":"2026-11-22T13:00:00Z","id":"r1/2026-11-22T12:00:00Z"})"),
            HasSubstr(R"("vrni":{"run":"r1","flows":"7","lines_sha256":"00)")));
  out.clear();
  make_line_format("json-syslog", options)->append_manifest(out, manifest);
  EXPECT_THAT(out,
              StartsWith("<166>1 2026-11-22T13:00:00.000Z vrni.local vrni2syslog 4711 MANIFEST "
                         "- {\"@timestamp\""));
}

TEST_F(JsonLayoutTest, GivesTheManifestOfAUnitThatIsSentAgainAnIdOfItsOwn) {
  const std::unique_ptr<LineFormat> format = make_line_format("json", options);
  format->begin_epoch(2);
  std::string out;
  format->append_manifest(out, {.window = kUnit, .flow_count = 7, .time = kUnit.end});
  EXPECT_THAT(out, HasSubstr(R"("id":"r1/2026-11-22T12:00:00Z/2"})"));
}

}  // namespace
}  // namespace vrni2syslog
