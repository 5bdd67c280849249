#pragma once

#include "delivery/sent/flow_identity.h"
#include "delivery/sent/sent_policy.h"
#include "sqlite/sqlite_database.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// Limits of one step of work. Tests set smaller ones.
struct SentFlowsLimits {
  /// Flows that one transaction records. It changes as many pages at most, and keeps each as it was
  /// in the journal: 20 MiB. Of the flows of an epoch that was confirmed, some may be remembered
  /// and others not, if the process is killed in between; those are sent again.
  std::uint32_t flows_per_transaction = 5000;
  /// Rows that one transaction looks through for expired ones.
  std::uint32_t rows_per_sweep = 100'000;
  /// Rows that a commit looks through: at least, and for each flow that it records. With 32 rows a
  /// flow, the whole table has been looked through before it has grown by a 32nd, so that it never
  /// holds more expired rows than that; and a commit that records little takes little time.
  std::uint32_t least_swept = 10'000;
  std::uint32_t swept_per_flow = 32;
  /// How long to wait for another process that has the file locked.
  std::chrono::milliseconds lock_wait{5000};
};

/// The flows that were sent, in a file that takes at most 40 bytes for each. Memory is bounded
/// whatever their number: 8 MiB of cached pages; what an epoch records is in a temporary file.
///
/// Everything throws what SqliteDatabase throws. Used by one thread at a time.
class SentFlows {
 public:
  SentFlows(const std::filesystem::path& path, SqliteAccess access,
            const SentFlowsLimits& limits = {});
  ~SentFlows();

  /// The salt for a FlowIdentifier.
  [[nodiscard]] std::string salt();
  [[nodiscard]] bool is_read_only() const noexcept { return access_ == SqliteAccess::ReadOnly; }

  /// When a flow was sent last, and its facts then, in the epochs that were committed. What the
  /// current epoch records does not count yet.
  [[nodiscard]] std::optional<SentFlow> find(const FlowKey& key);

  // The rest is for a store that is not read-only.

  /// Begins an epoch: from here on no other process can write. Readers can, except while a commit
  /// takes place.
  void begin();
  /// The flow is sent in this epoch.
  void record(const FlowIdentity& identity);
  /// Remembers that the flows recorded since begin() were sent for the unit that starts at
  /// `unit_start`, except those that were sent for a later unit already; forgets some of those that
  /// were sent for units that start at `newest_forgotten` or before.
  void commit(UnixSeconds unit_start, UnixSeconds newest_forgotten);
  /// Ends an epoch without a trace.
  void rollback() noexcept;

 private:
  struct Writer;

  void renew_transaction();
  [[nodiscard]] std::vector<FlowIdentity> pending_after(std::string_view key);
  void record_pending(UnixSeconds unit_start);
  void sweep(UnixSeconds newest_forgotten);
  [[nodiscard]] std::string end_of_sweep(std::string_view begin, std::uint64_t rows);

  SqliteDatabase database_;
  SqliteAccess access_;
  SentFlowsLimits limits_;
  SqliteStatement find_;
  std::unique_ptr<Writer> writer_;  ///< null for a store that is read-only
  std::uint64_t pending_ = 0;
};

}  // namespace vrni2syslog
