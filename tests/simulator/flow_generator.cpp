#include "flow_generator.h"

#include "hash.h"
#include "service_port.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <span>
#include <vector>

namespace vrni2syslog::simulator {
namespace {

constexpr std::uint32_t kFlowCode = 515;  // of flows, in entity ids

// What a hash is drawn for; each purpose has draws of its own.
constexpr std::uint64_t kActivity = 1;
constexpr std::uint64_t kVersion = 2;
constexpr std::uint64_t kStart = 3;
constexpr std::uint64_t kPartner = 4;
constexpr std::uint64_t kFirstPartner = 5;
constexpr std::uint64_t kAction = 6;
constexpr std::uint64_t kRule = 7;
constexpr std::uint64_t kIpv6 = 8;
constexpr std::uint64_t kOmission = 9;
constexpr std::uint64_t kWords = 10;
constexpr std::uint64_t kOutside = 11;

constexpr std::uint32_t kTierBlock = 16;  // the inventory's tiers repeat after so many VMs

// Positions of each tier in its block of VMs.
constexpr std::array<std::uint32_t, 4> kWebPositions{0, 3, 7, 10};
constexpr std::array<std::uint32_t, 4> kAppPositions{1, 4, 8, 14};
constexpr std::array<std::uint32_t, 2> kDatabasePositions{2, 11};
constexpr std::array<std::uint32_t, 1> kMailPositions{9};
constexpr std::array<std::uint32_t, 3> kInfrastructurePositions{6, 12, 15};

// Whom a tier calls, beside the infrastructure; never itself.
std::span<const std::uint32_t> next_tier(Tier tier) noexcept {
  switch (tier) {
    case Tier::Web:
      return kAppPositions;
    case Tier::App:
    case Tier::Mail:
      return kDatabasePositions;
    case Tier::Database:
      return kMailPositions;
    default:
      return kWebPositions;
  }
}

// A private address for each VM, a /24 for every 250 of them.
IpAddress vm_address(std::uint32_t vm, bool is_v6) noexcept {
  if (is_v6) return {true, vm + 1U, 0xFD00'0010'0000'0000U | (vm / 20U)};
  return {false, 0x0A00'0000U + vm / 250U * 256U + vm % 250U + 1U, 0};
}

// Distinct for up to a million flows: multiplying by an odd number only reorders.
IpAddress physical_address(std::uint32_t flow, bool is_v6) noexcept {
  if (is_v6) return {true, flow + 1U, 0xFD00'0172'0016'0000U};
  return {false, 0xAC10'0000U + flow * 0x9E3B5U % 0x10'0000U, 0};
}

IpAddress internet_address(std::uint32_t flow, bool is_v6) noexcept {
  if (is_v6) return {true, mix(flow), 0x2A00'1450'4001'0800U};
  return {false, 0x1400'0000U + flow * 0x9E37B5U % 0x100'0000U, 0};
}

IpAddress multicast_address(std::uint32_t flow, bool is_v6) noexcept {
  if (is_v6) return {true, flow + 1U, 0xFF15'0000'0000'0000U};
  return {false, 0xEF00'0000U + flow, 0};
}

void use_service(FlowRecord& record, const Service& service) noexcept {
  record.protocol = service.protocol;
  record.port = service.port;
  record.port_end = service.port == 49152 ? 65535 : service.port;
}

}  // namespace

FlowGenerator::FlowGenerator(const FlowOptions& options, const Inventory& inventory)
    : options_(options), inventory_(inventory), ids_(options.seed) {}

FlowRecord FlowGenerator::flow(std::uint32_t index) const noexcept {
  FlowRecord record;
  record.index = index;
  connect(record);
  judge(record);
  leave_things_out(record);
  const std::uint32_t every = options_.fact_change_every;
  if (every != 0 && index % every == 0) change_a_fact(record);
  return record;
}

Activity FlowGenerator::activity(std::uint32_t index) const noexcept {
  const auto span = std::max<std::int64_t>(options_.until - options_.from, 1);
  const auto draw = hash(options_.seed, kActivity, index);
  const auto part = to_fraction(mix(draw));
  const unsigned kind = to_percent(draw);
  const auto all_day = static_cast<unsigned>(100 * options_.all_day);
  // Some live through the whole span, a third for hours, the rest for minutes.
  const auto longest =
      static_cast<double>(kind < all_day        ? span
                          : kind < all_day + 35 ? std::min<std::int64_t>(span, 4 * 3600)
                                                : std::min<std::int64_t>(span, 600));
  const auto length = static_cast<std::int64_t>(kind < all_day ? longest : part * longest);
  const auto start = to_fraction(hash(options_.seed, kStart, index));
  Activity activity;
  activity.first =
      options_.from + static_cast<std::int64_t>(start * static_cast<double>(span - length));
  activity.last = std::min(activity.first + length, options_.until);
  const auto version = hash(options_.seed, kVersion, index);
  const auto how_old = static_cast<std::int64_t>(mix(version) % (10 * 86'400));
  switch (version % 3) {
    case 0:
      activity.version = activity.first;
      break;
    case 1:
      activity.version = activity.first + how_old % (activity.last - activity.first + 1);
      break;
    default:
      activity.version = activity.first - how_old;
  }
  return activity;
}

std::string FlowGenerator::id(std::uint32_t index) const {
  return ids_.text(kFlowCode, index);
}

std::optional<std::uint32_t> FlowGenerator::find(std::string_view id) const noexcept {
  const auto parsed = parse_entity_id(id);
  if (!parsed || parsed->type_code != kFlowCode) return std::nullopt;
  const auto index = ids_.index(*parsed);
  if (index >= options_.count) return std::nullopt;
  return static_cast<std::uint32_t>(index);
}

// Flow `index` belongs to VM index % vm_count. Each VM goes through a cycle of ten kinds of
// partners, begins it at a place of its own, and takes another partner every time.
void FlowGenerator::connect(FlowRecord& record) const noexcept {
  const std::uint32_t vm = record.index % inventory_.vm_count();
  const std::uint32_t start = static_cast<std::uint32_t>(hash(options_.seed, kPartner, vm) % 10);
  const std::uint32_t place = record.index / inventory_.vm_count() + start;
  const std::uint32_t round = place / 10;
  const std::uint32_t kind = place % 10;
  if (kind < 2) {
    connect_vms(record, vm, round * 2 + kind, true);
  } else if (kind < 5) {
    connect_vms(record, vm, round * 3 + kind - 2, false);
  } else {
    connect_outside(record, vm, kind);
  }
}

void FlowGenerator::connect_vms(FlowRecord& record, std::uint32_t vm, std::uint32_t number,
                                bool is_infrastructure) const noexcept {
  const std::uint32_t blocks = inventory_.vm_count() / kTierBlock;
  const Tier own = inventory_.tier(vm);
  const std::span<const std::uint32_t> positions =
      is_infrastructure ? std::span<const std::uint32_t>(kInfrastructurePositions) : next_tier(own);
  const auto offered = [&](std::uint32_t position) {
    const Tier tier = inventory_.tier(position);
    return tier == own ? std::span<const Service>{}
                       : services_of_tier(static_cast<std::size_t>(tier));
  };
  std::uint32_t services = 0;
  for (const auto position : positions) {
    services += static_cast<std::uint32_t>(offered(position).size());
  }
  assert(services > 0);
  const auto first = hash(options_.seed, kFirstPartner, vm);
  const auto choice =
      static_cast<std::uint32_t>((first + number) % (std::uint64_t{blocks} * services));
  std::uint32_t service = choice / blocks;
  for (const auto position : positions) {
    if (service < offered(position).size()) {
      const std::uint32_t partner = choice % blocks * kTierBlock + position;
      const bool is_v6 = to_fraction(hash(options_.seed, kIpv6, record.index)) < options_.ipv6;
      record.source = {EndpointKind::Vm, vm, false, vm_address(vm, is_v6)};
      record.destination = {EndpointKind::Vm, partner, false, vm_address(partner, is_v6)};
      use_service(record, offered(position)[service]);
      return;
    }
    service -= static_cast<std::uint32_t>(offered(position).size());
  }
}

void FlowGenerator::connect_outside(FlowRecord& record, std::uint32_t vm,
                                    std::uint32_t kind) const noexcept {
  const bool is_v6 = to_fraction(hash(options_.seed, kIpv6, record.index)) < options_.ipv6;
  const auto draw = hash(options_.seed, kOutside, record.index);
  const Endpoint own{EndpointKind::Vm, vm, false, vm_address(vm, is_v6)};
  const Endpoint physical{EndpointKind::Physical, 0, false, physical_address(record.index, is_v6)};
  const Endpoint internet{EndpointKind::Internet, 0, false, internet_address(record.index, is_v6)};
  const Endpoint multicast{EndpointKind::Multicast, 0, false,
                           multicast_address(record.index, is_v6)};
  const auto offered = services_of_tier(static_cast<std::size_t>(inventory_.tier(vm)));
  const auto outside = outside_services();
  const bool is_inbound = kind == 6 || kind == 7;
  use_service(record, is_inbound ? offered[draw % offered.size()] : outside[draw % outside.size()]);
  switch (kind) {
    case 5:
      record.source = own;
      record.destination = internet;
      break;
    case 6:
      record.source = internet;
      record.destination = own;
      break;
    case 7:
      record.source = physical;
      record.destination = own;
      break;
    case 8:
      record.source = own;
      record.destination = physical;
      break;
    default:
      record.source = draw / 16 % 4 == 0 ? own : physical;
      record.destination = draw / 16 % 4 == 0 ? multicast : internet;
      // Between two physical servers: the other one is a storage or backup system.
      if (draw / 16 % 4 > 1) {
        record.destination = {EndpointKind::Physical,
                              0,
                              false,
                              {is_v6, is_v6 ? draw % 40 + 1 : 0xC0A8'0001U + draw % 40,
                               is_v6 ? 0xFD00'0192'0168'0000U : 0}};
      }
  }
}

void FlowGenerator::judge(FlowRecord& record) const noexcept {
  struct Share {
    unsigned below;
    Action action;
  };
  static constexpr std::array kShares{
      Share{66, Action::Allow},         Share{72, Action::Accept}, Share{80, Action::Deny},
      Share{85, Action::Drop},          Share{89, Action::Reject}, Share{91, Action::Redirect},
      Share{93, Action::DoNotRedirect},
  };
  const unsigned draw = to_percent(hash(options_.seed, kAction, record.index));
  const auto share = std::ranges::find_if(kShares, [&](const Share& s) { return draw < s.below; });
  if (share != kShares.end()) record.action = share->action;
  const auto rule = hash(options_.seed, kRule, record.index);
  if (record.action && rule % 8 != 0) {
    record.rule = 1001U + static_cast<std::uint32_t>(rule / 8 % 200);
  }
}

void FlowGenerator::leave_things_out(FlowRecord& record) const noexcept {
  const auto draw = hash(options_.seed, kOmission, record.index);
  record.has_name = draw % 100 != 0;
  record.source.is_unmatched = record.source.kind == EndpointKind::Vm && draw / 100 % 50 == 0;
  record.destination.is_unmatched =
      record.destination.kind == EndpointKind::Vm && draw / 5000 % 50 == 0;
  // Only where the address is the flow's alone, or two flows might differ in nothing.
  const bool is_outside =
      record.source.kind != EndpointKind::Vm || record.destination.kind != EndpointKind::Vm;
  const auto words = hash(options_.seed, kWords, record.index);
  if (is_outside && words % 16 == 0) {
    record.port.reset();
    if (words / 16 % 2 == 0) record.protocol = Protocol::Other;
  }
  if (options_.unknown_words && words / 32 % 3 == 0) {
    record.has_unknown_words = true;
    record.action = Action::Unknown;
    if (is_outside) record.protocol = Protocol::Unknown;
  }
}

// In turn: action, rule, VM, tags; the addresses stay as they are.
void FlowGenerator::change_a_fact(FlowRecord& record) const noexcept {
  const std::uint32_t turn = record.index / options_.fact_change_every % 4;
  Endpoint& end = record.source.has_vm() ? record.source : record.destination;
  if (turn == 0) {
    record.action = record.action == Action::Deny ? Action::Allow : Action::Deny;
  } else if (turn == 1 || !end.has_vm()) {
    record.rule = record.rule.value_or(0) + 5000;
  } else if (turn == 2) {
    end.vm = (end.vm + 1) % inventory_.vm_count();
  } else {
    end.has_other_tags = true;
  }
}

}  // namespace vrni2syslog::simulator
