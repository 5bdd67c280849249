#include "vrni/versions/flow_versions.h"

#include "vrni/versions/version_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <tuple>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;

/// Another process writes for some hundredths of a second at a time.
constexpr std::chrono::milliseconds kLockWait{1000};
/// What is written in one transaction. The more versions, the more of them share a page of the
/// database.
constexpr std::size_t kMaxPendingVersions = 16'384;
constexpr std::size_t kMaxPendingBytes = std::size_t{4} * 1024 * 1024;
/// A kept version may seem to come from the future by this much, since a clock may have been set
/// back.
constexpr seconds kClockStep{60};
/// When the file gets too large, the oldest blocks are forgotten, until one part in this many of
/// the size that it may have is free.
constexpr std::int64_t kKeptParts = 4;
constexpr std::int64_t kPageBytes = 4096;
/// A store is not worth its cost if fewer than one in this many of the versions that are looked up
/// is found.
constexpr std::uint64_t kLeastReused = 50;
// This many versions of a unit have to be looked up before that is judged: if all of them are, and
// if only a part is.
constexpr std::uint64_t kFewestOfUnit = 1000;
constexpr std::uint64_t kFewestOfPart = 50;

// A place has, from the lowest bit on: what the version has, its position in the block, and the id
// of the block, which has a sequence number and the time of the fetch in seconds since the epoch.
constexpr std::int64_t kHasVmDetails = 1;
constexpr std::int64_t kHasNames = 2;
constexpr unsigned kPositionShift = 2;
constexpr std::int64_t kPositionMask = 0x3F;
constexpr unsigned kBlockShift = 8;
constexpr unsigned kTimeShift = 20;
constexpr std::uint32_t kSequenceMask = (1U << kTimeShift) - 1;
static_assert(kMaxFlowsOfBlock == kPositionMask + 1);

[[nodiscard]] std::int64_t first_block_at(UnixSeconds time) noexcept {
  return std::max<std::int64_t>(time.time_since_epoch().count(), 0) << kTimeShift;
}

[[nodiscard]] std::int64_t block_of(VersionPlace place) noexcept {
  return place >> kBlockShift;
}

[[nodiscard]] UnixSeconds fetch_time_of(VersionPlace place) noexcept {
  return UnixSeconds(seconds(place >> (kBlockShift + kTimeShift)));
}

[[nodiscard]] std::size_t position_of(VersionPlace place) noexcept {
  return static_cast<std::size_t>((place >> kPositionShift) & kPositionMask);
}

/// FNV-1a over id and time. Two versions with the same hash displace one another; they are told
/// apart by what their blocks say.
[[nodiscard]] std::int64_t key_of(std::string_view id, UnixSeconds time) noexcept {
  constexpr std::uint64_t kPrime = 0x100000001b3U;
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  hash = (hash ^ static_cast<std::uint64_t>(time.time_since_epoch().count())) * kPrime;
  return static_cast<std::int64_t>(hash ^ (hash >> 32U));
}

[[nodiscard]] std::vector<FlowField> fields_if(bool (*is_meant)(FieldKind)) {
  std::vector<FlowField> fields;
  for (const FlowFieldInfo& row : flow_fields()) {
    if (is_meant(row.kind)) fields.push_back(row.field);
  }
  return fields;
}

[[nodiscard]] bool is_worth_its_cost(std::uint64_t looked_up, std::uint64_t found) noexcept {
  return found * kLeastReused >= looked_up;
}

/// One version in 16.
[[nodiscard]] bool is_of_part(std::int64_t key) noexcept {
  return (static_cast<std::uint64_t>(key) & 0xFU) == 0;
}

[[nodiscard]] bool is_name(FieldKind kind) noexcept {
  return kind == FieldKind::Reference || kind == FieldKind::References ||
         kind == FieldKind::VmDetail;
}

/// Whether the flow says something of other entities that may change without a new version of it.
[[nodiscard]] bool has_names(const Flow& flow) {
  static const std::vector<FlowField> names = fields_if(is_name);
  return !flow.unknown_fields.empty() || std::ranges::any_of(names, [&flow](FlowField field) {
    return !flow.value(field).empty();
  });
}

/// Whether the version was listed, so that it may be listed again, and is there as it was made.
[[nodiscard]] bool can_be_kept(const Flow& flow) noexcept {
  return !flow.is_partial && flow.listed_time != UnixSeconds() &&
         flow.version_time == flow.listed_time;
}

void remove_vm_details(Flow& flow) {
  for (const FlowFieldInfo& row : flow_fields()) {
    if (row.kind == FieldKind::VmDetail) flow.set(row.field, {});
  }
}

/// What is wrong with the store, without advice: the program does itself what is to be done.
[[nodiscard]] std::string_view reason_of(const Error& error) noexcept {
  std::string_view reason = error.what();
  if (reason.ends_with(kAdviceOnDamage)) reason.remove_suffix(kAdviceOnDamage.size());
  return reason;
}

