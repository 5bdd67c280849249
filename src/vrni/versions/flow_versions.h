#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "flow/flow.h"
#include "sqlite/sqlite_database.h"
#include "vrni/api/search_hit.h"
#include "vrni/versions/version_block.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace vrni2syslog {

struct FlowVersionSettings {
  /// The file that keeps versions from run to run; empty to keep them no longer than the run.
  std::filesystem::path path;
  /// How long after it was fetched a version may be used, by runs that share the file.
  std::chrono::seconds keep{0};
  /// The same for a version with names of other entities, which may change without a new version of
  /// the flow.
  std::chrono::seconds refresh_names{std::chrono::hours(24)};
  /// How large the file may get, about; after that the oldest versions are forgotten.
  std::uint64_t max_bytes = std::uint64_t{1024} * 1024 * 1024;
};

/// Whether types, vCenter ids and regions of VMs are asked for beside the flows.
enum class VmDetails : std::uint8_t { Without, With };

/// Where a version is kept: the id of its block, its position there, and what the version has.
/// The id of a block begins with the time at which its flows were fetched. Zero is no place.
using VersionPlace = std::int64_t;

/// Remembers versions of flows, which never change, so that none is fetched twice. Keeps them by
/// entity id and time, in memory at first and then in an SQLite database: a temporary one, or a
/// file in which later runs find them. It takes at most some megabytes of memory.
///
/// It is a cache: no trouble with it ends a run. A database that is damaged, or cannot be used, is
/// reported once and given up. One that another process has locked is not waited for long.
class FlowVersions {
 public:
  /// `clock` and `log` must outlive it. Opens the file, if there is to be one.
  FlowVersions(FlowVersionSettings settings, Clock& clock, Log& log);
  FlowVersions(const FlowVersions&) = delete;
  FlowVersions& operator=(const FlowVersions&) = delete;
  /// Writes to the file what is only in memory.
  ~FlowVersions();

  /// The flows of another unit come. If hardly any versions of the last one had been kept, although
  /// those of other units had, only a part of the versions is kept and looked for from here on:
  /// flows that are all new cost little so. As soon as versions of the part are found again, all
  /// are kept and looked for. The next run that has the same file goes on with what this one has
  /// found.
  void begin_unit() noexcept;

  /// Where the versions of the hits are kept that may be used now: one place for each hit. A
  /// version that was stored without details of VMs is of no use where these are wanted.
  [[nodiscard]] std::vector<VersionPlace> find(std::span<const SearchHit> hits, VmDetails wanted);
  /// So many of the versions that find() has not found are coming with other units, and
  /// will_keep() says that they will be kept: they are found again as well.
  void note_coming(std::size_t versions) noexcept { found_ += versions; }
  /// The same as find() for versions that were coming then, and are kept by now if all went well.
  [[nodiscard]] std::vector<VersionPlace> find_come(std::span<const SearchHit> hits,
                                                    VmDetails wanted);

  /// Sets each of the flows whose hit has a place to its version, as if it had just been fetched;
  /// details of VMs only if they are wanted. Those that cannot be read any more stay as they are.
  /// The three have the same order.
  void take(std::span<const SearchHit> hits, std::span<const VersionPlace> places, VmDetails wanted,
            std::span<Flow> flows, FlowBatch& batch);

  /// Keeps a flow that was fetched just now, with the names and details of VMs that were looked up
  /// for it, if it is in the version that was listed, and not partial.
  void add(const Flow& flow, VmDetails details);

  /// Whether the version of the hit is likely to be kept if it is fetched now.
  [[nodiscard]] bool will_keep(const SearchHit& hit) const noexcept;
  /// How many flows take() has set.
  [[nodiscard]] std::uint64_t reused() const noexcept { return reused_; }

 private:
  using VersionKey = std::int64_t;
  using BlockId = std::int64_t;

  /// The database with its statements.
  struct Database {
    explicit Database(SqliteDatabase opened);

    SqliteDatabase connection;
    SqliteStatement find_version;
    SqliteStatement find_block;
    SqliteStatement add_version;
    SqliteStatement add_block;
  };

  void open();
  /// What the file tells of earlier runs.
  void read_usage();
  void write_usage();
  void judge_unit() noexcept;
  /// Finds those of the hits whose key is meant, and counts them. The places of the others stay.
  template <typename IsMeant>
  void find_some(std::span<const SearchHit> hits, VmDetails wanted, IsMeant&& is_meant,
                 std::span<VersionPlace> places);
  /// Does something with the database, if there is one. Throws no Error.
  template <typename Action>
  void use_database(Action&& action);
  void give_up(const Error& error);
  [[nodiscard]] bool is_usable(VersionPlace place, VmDetails wanted, UnixSeconds now) const;
  [[nodiscard]] BlockId next_block_id();
  void finish_block();
  /// Writes to the database what is only in memory.
  void flush();
  void write_pending();
  void forget_expired();
  void keep_to_size();
  void forget_before(BlockId end);

  FlowVersionSettings settings_;
  Clock& clock_;
  Log& log_;
  std::optional<Database> database_;
  bool is_given_up_ = false;
  bool has_reported_lock_ = false;
  VersionBlockWriter writer_;
  BlockId block_id_ = 0;  ///< of the block in writer_; 0 if that is empty
  std::uint32_t sequence_;
  std::unordered_map<BlockId, std::string> pending_blocks_;  ///< not in the database yet
  std::size_t pending_bytes_ = 0;
  std::unordered_map<VersionKey, VersionPlace> pending_versions_;  ///< of these, and of writer_
  bool keeps_a_part_ = false;
  bool kept_a_part_before_ = false;    ///< as the file says
  bool has_kept_ = false;              ///< any version in this run, or in the file
  bool has_refused_ = false;           ///< a flow that is not in the version that was listed
  bool has_kept_before_unit_ = false;  ///< the same when the unit began
  std::uint64_t looked_up_ = 0;        ///< versions of this unit, or of the part
  std::uint64_t found_ = 0;            ///< of these, so that they could be used
  std::uint64_t reused_ = 0;
};

}  // namespace vrni2syslog
