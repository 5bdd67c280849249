#pragma once

#include "entity_id.h"
#include "flow_record.h"
#include "inventory.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog::simulator {

struct FlowOptions {
  std::uint64_t seed = 1;
  std::uint32_t count = 1000;
  std::int64_t from = 0;  ///< epoch seconds: the span over which activity is spread
  std::int64_t until = 0;
  double ipv6 = 0;             ///< fraction of the flows between IPv6 addresses
  bool unknown_words = false;  ///< some flows have enumeration values that nobody documents
  std::uint32_t fact_change_every =
      0;                 ///< every so many-th flow is the same, but its facts are not
  double all_day = 0.2;  ///< fraction of the flows that are active through the whole span
};

/// Makes flow number `index`, below count(), from the seed alone: the same one every time, and no
/// two with the same addresses, port and protocol.
class FlowGenerator {
 public:
  /// `inventory` must outlive the generator.
  FlowGenerator(const FlowOptions& options, const Inventory& inventory);

  [[nodiscard]] std::uint32_t count() const noexcept { return options_.count; }
  [[nodiscard]] FlowRecord flow(std::uint32_t index) const noexcept;
  [[nodiscard]] Activity activity(std::uint32_t index) const noexcept;

  [[nodiscard]] std::string id(std::uint32_t index) const;
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view id) const noexcept;

 private:
  void connect(FlowRecord& record) const noexcept;
  void connect_vms(FlowRecord& record, std::uint32_t vm, std::uint32_t number,
                   bool is_infrastructure) const noexcept;
  void connect_outside(FlowRecord& record, std::uint32_t vm, std::uint32_t kind) const noexcept;
  void judge(FlowRecord& record) const noexcept;
  void leave_things_out(FlowRecord& record) const noexcept;
  void change_a_fact(FlowRecord& record) const noexcept;

  FlowOptions options_;
  const Inventory& inventory_;
  EntityIds ids_;
};

}  // namespace vrni2syslog::simulator