/// The hits to take from one block, and where they go.
struct Wanted {
  std::span<const SearchHit> hits;
  std::span<const VersionPlace> places;
  VmDetails details;
  std::span<Flow> flows;
  FlowBatch& batch;
};

/// Returns how many flows of the block were taken; nullopt if it is damaged.
[[nodiscard]] std::optional<std::uint64_t> take_from_block(std::string_view block,
                                                           std::span<const std::size_t> indexes,
                                                           const Wanted& wanted) {
  std::optional<VersionBlockReader> reader = VersionBlockReader::open(block);
  if (!reader) return std::nullopt;
  std::uint64_t taken = 0;
  for (const std::size_t index : indexes) {
    std::optional<Flow> flow = reader->read(position_of(wanted.places[index]), wanted.batch);
    if (!flow) return std::nullopt;
    const SearchHit& hit = wanted.hits[index];
    if (flow->id != hit.id || flow->version_time != hit.time) continue;
    if (wanted.details == VmDetails::Without) remove_vm_details(*flow);
    flow->listed_time = flow->version_time;
    wanted.flows[index] = *flow;
    ++taken;
  }
  return taken;
}

}  // namespace

FlowVersions::Database::Database(SqliteDatabase opened)
    : connection(std::move(opened)),
      find_version(connection.prepare("SELECT place FROM versions WHERE key = ?1")),
      find_block(connection.prepare("SELECT content FROM blocks WHERE id = ?1")),
      add_version(
          connection.prepare("INSERT OR REPLACE INTO versions (key, place) VALUES (?1, ?2)")),
      add_block(connection.prepare("INSERT OR IGNORE INTO blocks (id, content) VALUES (?1, ?2)")) {}

FlowVersions::FlowVersions(FlowVersionSettings settings, Clock& clock, Log& log)
    : settings_(std::move(settings)), clock_(clock), log_(log), sequence_(std::random_device()()) {
  if (settings_.path.empty()) return;
  open();
  use_database([this] {
    forget_expired();
    read_usage();
  });
}

FlowVersions::~FlowVersions() {
  if (settings_.path.empty()) return;
  try {
    judge_unit();
    flush();
    use_database([this] { write_usage(); });
  } catch (...) {  // std::bad_alloc: later runs fetch these versions once more
    database_.reset();
  }
}

void FlowVersions::open() {
  try {
    database_.emplace(settings_.path.empty() ? open_temporary_versions()
                                             : open_version_file(settings_.path));
    database_->connection.set_lock_wait(kLockWait);
  } catch (const Error& error) {
    give_up(error);
  }
}

template <typename Action>
void FlowVersions::use_database(Action&& action) {
  if (!database_) return;
  try {
    std::forward<Action>(action)();
  } catch (const Error& error) {
    database_->connection.rollback();
    const bool is_locked_now = error.fault() == Fault::Busy;
    if (!is_locked_now) return give_up(error);
    if (std::exchange(has_reported_lock_, true)) return;
    log_.info(LogEvent::FlowVersionsLocked,
              fmt::format("{}; some flow versions are not kept for later runs", error.what()));
  }
}

/// Goes on with a temporary database, and if that was it, without any.
void FlowVersions::give_up(const Error& error) {
  database_.reset();
  if (settings_.path.empty()) {
    is_given_up_ = true;
    pending_blocks_.clear();
    pending_versions_.clear();
    log_.warning(LogEvent::FlowVersionsLost,
                 fmt::format("flow versions cannot be kept during this run, so that the platform "
                             "is asked for each as often as it is needed: {}",
                             reason_of(error)));
    return;
  }
  // What cannot be opened, or belongs to somebody else, is not ours to remove.
  const bool is_removed = error.fault() != Fault::CannotCreate && error.fault() != Fault::Busy;
  if (is_removed) remove_version_file(settings_.path);
  settings_.path.clear();
  log_.warning(
      LogEvent::FlowVersionsLost,
      fmt::format("the flow versions that earlier runs have kept are not used{}, so that the "
                  "platform is asked for them again: {}",
                  is_removed ? ", and their file is removed" : "", reason_of(error)));
}

bool FlowVersions::is_usable(VersionPlace place, VmDetails wanted, UnixSeconds now) const {
  const seconds age = now - fetch_time_of(place);
  if (place <= 0 || age < -kClockStep) return false;
  if (wanted == VmDetails::With && (place & kHasVmDetails) == 0) return false;
  if (!settings_.path.empty() && age > settings_.keep) return false;
  return (place & kHasNames) == 0 || age <= settings_.refresh_names;
}

