#include "vrni/fetch/flow_builder.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace vrni2syslog {
namespace {

/// The fields that an address fills besides its own.
struct NetworkFields {
  FlowField network;
  FlowField netmask;
};

[[nodiscard]] NetworkFields network_fields_of(FlowField address) {
  if (address == FlowField::SourceIp)
    return {FlowField::SourceIpNetwork, FlowField::SourceIpNetmask};
  return {FlowField::DestinationIpNetwork, FlowField::DestinationIpNetmask};
}

[[nodiscard]] std::optional<FlowField> vlan_field_of(FlowField network) {
  if (network == FlowField::SourceNetwork) return FlowField::SourceVlanId;
  if (network == FlowField::DestinationNetwork) return FlowField::DestinationVlanId;
  return std::nullopt;
}

using FieldsByName = std::vector<const FlowFieldInfo*>;

[[nodiscard]] std::string_view api_name_of(const FlowFieldInfo* row) {
  return row->api_name;
}

[[nodiscard]] FieldsByName make_fields_by_name() {
  FieldsByName rows;
  for (const FlowFieldInfo& row : flow_fields()) {
    if (!row.api_name.empty()) rows.push_back(&row);
  }
  std::ranges::sort(rows, {}, api_name_of);
  return rows;
}

[[nodiscard]] std::string_view first_text(const PropertyValue& value) {
  return value.size() == 0 || value.is_object(0) ? std::string_view() : value.scalar(0);
}

}  // namespace

void PropertyValue::clear() noexcept {
  items_.clear();
  attributes_.clear();
}

std::string_view PropertyValue::attribute(std::size_t item, std::string_view key) const {
  const std::size_t end =
      item + 1 < items_.size() ? items_[item + 1].first_attribute : attributes_.size();
  for (std::size_t i = items_[item].first_attribute; i < end; ++i) {
    if (attributes_[i].first == key) return attributes_[i].second;
  }
  return {};
}

void FlowBuilder::begin() {
  // If a result has two entities, the last one counts.
  if (flow_ != nullptr) drop();
  flow_ = &page_.flows.emplace_back();
  unknown_.clear();
}

void FlowBuilder::set(std::string_view property, const PropertyValue& value) {
  if (const FlowFieldInfo* const info = find_field(property)) {
    set_field(*info, value);
  } else if (property == "entity_id") {
    flow_->id = first_text(value);
  } else if (property == "name") {
    flow_->name = first_text(value);
  } else if (property != "entity_type") {
    set_unknown(property, value);
  }
}

const FlowFieldInfo* FlowBuilder::find_field(std::string_view property) {
  const FlowFieldInfo** const guess =
      previous_ == nullptr ? nullptr : &successors_[static_cast<std::size_t>(previous_->field)];
  if (guess != nullptr && *guess != nullptr && (*guess)->api_name == property)
    return previous_ = *guess;
  static const FieldsByName kRows = make_fields_by_name();
  const auto found = std::ranges::lower_bound(kRows, property, {}, api_name_of);
  if (found == kRows.end() || (*found)->api_name != property) return nullptr;
  if (guess != nullptr) *guess = *found;
  return previous_ = *found;
}

void FlowBuilder::set_field(const FlowFieldInfo& info, const PropertyValue& value) {
  switch (info.kind) {
    case FieldKind::IpAddress:
      set_address(info.field, value);
      break;
    case FieldKind::Port:
      set_port(value);
      break;
    case FieldKind::Text:
    case FieldKind::Texts:
    case FieldKind::Reference:
    case FieldKind::References:
      flow_->set(info.field, texts_of(info.api_name, value));
      record_vlan_reference(info.field, value);
      break;
    case FieldKind::Derived:
    case FieldKind::Counter:
    case FieldKind::Record:
      break;
  }
}

void FlowBuilder::set_address(FlowField field, const PropertyValue& value) {
  const NetworkFields fields = network_fields_of(field);
  if (value.size() == 0 || !value.is_object(0)) {
    flow_->set(field, texts_of(info_of(field).api_name, value));
    return;
  }
  const std::string_view address = value.attribute(0, "ip_address");
  const std::string_view network = value.attribute(0, "network_address");
  // If the network is the address itself, the platform knows none.
  const bool has_network = network != address;
  set_single(field, address);
  set_single(fields.network, has_network ? network : std::string_view());
  set_single(fields.netmask, has_network ? value.attribute(0, "netmask") : std::string_view());
}

void FlowBuilder::set_port(const PropertyValue& value) {
  if (value.size() == 0 || !value.is_object(0)) {
    flow_->set(FlowField::DestinationPort,
               texts_of(info_of(FlowField::DestinationPort).api_name, value));
    return;
  }
  const std::string_view start = value.attribute(0, "start");
  const std::string_view end = value.attribute(0, "end");
  set_single(FlowField::DestinationPort, start.empty() ? value.attribute(0, "display") : start);
  set_single(FlowField::DestinationPortEnd,
             start.empty() || end == start ? std::string_view() : end);
  set_single(FlowField::PortName, value.attribute(0, "iana_name"));
}

void FlowBuilder::set_single(FlowField field, std::string_view text) {
  flow_->set(field, text.empty() ? FieldValue() : batch_.single(text));
}

FieldValue FlowBuilder::texts_of(std::string_view property, const PropertyValue& value) {
  if (value.size() == 0) return {};
  const std::span<std::string_view> texts = batch_.new_texts(value.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!value.is_object(i)) {
      if (!value.scalar(i).empty()) texts[count++] = value.scalar(i);
      continue;
    }
    const std::string_view name = value.attribute(i, "entity_name");
    const std::string_view id = value.attribute(i, "entity_id");
    if (name.empty() && id.empty()) {
      leave_out(property);
      continue;
    }
    texts[count] = name.empty() ? id : name;
    if (name.empty()) page_.unnamed.push_back(&texts[count]);
    ++count;
  }
  return texts.first(count);
}

void FlowBuilder::record_vlan_reference(FlowField network_field, const PropertyValue& value) {
  const std::optional<FlowField> vlan_field = vlan_field_of(network_field);
  if (!vlan_field || value.size() == 0 || !value.is_object(0)) return;
  const std::string_view id = value.attribute(0, "entity_id");
  if (id.empty() || value.attribute(0, "entity_type") != "VlanL2Network") return;
  page_.vlans.push_back({page_.flows.size() - 1, *vlan_field, id});
}

void FlowBuilder::set_unknown(std::string_view property, const PropertyValue& value) {
  // A later version of the API may have objects here: they do not count as left out.
  const FieldValue texts = texts_of({}, value);
  if (!texts.empty()) unknown_.push_back({property, texts});
}

void FlowBuilder::leave_out(std::string_view property) {
  if (property.empty()) return;
  if (page_.left_out++ == 0) page_.left_out_name = property;
}

void FlowBuilder::finish(std::string_view id, std::optional<UnixSeconds> time) {
  if (!id.empty()) flow_->id = id;
  if (flow_->id.empty()) return drop();
  if (time) flow_->version_time = *time;
  const std::span<UnknownField> unknown = batch_.new_unknown_fields(unknown_.size());
  std::ranges::copy(unknown_, unknown.begin());
  flow_->unknown_fields = unknown;
  flow_ = nullptr;
}

void FlowBuilder::drop() {
  page_.flows.pop_back();
  std::erase_if(page_.vlans,
                [&](const VlanReference& vlan) { return vlan.flow == page_.flows.size(); });
  flow_ = nullptr;
}

}  // namespace vrni2syslog
