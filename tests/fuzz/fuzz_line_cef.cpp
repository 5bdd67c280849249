/// Any flow, under any options: the line of the format cef is read back to the same fields by a
/// parser of its own, and no value is longer than the standard allows.

#include "line_check.h"
#include "line_expectation.h"
#include "line_reader.h"
#include "properties.h"

#include <algorithm>

namespace vrni2syslog::testing {
namespace {

struct Key {
  std::string_view key;
  std::string_view name;   ///< the project's; empty if it is no field of a flow
  std::string_view label;  ///< that must stand before it
  std::size_t max_bytes;
};

constexpr Key kKeys[] = {
    {"rt", "", "", 13},
    {"start", "window_start", "", 13},
    {"end", "window_end", "", 13},
    {"act", "action", "", 63},
    {"proto", "proto", "", 31},
    {"src", "src_ip", "", 15},
    {"c6a2", "src_ip", "Source IPv6 Address", 45},
    {"dst", "dst_ip", "", 15},
    {"c6a3", "dst_ip", "Destination IPv6 Address", 45},
    {"dpt", "dst_port", "", 5},
    {"destinationServiceName", "port_name", "", 1023},
    {"shost", "src_vm", "", 1023},
    {"dhost", "dst_vm", "", 1023},
    {"cs1", "rule_id", "Rule", 4000},
    {"cs2", "traffic_type", "TrafficType", 4000},
    {"cs3", "src_net", "SourceNetwork", 4000},
    {"cs4", "dst_net", "DestinationNetwork", 4000},
    {"cs5", "src_groups", "SourceGroups", 4000},
    {"cs6", "dst_groups", "DestinationGroups", 4000},
    {"in", "src_bytes", "", 19},
    {"out", "dst_bytes", "", 19},
    {"cnt", "sessions", "", 19},
    {"cn1", "bytes", "Bytes", 19},
    {"cn2", "packets", "Packets", 19},
    {"dvchost", "", "", 100},
    {"externalId", "flow_id", "", 40},
    {"msg", "", "", 1023},
};

/// The key whose label this is, "cs1" of "cs1Label"; empty if the key has not that form. A field of
/// a later platform may have a name that ends so, too.
std::string_view label_target_of(std::string_view key) {
  constexpr std::string_view kEnd = "Label";
  return key.ends_with(kEnd) ? key.substr(0, key.size() - kEnd.size()) : std::string_view();
}

Params params_of(const Pairs& pairs) {
  Params params;
  std::string label;
  for (const auto& [key, value] : pairs) {
    const std::string_view labelled = label_target_of(key);
    if (std::ranges::find(kKeys, labelled, &Key::key) != std::ranges::end(kKeys)) {
      label = value;
      continue;
    }
    const auto* const known = std::ranges::find(kKeys, key, &Key::key);
    if (known == std::ranges::end(kKeys)) {
      require(key.starts_with("vrni2syslogFlow"), "a key is forged", key);
      params.emplace_back(field_name_of(key, "vrni2syslogFlow"), value);
      continue;
    }
    require(known->label == label, "a label is missing", key);
    require(value.size() <= known->max_bytes, "a value is longer than CEF allows", key);
    label.clear();
    const bool is_time = key == "start" || key == "end";
    if (!known->name.empty())
      params.emplace_back(
          known->name, is_time
                           ? to_rfc3339(UnixSeconds(std::chrono::seconds(std::stoll(value) / 1000)))
                           : value);
  }
  return params;
}

void check(const CheckedLine& checked) {
  constexpr std::string_view kNames[] = {"FLOW_ALLOW|Flow allowed|1|", "FLOW_DENY|Flow denied|5|",
                                         "FLOW|Flow|1|"};
  constexpr std::string_view kStart = "CEF:0|vrni2syslog|vRNI flows|1.0|";
  const std::optional<std::string_view> record = after_rfc3164_header(checked.text);
  require(record && record->starts_with(kStart), "the header is forged", checked.text);
  const std::string_view rest = record->substr(kStart.size());
  const auto* const name =
      std::ranges::find_if(kNames, [&](std::string_view text) { return rest.starts_with(text); });
  require(name != std::ranges::end(kNames), "the name is forged", checked.text);
  const std::optional<Pairs> pairs = read_cef_extension(rest.substr(name->size()));
  require(pairs.has_value(), "the extension is not CEF", checked.text);
  require(pairs->back().first == "msg" && pairs->back().second.starts_with("vRNI-Flow: 2026-11-2"),
          "MSG is forged", checked.text);
  require_params(params_of(*pairs), expected_params_without_other_protocol(checked), checked.result,
                 checked.flow.is_partial);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vrni2syslog::testing;
  check_line_format("cef", FuzzInput(data, size), check);
  return 0;
}
