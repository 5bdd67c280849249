#include "vrni/fetch/flow_page.h"

#include "base/text/number.h"
#include "base/text/same_text.h"
#include "flow/flow_prefetch.h"
#include "json/path_reader.h"
#include "vrni/api/platform_time.h"
#include "vrni/fetch/property_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace vrni2syslog {
namespace {

/// A property of Flow entities that this program knows.
struct KnownProperty {
  std::string_view name;
  const FlowFieldInfo* field = nullptr;      ///< the field that it fills
  std::string_view Flow::*member = nullptr;  ///< if it is no field; both null: passed over
};

/// Sorted by their names.
[[nodiscard]] std::vector<KnownProperty> make_known_properties() {
  std::vector<KnownProperty> properties{
      {"entity_id", nullptr, &Flow::id}, {"name", nullptr, &Flow::name}, {"entity_type"}};
  for (const FlowFieldInfo& row : flow_fields()) {
    if (!row.api_name.empty()) properties.push_back({row.api_name, &row, nullptr});
  }
  std::ranges::sort(properties, {}, &KnownProperty::name);
  return properties;
}

[[nodiscard]] std::span<const KnownProperty> known_properties() {
  static const std::vector<KnownProperty> kProperties = make_known_properties();
  return kProperties;
}

/// Finds known properties by their names. Flow after flow the platform lists its properties in the
/// same order, so that the first guess is nearly always right.
class PropertyFinder {
 public:
  /// Null for a property that is not known.
  [[nodiscard]] const KnownProperty* find(std::string_view name) {
    const std::size_t guess = successors_[previous_];
    if (is_same_text(known_[guess].name, name)) return &known_[previous_ = guess];
    const auto found = std::ranges::lower_bound(known_, name, {}, &KnownProperty::name);
    if (found == known_.end() || found->name != name) return nullptr;
    const auto place = static_cast<std::size_t>(found - known_.begin());
    successors_[previous_] = place;
    return &known_[previous_ = place];
  }

 private:
  std::span<const KnownProperty> known_ = known_properties();
  std::vector<std::size_t> successors_ = std::vector<std::size_t>(known_.size());
  std::size_t previous_ = 0;
};

/// Makes flows of the properties of Flow entities, as the table flow_fields() says. The texts that
/// it is given must live in the batch.
class FlowBuilder {
 public:
  FlowBuilder(FlowBatch& batch, FlowPage& page) : batch_(batch), page_(page) {}

  /// Begins a flow.
  void begin();
  /// Sets a property of the flow. If it comes twice, the last value counts.
  void set(std::string_view property, const PropertyValue& value);
  /// Adds the flow to the page, unless it has no id. `id` and `time` are those of the result around
  /// the entity, if it has any.
  void finish(std::string_view id, std::optional<UnixSeconds> time);

 private:
  void set_field(const FlowFieldInfo& info, const PropertyValue& value);
  void set_address(FlowField field, const PropertyValue& value);
  void set_port(const PropertyValue& value);
  /// Sets the ports of a list or of scalars.
  void set_ports(const PropertyValue& value);
  /// One of several ports, with its end if it is a range: "8000-8100". Empty if it has none.
  [[nodiscard]] std::string_view port_of(const PropertyValue& value, std::size_t item);
  /// Sets a field to what texts_of() gives.
  void set_texts(const FlowFieldInfo& info, const PropertyValue& value);
  /// Sets a field to an attribute of all items, each of which is an object.
  void set_all(FlowField field, const PropertyValue& value, Attribute attribute);
  /// A number as it is written in digits: "443" for "443.0". Any other text stays.
  [[nodiscard]] std::string_view in_digits(std::string_view number);
  void set_unknown(std::string_view property, const PropertyValue& value);
  /// The texts of all items: scalars as they are, objects by their name or, without one, by their
  /// id. An object with neither counts as left out, unless `property` is empty.
  [[nodiscard]] FieldValue texts_of(std::string_view property, const PropertyValue& value);
  void record_vlan_reference(FlowField network_field, const PropertyValue& value);
  void record_vm_reference(FlowField field, const PropertyValue& value);
  void leave_out(std::string_view property);
  /// Takes the flow that is being built out of the page.
  void drop();

  FlowBatch& batch_;
  FlowPage& page_;
  PropertyFinder properties_;
  Flow* flow_ = nullptr;  ///< the last one of the page, while it is being built
  std::vector<UnknownField> unknown_;
};

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

[[nodiscard]] std::string_view first_text(const PropertyValue& value) {
  return value.size() == 0 || value.is_object(0) ? std::string_view() : value.scalar(0);
}

[[nodiscard]] EntityReference reference_of(const PropertyValue& value) {
  return {value.attribute(0, Attribute::EntityId), value.attribute(0, Attribute::EntityType)};
}

void FlowBuilder::begin() {
  // If a result has two entities, the last one counts.
  if (flow_ != nullptr) drop();
  flow_ = &page_.flows.emplace_back();
  prefetch_next(page_.flows);
  unknown_.clear();
}

void FlowBuilder::set(std::string_view property, const PropertyValue& value) {
  const KnownProperty* const known = properties_.find(property);
  if (known == nullptr) {
    set_unknown(property, value);
  } else if (known->field != nullptr) {
    set_field(*known->field, value);
  } else if (known->member != nullptr) {
    flow_->*known->member = first_text(value);
  }
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
      set_texts(info, value);
      record_vlan_reference(info.field, value);
      record_vm_reference(info.field, value);
      break;
    case FieldKind::Derived:
    case FieldKind::VmDetail:
    case FieldKind::Counter:
    case FieldKind::History:
    case FieldKind::Record:
      break;
  }
}

