#include "property_writer.h"

#include "flow_words.h"
#include "hash.h"
#include "service_port.h"

#include <fmt/format.h>

#include <array>

namespace vrni2syslog::simulator {
namespace {

constexpr std::array<std::string_view, 6> kTypes{"string", "integer", "boolean",
                                                 "array",  "object",  "null"};

void write_any(JsonWriter& json, std::string_view type) {
  if (type == "string") {
    json.text("not of the documented type");
  } else if (type == "integer") {
    json.number(-9'000'000'000'000'000'000);
  } else if (type == "boolean") {
    json.boolean(true);
  } else if (type == "array") {
    json.begin_array().number(1).begin_array().text("two").end_array().null().end_array();
  } else if (type == "object") {
    json.begin_object().key("ip_address").number(7).key("entity_id").begin_array().end_array();
    json.end_object();
  } else {
    json.null();
  }
}

}  // namespace

PropertyWriter::PropertyWriter(JsonWriter& json, const Inventory& inventory,
                               const Presentation& presentation, std::uint32_t flow)
    : json_(json),
      inventory_(inventory),
      presentation_(presentation),
      flow_(flow),
      mangles_(presentation.has_wrong_types && flow % 3 == 0) {}

bool PropertyWriter::is_mangled(std::string_view key, std::string_view documented_type) {
  json_.key(key);
  ++properties_;
  if (!mangles_) return false;
  // Containers take their turn to be right themselves, with wrong things in them.
  const auto turn = flow_ / 3 + properties_;
  const bool is_container = documented_type == "object" || documented_type == "array";
  if (is_container && turn % 2 == 0) return false;
  auto type = kTypes[turn % kTypes.size()];
  if (type == documented_type) type = kTypes[(turn + 1) % kTypes.size()];
  write_any(json_, type);
  return true;
}

void PropertyWriter::text(std::string_view key, std::string_view value) {
  if (!is_mangled(key, "string")) json_.text(value);
}

void PropertyWriter::texts(std::string_view key, const std::vector<std::string>& values) {
  if (is_mangled(key, "array")) return;
  json_.begin_array();
  if (mangles_) write_any(json_, "object");
  for (const std::string& value : values) json_.text(value);
  json_.end_array();
}

void PropertyWriter::boolean(std::string_view key, bool value) {
  if (!is_mangled(key, "boolean")) json_.boolean(value);
}

void PropertyWriter::integer(std::string_view key, std::int64_t value) {
  if (!is_mangled(key, "integer")) json_.number(value);
}

void PropertyWriter::reference(std::string_view key, const std::optional<Entity>& entity) {
  if (entity && !is_mangled(key, "object")) write_reference(*entity);
}

void PropertyWriter::references(std::string_view key, const std::vector<Entity>& entities) {
  if (is_mangled(key, "array")) return;
  json_.begin_array();
  if (mangles_) write_any(json_, "integer");
  for (const Entity& entity : entities) write_reference(entity);
  json_.end_array();
}

void PropertyWriter::write_reference(const Entity& entity) {
  // Two bits of it decide which of the four combinations a mixed reference has.
  const auto turn = mix(std::uint64_t{flow_} << 16U | properties_);
  const bool is_mixed = presentation_.references == ReferenceStyle::Mixed;
  const bool has_type =
      is_mixed ? turn % 2 == 0 : presentation_.references != ReferenceStyle::Untyped;
  const bool has_name =
      is_mixed ? turn / 2 % 2 == 0 : presentation_.references == ReferenceStyle::Named;
  json_.begin_object();
  text("entity_id", inventory_.id(entity));
  const std::string_view type = inventory_.api_type(entity);
  if (has_type && !type.empty()) text("entity_type", type);
  if (has_name) text("entity_name", inventory_.name(entity));
  const auto vlan = Inventory::vlan_id(entity);
  if (presentation_.has_vlan_ids && vlan) integer("vlan_id", *vlan);
  json_.end_object();
}

void PropertyWriter::ip(std::string_view key, const Endpoint& end) {
  if (is_mangled(key, "object")) return;
  json_.begin_object();
  text("ip_address", address_text(end.ip));
  text("netmask", netmask_text(end));
  text("network_address", network_text(end));
  json_.end_object();
}

void PropertyWriter::port(const FlowRecord& record) {
  if (!record.port || is_mangled("port", "object")) return;
  const std::string display = port_text(record);
  const std::string_view iana = iana_name(*record.port);
  json_.begin_object();
  integer("start", *record.port);
  integer("end", record.port_end);
  text("display", display);
  if (!iana.empty()) text("iana_name", iana);
  text("iana_port_display", iana.empty() ? display : fmt::format("{} [{}]", display, iana));
  json_.end_object();
}

void PropertyWriter::rule_id(const std::optional<std::uint32_t>& rule) {
  constexpr std::array kTurns{RuleIdStyle::String, RuleIdStyle::Array, RuleIdStyle::Number,
                              RuleIdStyle::Absent};
  const bool is_mixed = presentation_.rule_id == RuleIdStyle::Mixed;
  const RuleIdStyle style = is_mixed ? kTurns[flow_ % kTurns.size()] : presentation_.rule_id;
  constexpr std::string_view kKey = "firewall_rule_id";
  switch (style) {
    case RuleIdStyle::Absent:
    case RuleIdStyle::Mixed:
      return;
    case RuleIdStyle::Number:
      if (rule) integer(kKey, *rule);
      return;
    case RuleIdStyle::Array:
      texts(kKey, rule ? std::vector{std::to_string(*rule)} : std::vector<std::string>{});
      return;
    case RuleIdStyle::String:
      if (rule) text(kKey, std::to_string(*rule));
      return;
  }
}

}  // namespace vrni2syslog::simulator
