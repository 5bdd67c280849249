#pragma once

#include "delivery/sent/flow_identity.h"
#include "delivery/sent/sent_policy.h"
#include "delivery/sent/sqlite_database.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {

/// How much is done at once. The defaults are for use; tests take small numbers.
struct SentFlowsLimits {
  /// Flows that one transaction records. It changes as many pages at most, and keeps each as it was
  /// in the journal: 20 MiB. Of the flows of an epoch that was confirmed, some may be remembered
  /// and others not, if the process is killed in between; those are sent again.
  std::uint32_t flows_per_transaction = 5000;
  /// Rows that one transaction looks through for expired ones.
  std::uint32_t rows_per_sweep = 100'000;
  /// Rows that a commit looks through at least, and for each flow that it records. With 32, a
  /// round through the table takes place before the table has grown by a 32nd, so that the expired
  /// rows in it are never more than that; and a commit that records little takes little time.
  std::uint32_t least_swept = 10'000;
  std::uint32_t swept_per_flow = 32;
  /// For a process that has the file locked.
  std::chrono::milliseconds lock_wait{5000};
};

/// The flows that were sent, in a file of at most 40 bytes each. Memory is bounded, whatever their
/// number: 8 MiB of cached pages, and SQLite's temporary file for what an epoch records.
///
/// Everything throws what SqliteDatabase throws. For one thread.
class SentFlows {
 public:
  SentFlows(const std::filesystem::path& path, SqliteAccess access,
            const SentFlowsLimits& limits = {});

  /// For a FlowIdentifier.
  [[nodiscard]] std::string salt();
  [[nodiscard]] bool is_read_only() const noexcept { return access_ == SqliteAccess::ReadOnly; }

  /// When and how a flow was sent last, in the epochs that were committed; what the current one
  /// records does not show.
  [[nodiscard]] std::optional<SentFlow> find(const FlowKey& key);

  // The rest is for a store that is not read-only.

  /// Begins an epoch: from here on no other process can write. Readers can, except while a commit
  /// takes place.
  void begin();
  /// The flow is sent in this epoch.
  void record(const FlowIdentity& identity);
  /// Remembers that the flows recorded since begin() were sent for the unit that starts at
  /// `unit_start`, except those that were sent for a later unit already; forgets some of those that
  /// were sent for units that start at `newest_expired` or before.
  void commit(UnixSeconds unit_start, UnixSeconds newest_expired);
  /// Ends an epoch without a trace.
  void rollback() noexcept;

 private:
  /// The statements of a writer. Its temporary table takes up what an epoch records, so that the
  /// file is changed only once it is confirmed, and in the order of its pages.
  struct Writer {
    explicit Writer(SqliteDatabase& database);
    SqliteStatement add_pending;
    SqliteStatement next_pending;
    SqliteStatement record;
    SqliteStatement find_end_of_sweep;
    SqliteStatement remove_expired;
    SqliteStatement set_swept;
  };

  void renew_transaction();
  [[nodiscard]] std::vector<FlowIdentity> pending_after(std::string_view key);
  void record_pending(UnixSeconds unit_start);
  void sweep(UnixSeconds newest_expired);
  [[nodiscard]] std::string end_of_sweep(std::string_view begin, std::uint64_t rows);

  SqliteDatabase database_;
  SqliteAccess access_;
  SentFlowsLimits limits_;
  SqliteStatement find_;
  std::optional<Writer> writer_;
  std::uint64_t pending_ = 0;
};

}  // namespace vrni2syslog