void FlowBuilder::set_address(FlowField field, const PropertyValue& value) {
  const NetworkFields fields = network_fields_of(field);
  if (value.size() == 0 || !value.is_object(0)) {
    set_texts(info_of(field), value);
    return;
  }
  if (value.size() > 1) return set_all(field, value, Attribute::IpAddress);
  const std::string_view address = value.attribute(0, Attribute::IpAddress);
  const std::string_view network = value.attribute(0, Attribute::NetworkAddress);
  // If the network is the address itself, the platform knows none.
  const bool has_network = network != address;
  flow_->set_text(field, address);
  flow_->set_text(fields.network, has_network ? network : std::string_view());
  flow_->set_text(fields.netmask,
                  has_network ? value.attribute(0, Attribute::Netmask) : std::string_view());
}

void FlowBuilder::set_port(const PropertyValue& value) {
  if (value.size() != 1 || !value.is_object(0)) return set_ports(value);
  const std::string_view start = in_digits(value.attribute(0, Attribute::Start));
  const std::string_view end = in_digits(value.attribute(0, Attribute::End));
  flow_->set_text(FlowField::DestinationPort,
                  start.empty() ? value.attribute(0, Attribute::Display) : start);
  flow_->set_text(FlowField::DestinationPortEnd,
                  start.empty() || end == start ? std::string_view() : end);
  flow_->set_text(FlowField::PortName, value.attribute(0, Attribute::IanaName));
}

void FlowBuilder::set_ports(const PropertyValue& value) {
  const std::span<std::string_view> ports = batch_.new_texts(value.size());
  const std::span<std::string_view> names = batch_.new_texts(value.size());
  std::size_t port_count = 0;
  std::size_t name_count = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string_view port = port_of(value, i);
    const std::string_view name = value.attribute(i, Attribute::IanaName);
    if (!port.empty()) ports[port_count++] = port;
    if (!name.empty()) names[name_count++] = name;
    if (port.empty() && value.is_object(i)) leave_out(info_of(FlowField::DestinationPort).api_name);
  }
  flow_->set(FlowField::DestinationPort, ports.first(port_count));
  flow_->set(FlowField::PortName, names.first(name_count));
}

std::string_view FlowBuilder::port_of(const PropertyValue& value, std::size_t item) {
  if (!value.is_object(item)) return in_digits(value.scalar(item));
  const std::string_view display = value.attribute(item, Attribute::Display);
  if (!display.empty()) return in_digits(display);
  const std::string_view start = in_digits(value.attribute(item, Attribute::Start));
  const std::string_view end = in_digits(value.attribute(item, Attribute::End));
  if (start.empty() || end.empty() || start == end) return start;
  return batch_.copy(fmt::format("{}-{}", start, end));
}

void FlowBuilder::set_texts(const FlowFieldInfo& info, const PropertyValue& value) {
  if (value.size() == 1) {  // nearly always
    const std::string_view text =
        value.is_object(0) ? value.attribute(0, Attribute::EntityName) : value.scalar(0);
    if (!text.empty()) return flow_->set_text(info.field, text);
  }
  // An id in the place of a name stays out of the flow: FlowPage::unnamed points to it, and flows
  // are moved.
  flow_->set(info.field, texts_of(info.api_name, value));
}

void FlowBuilder::set_all(FlowField field, const PropertyValue& value, Attribute attribute) {
  const std::span<std::string_view> texts = batch_.new_texts(value.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string_view text =
        value.is_object(i) ? value.attribute(i, attribute) : value.scalar(i);
    if (!text.empty()) texts[count++] = text;
  }
  flow_->set(field, texts.first(count));
}

std::string_view FlowBuilder::in_digits(std::string_view number) {
  if (number.find_first_of(".eE") == std::string_view::npos) return number;
  const std::optional<std::int64_t> whole = parse_integral(number);
  return whole ? batch_.copy(std::to_string(*whole)) : number;
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
    const std::string_view name = value.attribute(i, Attribute::EntityName);
    const std::string_view id = value.attribute(i, Attribute::EntityId);
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
  const EntityReference network = reference_of(value);
  if (network.id.empty() || network.type != "VlanL2Network") return;
  page_.vlans.push_back({page_.flows.size() - 1, *vlan_field, network});
}

