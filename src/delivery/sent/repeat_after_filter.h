#pragma once

#include "delivery/sent/flow_identity.h"
#include "delivery/sent/sent_flow_filter.h"
#include "delivery/sent/sent_flows.h"
#include "delivery/sent/sent_policy.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog {

struct SentFlowSettings {
  /// --repeat-after; nullopt if nothing is left out, and flows are only marked (--mark-new).
  std::optional<std::chrono::seconds> repeat_after;
  std::filesystem::path state_directory;  ///< --state-dir
  std::string scope;                      ///< platform and collectors: see FlowIdentifier
  bool is_dry_run = false;  ///< looks at what was sent, and neither makes nor changes a file
};

/// The filter behind --repeat-after and --mark-new, which remembers in a file of the state
/// directory.
class RepeatAfterFilter final : public SentFlowFilter {
 public:
  /// Makes the directory and the file if there are none. Throws what SentFlows and
  /// prepare_state_directory() throw. For a dry run that finds no file, the filter remembers
  /// nothing, and takes every flow for new.
  [[nodiscard]] static std::unique_ptr<SentFlowFilter> open(const SentFlowSettings& settings);
  [[nodiscard]] static std::filesystem::path path_in(const std::filesystem::path& state_directory);

  RepeatAfterFilter(const std::filesystem::path& path, SqliteAccess access,
                    std::optional<std::chrono::seconds> repeat_after, const std::string& scope,
                    const SentFlowsLimits& limits = {});

  void begin(const TimeWindow& unit) override;
  [[nodiscard]] std::uint64_t leave_out_sent_before(FlowBatch& batch) override;
  void commit() override;
  void rollback() noexcept override;

 private:
  /// The flows of a batch that can be recognised, each with its place there.
  [[nodiscard]] std::vector<std::pair<FlowIdentity, std::size_t>> identify(const FlowBatch& batch);
  SentFlows sent_;
  FlowIdentifier identifier_;
  std::optional<std::chrono::seconds> repeat_after_;
  UnixSeconds unit_start_{};
};

}  // namespace vrni2syslog