void FlowVersions::read_usage() {
  SqliteDatabase& database = database_->connection;
  has_kept_ = database.query_integer("SELECT max(id) FROM blocks") >=
              std::max<BlockId>(first_block_at(clock_.now_seconds() - settings_.keep), 1);
  kept_a_part_before_ = database.query_integer("SELECT keeps_a_part FROM usage") != 0;
  keeps_a_part_ = kept_a_part_before_;
}

void FlowVersions::write_usage() {
  if (keeps_a_part_ == kept_a_part_before_) return;
  database_->connection.execute(
      fmt::format("UPDATE usage SET keeps_a_part = {}", keeps_a_part_ ? 1 : 0));
}

/// A unit with few flows tells nothing.
void FlowVersions::judge_unit() noexcept {
  const std::uint64_t fewest = keeps_a_part_ ? kFewestOfPart : kFewestOfUnit;
  if (has_kept_before_unit_ && looked_up_ >= fewest)
    keeps_a_part_ = !is_worth_its_cost(looked_up_, found_);
}

void FlowVersions::begin_unit() noexcept {
  judge_unit();
  has_kept_before_unit_ = has_kept_;
  looked_up_ = found_ = 0;
}

bool FlowVersions::will_keep(const SearchHit& hit) const noexcept {
  if (is_given_up_ || !hit.time || (has_refused_ && !has_kept_)) return false;
  return !keeps_a_part_ || is_of_part(key_of(hit.id, *hit.time));
}

std::vector<VersionPlace> FlowVersions::find(std::span<const SearchHit> hits, VmDetails wanted) {
  std::vector<VersionPlace> places(hits.size());
  if (!keeps_a_part_) {
    find_some(
        hits, wanted, [](VersionKey) { return true; }, places);
    return places;
  }
  find_some(hits, wanted, is_of_part, places);
  if (looked_up_ >= kFewestOfPart && is_worth_its_cost(looked_up_, found_)) {
    keeps_a_part_ = false;
    find_some(
        hits, wanted, [](VersionKey key) { return !is_of_part(key); }, places);
  }
  return places;
}

std::vector<VersionPlace> FlowVersions::find_come(std::span<const SearchHit> hits,
                                                  VmDetails wanted) {
  // They were counted when they were looked for first.
  const std::pair counts(looked_up_, found_);
  std::vector<VersionPlace> places(hits.size());
  find_some(
      hits, wanted, [](VersionKey) { return true; }, places);
  std::tie(looked_up_, found_) = counts;
  return places;
}

template <typename IsMeant>
void FlowVersions::find_some(std::span<const SearchHit> hits, VmDetails wanted, IsMeant&& is_meant,
                             std::span<VersionPlace> places) {
  std::vector<std::size_t> meant;
  std::vector<std::pair<VersionKey, std::size_t>> stored;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (!hits[i].time) continue;
    const VersionKey key = key_of(hits[i].id, *hits[i].time);
    if (!is_meant(key)) continue;
    meant.push_back(i);
    if (const auto pending = pending_versions_.find(key); pending != pending_versions_.end()) {
      places[i] = pending->second;
    } else if (database_) {
      stored.emplace_back(key, i);
    }
  }
  // In the order of the pages, so that those of one are found together.
  std::ranges::sort(stored);
  use_database([&] {
    // One transaction, so that the database is not locked and looked at anew for each.
    database_->connection.execute("BEGIN");
    for (const auto& [key, index] : stored) {
      VersionPlace& place = places[index];
      database_->find_version.bind(1, key).run(
          [&place](const SqliteStatement& row) { place = row.integer(0); });
    }
    database_->connection.execute("COMMIT");
  });
  const UnixSeconds now = clock_.now_seconds();
  for (const std::size_t i : meant) {
    if (!is_usable(places[i], wanted, now)) places[i] = 0;
    if (places[i] != 0) ++found_;
  }
  looked_up_ += meant.size();
}

void FlowVersions::take(std::span<const SearchHit> hits, std::span<const VersionPlace> places,
                        VmDetails wanted, std::span<Flow> flows, FlowBatch& batch) {
  std::vector<std::size_t> indexes;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] != 0) indexes.push_back(i);
  }
  std::ranges::sort(indexes, {}, [&places](std::size_t index) { return places[index]; });
  const Wanted all{hits, places, wanted, flows, batch};
  for (std::span<const std::size_t> rest = indexes; !rest.empty();) {
    const BlockId block = block_of(places[rest.front()]);
    const auto end = std::ranges::find_if(
        rest, [&](std::size_t index) { return block_of(places[index]) != block; });
    const auto of_block = rest.first(static_cast<std::size_t>(end - rest.begin()));
    rest = rest.subspan(of_block.size());
    if (block == block_id_) finish_block();
    if (const auto pending = pending_blocks_.find(block); pending != pending_blocks_.end()) {
      reused_ += take_from_block(pending->second, of_block, all).value_or(0);
      continue;
    }
    use_database([&] {
      database_->find_block.bind(1, block).run([&](const SqliteStatement& row) {
        const std::optional<std::uint64_t> taken = take_from_block(row.blob(0), of_block, all);
        if (!taken) throw Error(Fault::CannotWrite, "one of its blocks is damaged");
        reused_ += *taken;
      });
    });
  }
}

