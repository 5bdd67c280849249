/// Any flow, under any options: an event of Log Insight's ingestion API is one JSON object, from
/// which RapidJSON reads the same fields. What is left of it for a server that refuses it is one,
/// too.

#include "line_check.h"
#include "line_expectation.h"
#include "properties.h"
#include "rapidjson_document.h"
#include "transport/cfapi/ingestion_protocol.h"

#include <string>

namespace vrni2syslog::testing {
namespace {

using rapidjson::Value;

constexpr std::string_view kOurPrefix = "vrniflow_";

std::string text_of(const Value& value) {
  require(value.IsString(), "a content is no text");
  return {value.GetString(), value.GetStringLength()};
}

void add_param(Params& params, std::string name, std::string value) {
  if (!name.starts_with(kOurPrefix)) return;  // of the scripts, or of syslog
  params.emplace_back(name.substr(kOurPrefix.size()), std::move(value));
}

rapidjson::Document read_event(std::string_view text) {
  rapidjson::Document event;
  event.Parse<rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
  require(!event.HasParseError() && event.IsObject(), "an event is no JSON object", text);
  require(event.HasMember("text") && text_of(event["text"]).starts_with("vRNI-Flow: 2026-11-2"),
          "the text is forged", text);
  require(event.HasMember("timestamp") && event["timestamp"].IsUint64(), "there is no time", text);
  return event;
}

void require_fields(const Params& params, const CheckedLine& checked) {
  require_params(params, expected_params(checked.flow, checked.unit, checked.options),
                 checked.result, checked.flow.is_partial);
  const std::string line(checked.text);
  const std::string reduced = reduced_event(line);
  require(!read_event(reduced).HasMember("fields") &&
              reduced.find("\"vrniflow_action\"") == std::string::npos,
          "a reduced event has fields", reduced);
  require(is_one_line(describe_event(line)), "an event has no clean description", line);
}

void check_listed(const CheckedLine& checked) {
  const rapidjson::Document event = read_event(checked.text);
  require(event.HasMember("fields") && event["fields"].IsArray(), "there is no list of fields");
  Params params;
  for (const Value& field : event["fields"].GetArray()) {
    require(field.IsObject() && field.HasMember("name") && field.HasMember("content"),
            "a field is none");
    add_param(params, text_of(field["name"]), text_of(field["content"]));
  }
  require_fields(params, checked);
}

void check_members(const CheckedLine& checked) {
  const rapidjson::Document event = read_event(checked.text);
  Params params;
  for (const auto& member : event.GetObject()) {
    if (!member.value.IsString()) continue;
    add_param(params, text_of(member.name), text_of(member.value));
  }
  require_fields(params, checked);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vrni2syslog::testing;
  check_either_format(FuzzInput(data, size), {"cfapi", check_listed}, {"cfapi-v2", check_members});
  return 0;
}