void FlowBuilder::record_vm_reference(FlowField field, const PropertyValue& value) {
  if (!page_.is_with_vms || (field != FlowField::SourceVm && field != FlowField::DestinationVm))
    return;
  if (value.size() == 0 || !value.is_object(0)) return;
  const EntityReference vm = reference_of(value);
  if (!vm.id.empty()) page_.vms.push_back({page_.flows.size() - 1, field, vm});
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
  for (std::vector<FieldReference>* const references : {&page_.vlans, &page_.vms}) {
    std::erase_if(*references, [&](const FieldReference& reference) {
      return reference.flow == page_.flows.size();
    });
  }
  flow_ = nullptr;
}

enum class FlowPlace : std::uint8_t {
  Outside,
  Root,
  Results,
  Result,
  Entity,
  Object,  ///< the value of a property
  List,    ///< the value of a property
  ObjectInList,
};

/// Reads {"results": [{"entity_id", "time", "entity": {<property>: <value>}}]} and hands the
/// properties on.
class FlowPageReader final : public JsonPathReader<FlowPageReader, FlowPlace> {
 public:
  using Place = FlowPlace;
  static constexpr JsonPath<Place> kPaths[] = {
      {Place::Root, Place::Outside, '{', {}},      {Place::Results, Place::Root, '[', "results"},
      {Place::Result, Place::Results, '{', {}},    {Place::Entity, Place::Result, '{', "entity"},
      {Place::Object, Place::Entity, '{', {}},     {Place::List, Place::Entity, '[', {}},
      {Place::ObjectInList, Place::List, '{', {}},
  };

  /// Results after the first `max_results` are passed over.
  FlowPageReader(FlowBatch& batch, FlowPage& page, std::size_t max_results)
      : builder_(batch, page), max_results_(max_results) {}

  [[nodiscard]] bool has_results() const noexcept { return has_results_; }
  [[nodiscard]] bool has_no_results() const noexcept { return results_ == 0; }
  [[nodiscard]] bool has_too_many_results() const noexcept { return results_ > max_results_; }
  [[nodiscard]] const ErrorMembers& error_members() const noexcept { return error_members_; }

  void take(Place place, std::string_view text);
  [[nodiscard]] bool enter(Place place);
  void leave(Place place);
  void pass_over(Place place) {
    if (place == Place::List) value_.add_unreadable();
    if (place == Place::Root) error_members_.take(member());
  }

 private:
  void finish_property(std::string_view name);
  void finish_result();

  FlowBuilder builder_;
  std::size_t max_results_;
  std::size_t results_ = 0;
  bool has_results_ = false;
  ErrorMembers error_members_;
  std::string_view property_;  ///< of the entity, while its object or list is read
  PropertyValue value_;
  bool has_entity_ = false;
  std::string_view id_;
  std::optional<UnixSeconds> time_;
};

void FlowPageReader::take(Place place, std::string_view text) {
  switch (place) {
    case Place::Result:
      if (is_same_text(member(), "entity_id")) id_ = text;
      if (is_same_text(member(), "time")) time_ = parse_api_time(text);
      break;
    case Place::Entity:
      value_.add_scalar(text);
      finish_property(member());
      break;
    case Place::List:
      value_.add_scalar(text);
      break;
    case Place::Object:
    case Place::ObjectInList:
      value_.add_attribute(member(), text);
      break;
    case Place::Root:
      error_members_.take(member(), text);
      break;
    case Place::Outside:
    case Place::Results:
      break;
  }
}

bool FlowPageReader::enter(Place place) {
  switch (place) {
    case Place::Results:
      return has_results_ = true;
    case Place::Result:
      return ++results_ <= max_results_;
    case Place::Entity:
      has_entity_ = true;
      builder_.begin();
      break;
    case Place::Object:
      property_ = member();
      value_.begin_object();
      break;
    case Place::List:
      property_ = member();
      break;
    case Place::ObjectInList:
      value_.begin_object();
      break;
    case Place::Outside:
    case Place::Root:
      break;
  }
  return true;
}

void FlowPageReader::leave(Place place) {
  if (place == Place::Object || place == Place::List) finish_property(property_);
  if (place == Place::Result) finish_result();
}

void FlowPageReader::finish_property(std::string_view name) {
  builder_.set(name, value_);
  value_.clear();
}

void FlowPageReader::finish_result() {
  if (has_entity_) builder_.finish(id_, time_);
  has_entity_ = false;
  id_ = {};
  time_.reset();
}

}  // namespace

void FlowPage::clear() {
  flows.clear();
  unnamed.clear();
  vlans.clear();
  vms.clear();
  left_out = 0;
  left_out_name = {};
}

BodyOutcome read_flow_page(std::string body, FlowBatch& batch, FlowPage& page,
                           std::size_t max_results) {
  page.clear();
  FlowPageReader reader(batch, page, max_results);
  if (JsonOutcome read = read_json(body, reader); !read) return read;
  const ErrorMembers& error = reader.error_members();
  if (error.refute(!reader.has_no_results())) return error.outcome();
  if (!reader.has_results()) return BodyOutcome::foreign("the answer has no list \"results\"");
  if (reader.has_too_many_results())
    return BodyOutcome::failure({.text = "more results than asked for"});
  // The views outlive the move: with its padding the text is too long to lie in the string object
  // itself.
  batch.keep(std::move(body));
  return BodyOutcome::success();
}

}  // namespace vrni2syslog
