#pragma once

#include "delivery/sent/flow_identity.h"
#include "delivery/sent/sent_flow_filter.h"
#include "delivery/sent/sent_flows.h"
#include "delivery/sent/sent_policy.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace vrni2syslog {

struct SentFlowSettings {
  std::chrono::seconds repeat_after{0};   ///< --repeat-after
  std::filesystem::path state_directory;  ///< --state-dir
  std::string scope;                      ///< platform and collectors: see FlowIdentifier
  bool is_dry_run = false;  ///< looks at what was sent, and neither makes nor changes a file
};

/// The SentFlowFilter that remembers in a file of the state directory.
class SentFlowStoreFilter final : public SentFlowFilter {
 public:
  /// Makes the directory and the file where there are none. Throws what SentFlows and
  /// prepare_state_directory() throw. Null for a dry run where nothing has been remembered yet.
  [[nodiscard]] static std::unique_ptr<SentFlowStoreFilter> open(const SentFlowSettings& settings);
  [[nodiscard]] static std::filesystem::path path_in(const std::filesystem::path& state_directory);

  SentFlowStoreFilter(const std::filesystem::path& path, SqliteAccess access,
                      std::chrono::seconds repeat_after, const std::string& scope,
                      const SentFlowsLimits& limits = {});

  void begin(const TimeWindow& unit) override;
  [[nodiscard]] std::uint64_t leave_out_sent_before(FlowBatch& batch) override;
  void commit() override;
  void rollback() noexcept override;

 private:
  /// A flow of a batch that can be recognised.
  struct Candidate {
    FlowIdentity identity;
    std::size_t index;
  };
  [[nodiscard]] std::vector<Candidate> candidates_in(const FlowBatch& batch);
  [[nodiscard]] bool was_sent_before(const FlowIdentity& identity);

  SentFlows seen_;
  FlowIdentifier identifier_;
  SentPolicy policy_;
  UnixSeconds unit_start_{};
};

}  // namespace vrni2syslog
