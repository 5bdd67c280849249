/// Any flow, under any options: the line of the format leef is read back to the same fields by a
/// parser of its own.

#include "line_check.h"
#include "line_expectation.h"
#include "line_reader.h"
#include "properties.h"

#include <algorithm>
#include <set>

namespace vrni2syslog::testing {
namespace {

struct Key {
  std::string_view key;
  std::string_view name;  ///< the project's; empty if it is no field of a flow
};

constexpr Key kKeys[] = {
    {"cat", ""},
    {"devTime", ""},
    {"sev", ""},
    {"proto", "proto"},
    {"src", "src_ip"},
    {"dst", "dst_ip"},
    {"dstPort", "dst_port"},
    {"srcBytes", "src_bytes"},
    {"dstBytes", "dst_bytes"},
    {"totalPackets", "packets"},
};

Params params_of(const Pairs& pairs) {
  Params params;
  std::set<std::string_view> keys;
  for (const auto& [key, value] : pairs) {
    require(keys.insert(key).second, "a key comes twice", key);
    const auto* const known = std::ranges::find(kKeys, key, &Key::key);
    if (known == std::ranges::end(kKeys)) {
      const std::string name = field_name_of(key, "vrni");
      require(name != key || key.starts_with("vrni") || flow_field_by_name(name), "a key is forged",
              key);
      params.emplace_back(name, value);
    } else if (!known->name.empty()) {
      params.emplace_back(known->name, value);
    }
  }
  return params;
}

void check(const CheckedLine& checked) {
  constexpr std::string_view kEvents[] = {"FLOW_ALLOW|^|", "FLOW_DENY|^|", "FLOW|^|"};
  constexpr std::string_view kStart = "LEEF:2.0|vrni2syslog|vRNI flows|1.0|";
  const std::optional<std::string_view> record = after_rfc3164_header(checked.text);
  require(record && record->starts_with(kStart), "the header is forged", checked.text);
  const std::string_view rest = record->substr(kStart.size());
  const auto* const event =
      std::ranges::find_if(kEvents, [&](std::string_view text) { return rest.starts_with(text); });
  require(event != std::ranges::end(kEvents), "the event is forged", checked.text);
  const std::optional<Pairs> pairs = read_leef_attributes(rest.substr(event->size()));
  require(pairs.has_value(), "the attributes are not LEEF", checked.text);
  require_params(params_of(*pairs), expected_params_without_other_protocol(checked, {"^|", "  "}),
                 checked.result, checked.flow.is_partial);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vrni2syslog::testing;
  check_line_format("leef", FuzzInput(data, size), check);
  return 0;
}
