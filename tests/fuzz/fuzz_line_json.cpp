/// Any flow, under any options: the line of the format json is one JSON object, from which
/// RapidJSON reads the same fields, and whose values have the types of ECS. json-syslog puts the
/// same object behind a header.

#include "line_check.h"
#include "line_expectation.h"
#include "properties.h"
#include "rapidjson_document.h"

#include <arpa/inet.h>
#include <array>
#include <string>

namespace vrni2syslog::testing {
namespace {

using rapidjson::Value;

struct Place {
  std::string_view object, key, name;
};

constexpr Place kPlaces[] = {
    {"event", "start", "window_start"},
    {"event", "end", "window_end"},
    {"source", "ip", "src_ip"},
    {"source", "bytes", "src_bytes"},
    {"destination", "ip", "dst_ip"},
    {"destination", "port", "dst_port"},
    {"destination", "bytes", "dst_bytes"},
    {"network", "bytes", "bytes"},
    {"network", "packets", "packets"},
    {"rule", "id", "rule_id"},
};

std::string text_of(const Value& value) {
  if (value.IsUint64()) return std::to_string(value.GetUint64());
  if (value.IsString()) return {value.GetString(), value.GetStringLength()};
  require(value.IsArray() && !value.Empty(), "a value is neither text, number nor list");
  std::string text;
  for (const Value& item : value.GetArray()) {
    require(item.IsString(), "an item of a list is no text");
    if (!text.empty()) text += ',';
    text += text_of(item);
  }
  return text;
}

const Value* find(const Value& line, std::string_view object, std::string_view key) {
  const auto group = line.FindMember(std::string(object).c_str());
  if (group == line.MemberEnd()) return nullptr;
  require(group->value.IsObject(), "a part of ECS is no object", object);
  const auto member = group->value.FindMember(std::string(key).c_str());
  return member == group->value.MemberEnd() ? nullptr : &member->value;
}

void require_types(const Value& line) {
  for (const std::string_view end : {"source", "destination"}) {
    if (const Value* const ip = find(line, end, "ip")) {
      std::array<unsigned char, 16> bytes{};
      const std::string text = text_of(*ip);
      require(ip->IsString() && (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
                                 ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1),
              "an address is none", text);
    }
    if (const Value* const port = find(line, end, "port"))
      require(port->IsUint() && port->GetUint() <= 65535, "a port is none");
    if (const Value* const bytes = find(line, end, "bytes"))
      require(bytes->IsInt64(), "a number is none");
  }
}

Params params_of(const Value& line) {
  Params params;
  for (const Place& place : kPlaces) {
    if (const Value* const value = find(line, place.object, place.key))
      params.emplace_back(place.name, text_of(*value));
  }
  for (const auto& member : line["vrni"].GetObject())
    params.emplace_back(text_of(member.name), text_of(member.value));
  return params;
}

void check_object(std::string_view text, const CheckedLine& checked) {
  rapidjson::Document line;
  line.Parse<rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
  require(!line.HasParseError() && line.IsObject(), "a line is no JSON object", text);
  require(line.HasMember("vrni") && line["vrni"].IsObject(), "vrni is missing", text);
  require(text_of(line["message"]).starts_with("vRNI-Flow: 2026-11-2"), "MSG is forged", text);
  require_types(line);
  require_params(params_of(line), expected_params(checked.flow, checked.unit, checked.options),
                 checked.result, checked.flow.is_partial);
}

void check(const CheckedLine& checked) {
  check_object(checked.text, checked);
}

void check_syslog(const CheckedLine& checked) {
  const std::size_t start = checked.text.find('{');
  require(start != std::string_view::npos, "there is no object", checked.text);
  const std::string_view header = checked.text.substr(0, start);
  require(header.starts_with('<') && header.find(">1 2026-11-2") <= 4 &&
              header.find(" vrni2syslog 4711 FLOW") != std::string_view::npos &&
              header.ends_with(" - "),
          "the header is forged", checked.text);
  check_object(checked.text.substr(start), checked);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vrni2syslog::testing;
  check_either_format(FuzzInput(data, size), {"json", check}, {"json-syslog", check_syslog});
  return 0;
}
