#include "delivery/sent/sent_flows.h"

#include "delivery/sent/sent_flows_file.h"

#include <algorithm>

namespace vrni2syslog {
namespace {

template <std::size_t N>
[[nodiscard]] std::string_view view_of(const std::array<unsigned char, N>& bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Fills up with zeros what is too short: a damaged row matches no digest, so its flow is sent.
template <std::size_t N>
void copy_to(std::array<unsigned char, N>& bytes, std::string_view blob) noexcept {
  bytes.fill(0);
  std::ranges::copy(blob.substr(0, N), bytes.begin());
}

constexpr std::string_view kAfterEveryKey =
    "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
static_assert(kAfterEveryKey.size() > sizeof(FlowKey));

[[nodiscard]] std::int64_t to_number(UnixSeconds time) noexcept {
  return time.time_since_epoch().count();
}

/// Makes the temporary table that a writer's statements need.
SqliteDatabase& with_pending_table(SqliteDatabase& database) {
  database.execute(
      "CREATE TEMP TABLE pending (id BLOB PRIMARY KEY NOT NULL, facts BLOB NOT NULL)"
      " WITHOUT ROWID;"
      "PRAGMA temp.cache_size = -4096");
  return database;
}

}  // namespace

/// The statements of a writer. Its temporary table takes up what an epoch records, so that the
/// file is changed only once it is confirmed, and in the order of its pages.
struct SentFlows::Writer {
  explicit Writer(SqliteDatabase& database);
  SqliteStatement add_pending;
  SqliteStatement next_pending;
  SqliteStatement record;
  SqliteStatement find_end_of_sweep;
  SqliteStatement remove_expired;
  SqliteStatement set_swept;
};

SentFlows::Writer::Writer(SqliteDatabase& database)
    : add_pending(with_pending_table(database).prepare(
          "INSERT OR REPLACE INTO pending (id, facts) VALUES (?1, ?2)")),
      next_pending(
          database.prepare("SELECT id, facts FROM pending WHERE id > ?1 ORDER BY id LIMIT ?2")),
      record(database.prepare(
          "INSERT INTO seen (id, facts, sent) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE"
          " SET facts = excluded.facts, sent = excluded.sent WHERE excluded.sent >= seen.sent")),
      find_end_of_sweep(
          database.prepare("SELECT id FROM seen WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2")),
      remove_expired(
          database.prepare("DELETE FROM seen WHERE id > ?1 AND id <= ?2 AND sent <= ?3")),
      set_swept(database.prepare("UPDATE store SET swept = ?1")) {}

SentFlows::SentFlows(const std::filesystem::path& path, SqliteAccess access,
                     const SentFlowsLimits& limits)
    : database_(open_sent_flows(path, access)),
      access_(access),
      limits_(limits),
      find_(database_.prepare("SELECT facts, sent FROM seen WHERE id = ?1")) {
  database_.set_lock_wait(limits.lock_wait);
  if (!is_read_only()) writer_ = std::make_unique<Writer>(database_);
}

SentFlows::~SentFlows() = default;

std::string SentFlows::salt() {
  std::string salt;
  database_.prepare("SELECT salt FROM store").run([&](const SqliteStatement& row) {
    salt = row.blob(0);
  });
  return salt;
}

std::optional<SentFlow> SentFlows::find(const FlowKey& key) {
  std::optional<SentFlow> found;
  find_.bind(1, view_of(key)).run([&](const SqliteStatement& row) {
    found.emplace();
    copy_to(found->facts, row.blob(0));
    found->unit_start = UnixSeconds(std::chrono::seconds(row.integer(1)));
  });
  return found;
}

void SentFlows::begin() {
  database_.execute("BEGIN IMMEDIATE; DELETE FROM pending");
  pending_ = 0;
}

void SentFlows::record(const FlowIdentity& identity) {
  writer_->add_pending.bind(1, view_of(identity.key)).bind(2, view_of(identity.facts)).run();
  ++pending_;
}

void SentFlows::commit(UnixSeconds unit_start, UnixSeconds newest_forgotten) {
  if (pending_ > 0) {
    sweep(newest_forgotten);  // first, since its room can be used at once
    record_pending(unit_start);
  }
  database_.execute("COMMIT");
}

void SentFlows::rollback() noexcept {
  database_.rollback();
}

void SentFlows::renew_transaction() {
  database_.execute("COMMIT; BEGIN IMMEDIATE");
}

std::vector<FlowIdentity> SentFlows::pending_after(std::string_view key) {
  std::vector<FlowIdentity> flows;
  writer_->next_pending.bind(1, key)
      .bind(2, std::int64_t{limits_.flows_per_transaction})
      .run([&](const SqliteStatement& row) {
        FlowIdentity& flow = flows.emplace_back();
        copy_to(flow.key, row.blob(0));
        copy_to(flow.facts, row.blob(1));
      });
  return flows;
}

void SentFlows::record_pending(UnixSeconds unit_start) {
  std::string recorded;  // up to this key
  for (;;) {
    const std::vector<FlowIdentity> flows = pending_after(recorded);
    if (flows.empty()) return;
    if (!recorded.empty()) renew_transaction();
    for (const FlowIdentity& flow : flows) {
      writer_->record.bind(1, view_of(flow.key))
          .bind(2, view_of(flow.facts))
          .bind(3, to_number(unit_start))
          .run();
    }
    recorded = view_of(flows.back().key);
  }
}

void SentFlows::sweep(UnixSeconds newest_forgotten) {
  std::string swept;
  database_.prepare("SELECT swept FROM store").run([&](const SqliteStatement& row) {
    swept = row.blob(0);
  });
  std::uint64_t left = limits_.least_swept + pending_ * limits_.swept_per_flow;
  while (left > 0) {
    const std::uint64_t rows = std::min<std::uint64_t>(left, limits_.rows_per_sweep);
    const std::string end = end_of_sweep(swept, rows);
    writer_->remove_expired.bind(1, swept)
        .bind(2, end.empty() ? kAfterEveryKey : std::string_view(end))
        .bind(3, to_number(newest_forgotten))
        .run();
    writer_->set_swept.bind(1, end).run();
    if (end.empty()) return;  // the end of the table: the next commit goes on at its beginning
    swept = end;
    left -= rows;
    if (left > 0) renew_transaction();
  }
}

std::string SentFlows::end_of_sweep(std::string_view begin, std::uint64_t rows) {
  std::string end;
  writer_->find_end_of_sweep.bind(1, begin)
      .bind(2, static_cast<std::int64_t>(rows - 1))
      .run([&](const SqliteStatement& row) { end = row.blob(0); });
  return end;
}

}  // namespace vrni2syslog