void FlowVersions::add(const Flow& flow, VmDetails details) {
  has_refused_ = has_refused_ || !can_be_kept(flow);
  if (is_given_up_ || !can_be_kept(flow)) return;
  const VersionKey key = key_of(flow.id, flow.version_time);
  if (keeps_a_part_ && !is_of_part(key)) return;
  std::optional<std::size_t> position = writer_.add(flow);
  if (!position) {
    finish_block();
    position = writer_.add(flow);
  }
  if (!position) return;
  if (block_id_ == 0) block_id_ = next_block_id();
  const VersionPlace place =
      (block_id_ << kBlockShift) | (static_cast<std::int64_t>(*position) << kPositionShift) |
      (has_names(flow) ? kHasNames : 0) | (details == VmDetails::With ? kHasVmDetails : 0);
  pending_versions_.insert_or_assign(key, place);
  has_kept_ = true;
  if (pending_versions_.size() >= kMaxPendingVersions || pending_bytes_ >= kMaxPendingBytes)
    flush();
}

FlowVersions::BlockId FlowVersions::next_block_id() {
  // Two processes that write at the same time begin with different numbers. If they meet, the later
  // of two blocks is lost.
  return first_block_at(clock_.now_seconds()) | (sequence_++ & kSequenceMask);
}

void FlowVersions::finish_block() {
  if (writer_.is_empty()) return;
  std::string block = writer_.finish();
  pending_bytes_ += block.size();
  pending_blocks_.insert_or_assign(std::exchange(block_id_, 0), std::move(block));
}

void FlowVersions::flush() {
  finish_block();
  if (!database_ && !is_given_up_) open();
  use_database([this] {
    write_pending();
    keep_to_size();
  });
  pending_blocks_.clear();
  pending_versions_.clear();
  pending_bytes_ = 0;
}

void FlowVersions::write_pending() {
  if (pending_versions_.empty()) return;
  std::vector<std::pair<VersionKey, VersionPlace>> versions(pending_versions_.begin(),
                                                            pending_versions_.end());
  std::ranges::sort(versions);
  database_->connection.execute("BEGIN IMMEDIATE");
  for (const auto& [id, content] : pending_blocks_)
    database_->add_block.bind(1, id).bind(2, content).run();
  for (const auto& [key, place] : versions)
    database_->add_version.bind(1, key).bind(2, place).run();
  database_->connection.execute("COMMIT");
}

/// Not in every run, since all versions have to be looked through.
void FlowVersions::forget_expired() {
  const UnixSeconds now = clock_.now_seconds();
  SqliteDatabase& database = database_->connection;
  const std::int64_t oldest = database.query_integer("SELECT min(id) FROM blocks");
  const std::int64_t newest = database.query_integer("SELECT max(id) FROM blocks");
  if (newest > first_block_at(now + kClockStep + seconds(1)))
    database.execute(fmt::format("DELETE FROM blocks WHERE id > {}", first_block_at(now)));
  if (oldest != 0 && oldest < first_block_at(now - settings_.keep - settings_.keep / 8))
    forget_before(first_block_at(now - settings_.keep));
  keep_to_size();
}

void FlowVersions::keep_to_size() {
  SqliteDatabase& database = database_->connection;
  const auto most_pages = static_cast<std::int64_t>(settings_.max_bytes) / kPageBytes;
  const std::int64_t pages = database.query_integer("PRAGMA page_count");
  if (pages <= most_pages) return;
  const std::int64_t used = pages - database.query_integer("PRAGMA freelist_count");
  if (used > most_pages) {
    const std::int64_t blocks = database.query_integer("SELECT count(*) FROM blocks");
    const std::int64_t kept = blocks * most_pages / used * (kKeptParts - 1) / kKeptParts;
    forget_before(database.query_integer(
        fmt::format("SELECT id FROM blocks ORDER BY id DESC LIMIT 1 OFFSET {}",
                    std::max<std::int64_t>(kept, 1) - 1)));
  }
  database.execute(fmt::format("PRAGMA incremental_vacuum({})", pages - most_pages));
}

void FlowVersions::forget_before(BlockId end) {
  database_->connection.execute(fmt::format(
      "BEGIN IMMEDIATE; DELETE FROM blocks WHERE id < {}; DELETE FROM versions WHERE place < {}; "
      "COMMIT",
      end, end << kBlockShift));
}

}  // namespace vrni2syslog
