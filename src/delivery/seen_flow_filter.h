#pragma once

#include "delivery/flow_identity.h"
#include "delivery/repeat_filter.h"
#include "delivery/repeat_policy.h"
#include "delivery/seen_flows.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace vrni2syslog {

struct RepeatSettings {
  std::chrono::seconds repeat_after{0};   ///< --repeat-after
  std::filesystem::path state_directory;  ///< --state-dir
  std::string scope;                      ///< platform and collectors: see FlowIdentifier
  bool is_dry_run = false;  ///< looks at what was sent, and neither makes nor changes a file
};

/// The RepeatFilter that remembers in a file of the state directory.
class SeenFlowFilter final : public RepeatFilter {
 public:
  /// Makes the directory and the file where there are none. Throws what SeenFlows and
  /// prepare_state_directory() throw. Null for a dry run where nothing has been remembered yet.
  [[nodiscard]] static std::unique_ptr<SeenFlowFilter> open(const RepeatSettings& settings);
  [[nodiscard]] static std::filesystem::path path_in(const std::filesystem::path& state_directory);

  SeenFlowFilter(const std::filesystem::path& path, SqliteAccess access,
                 std::chrono::seconds repeat_after, const std::string& scope,
                 const SeenFlowsLimits& limits = {});

  void begin(const TimeWindow& unit) override;
  [[nodiscard]] std::uint64_t leave_out_repeats(FlowBatch& batch) override;
  void commit() override;
  void rollback() noexcept override;

 private:
  /// A flow of a batch that can be recognised.
  struct Candidate {
    FlowIdentity identity;
    std::size_t index;
  };
  [[nodiscard]] std::vector<Candidate> candidates_in(const FlowBatch& batch);
  [[nodiscard]] bool is_repeat(const FlowIdentity& identity);

  SeenFlows seen_;
  FlowIdentifier identifier_;
  RepeatPolicy policy_;
  EpochSeconds unit_start_{};
};

}  // namespace vrni2syslog
