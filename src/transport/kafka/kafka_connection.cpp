#include "transport/kafka/kafka_connection.h"

#include "base/error.h"
#include "tls/tls_client.h"
#include "transport/kafka/delivery_reports.h"
#include "transport/kafka/header_lists.h"
#include "transport/kafka/kafka_producer.h"
#include "transport/kafka/kafka_transaction.h"
#include "transport/net/progress_watch.h"

#include <asio/this_coro.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::steady_clock;

/// Produces lines as records, and counts the reports of their delivery.
class KafkaConnection final : public Transport {
 public:
  KafkaConnection(asio::io_context& loop, const Endpoint& endpoint, const CollectorOptions& options,
                  KafkaEncryption encryption)
      : loop_(loop),
        endpoint_(endpoint),
        options_(options),
        encryption_(encryption),
        reports_(endpoint.kafka.topic),
        producer_(loop, endpoint, options, encryption) {
    if (has_transactions(endpoint_, options_))
      transaction_.emplace(endpoint_, options_, producer_, reports_);
  }

  /// Waits for a broker, and sees that the topic can be written to. Throws Error(Unreachable),
  /// Error(Refused) or Error(LoginRefused).
  asio::awaitable<void> open();
  asio::awaitable<void> send(const LineBatch& lines) override;
  asio::awaitable<std::optional<std::string>> offsets_of(
      std::shared_ptr<const EpochLabel> epoch) override;
  asio::awaitable<Error> watch() override;
  asio::awaitable<Receipt> commit() override;
  [[nodiscard]] bool is_reusable() const noexcept override { return is_reusable_; }
  /// A transaction is a whole epoch.
  [[nodiscard]] bool commits_parts() const noexcept override { return !transaction_; }
  asio::awaitable<void> close() override { co_return; }
  [[nodiscard]] std::string peer_description() const override { return peer_description_; }

 private:
  void warn_of_replicas(const TopicFacts& facts, std::optional<std::size_t> least);
  asio::awaitable<void> prepare_transactions();
  asio::awaitable<void> send_manifest(std::string_view line, const LineBatch& batch);
  asio::awaitable<bool> commit_transaction();
  asio::awaitable<void> ask_whether_committed(const std::string& progress);
  [[nodiscard]] bool produce(std::string_view line, std::string_view key, WallTime time,
                             HeaderLists& headers);
  asio::awaitable<void> await_room();
  asio::awaitable<void> await_reports(std::size_t most_outstanding);
  void take_reports();
  asio::awaitable<void> begin_epoch(const std::shared_ptr<const EpochLabel>& epoch);
  [[nodiscard]] HeaderLists& headers_of(std::string_view kind);
  [[nodiscard]] std::vector<RecordHeader> make_headers(std::string_view kind) const;
  [[nodiscard]] Error stuck() const;

  asio::io_context& loop_;
  Endpoint endpoint_;
  CollectorOptions options_;
  KafkaEncryption encryption_;
  DeliveryReports reports_;
  std::shared_ptr<const EpochLabel> epoch_;
  std::string records_;                 ///< how many the epoch has, once its offsets were asked for
  std::optional<std::string> offsets_;  ///< where they are; nullopt before
  /// Those of this epoch's records, by kind. The producer refers to them.
  std::map<std::string_view, HeaderLists> headers_;
  KafkaProducer producer_;
  std::optional<KafkaTransaction> transaction_;  ///< nullopt without ?transactions=on
  bool has_manifest_ = false;                    ///< the epoch has, which is whole then
  std::string progress_;                         ///< that came with it
  std::string peer_description_;
  bool is_reusable_ = false;
};

asio::awaitable<void> KafkaConnection::open() {
  const SteadyTime until = steady_clock::now() + options_.connect_timeout;
  co_await producer_.await_broker(reports_, until);
  const TopicFacts facts = co_await producer_.ask_for_topic(reports_, until);
  require_writable(facts, endpoint_.kafka.topic);
  peer_description_ =
      fmt::format("{} broker{}, topic {}, {} partition{}, librdkafka {}", facts.brokers,
                  facts.brokers == 1 ? "" : "s", endpoint_.kafka.topic, facts.partitions.size(),
                  facts.partitions.size() == 1 ? "" : "s", rd_kafka_version_str());
  if (lacks_replicas(facts)) {
    const std::optional<std::size_t> least =
        co_await producer_.ask_for_least_replicas(reports_, until);
    warn_of_replicas(facts, least);
  }
  if (transaction_) co_await prepare_transactions();
}

/// Not every cluster answers the question how many replicas it needs at least, or tells us.
void KafkaConnection::warn_of_replicas(const TopicFacts& facts, std::optional<std::size_t> least) {
  const std::string warning = least ? replica_warning(facts, *least) : std::string();
  if (warning.empty()) return;
  peer_description_ += "; " + warning;
  if (options_.log == nullptr) return;
  options_.log->warning(LogEvent::CollectorWarning,
                        fmt::format("{}: {}", endpoint_.display_name(), warning),
                        {{"collector", endpoint_.display_name()}});
}

/// What is committed has to be what the run knows of: otherwise a later run has written, and ended.
asio::awaitable<void> KafkaConnection::prepare_transactions() {
  std::optional<std::string>& known = *options_.kept_progress;
  if (known == kNotAsked) {
    throw Error(Fault::Refused,
                "it was out of reach when the run began, so that nobody knows how far the job is "
                "there; the next run asks again");
  }
  std::string kept = co_await transaction_->prepare();
  if (options_.is_check) co_await transaction_->rehearse();
  if (known && *known != kept) throw taken_over(options_.job);
  known = std::move(kept);
}

asio::awaitable<void> KafkaConnection::send(const LineBatch& lines) {
  is_reusable_ = false;
  co_await begin_epoch(lines.epoch());
  if (transaction_ && !transaction_->is_open()) transaction_->begin(epoch_);
  if (transaction_) transaction_->require_time_left();
  // Lines of a kind mostly stand together.
  std::optional<std::string_view> kind;
  HeaderLists* headers = nullptr;
  for (std::size_t i = 0; i < lines.line_count(); ++i) {
    const LineLabel label = lines.label(i);
    if (label.kind == kManifestKind) {
      co_await send_manifest(lines.line(i), lines);
      continue;
    }
    if (label.kind != kind) {
      kind = label.kind;
      headers = &headers_of(label.kind);
    }
    const WallTime time = endpoint_.kafka.has_event_time ? label.time : WallTime();
    // No coroutine of its own: a line seldom has to wait, and each one would pay for it.
    while (!produce(lines.line(i), label.key, time, *headers)) co_await await_room();
  }
  take_reports();
}

/// The manifest tells where the records of the epoch are, so all of them have to be there.
asio::awaitable<void> KafkaConnection::send_manifest(std::string_view line,
                                                     const LineBatch& batch) {
  const std::optional<std::string> offsets = co_await offsets_of(epoch_);
  if (transaction_) transaction_->tell("flows");
  has_manifest_ = true;
  progress_ = batch.progress();
  std::vector<RecordHeader> headers = make_headers(kManifestKind);
  headers.emplace_back("records", records_);
  headers.emplace_back("offsets", *offsets);
  for (const auto& [name, text] : batch.manifest_headers()) headers.emplace_back(name, text);
  HeaderLists& lists = headers_.insert_or_assign(kManifestKind, HeaderLists(headers)).first->second;
  while (!produce(line, options_.job, WallTime(), lists)) co_await await_room();
}

asio::awaitable<std::optional<std::string>> KafkaConnection::offsets_of(
    std::shared_ptr<const EpochLabel> epoch) {
  co_await begin_epoch(epoch);
  co_await await_reports(0);
  if (!offsets_) {
    records_ = std::to_string(reports_.stored());
    offsets_ = reports_.take_offsets();
  }
  co_return offsets_;
}

/// Hands a record to the library. False if it has no room for it before some reports have come.
bool KafkaConnection::produce(std::string_view line, std::string_view key, WallTime time,
                              HeaderLists& headers) {
  const rd_kafka_resp_err_t error = producer_.produce(line, key, time, headers);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    reports_.add_record();
    return true;
  }
  if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL && reports_.outstanding() > 0) return false;
  take_reports();
  if (transaction_) transaction_->require_alive();
  throw produce_failure(endpoint_.kafka.topic, error);
}

/// Waits until the library has room again. Waking up for every report would be a waste.
asio::awaitable<void> KafkaConnection::await_room() {
  const std::size_t outstanding = reports_.outstanding();
  co_await await_reports(outstanding - outstanding / 4 - 1);
}

/// Waits until no more records than these are without a report. Throws Error if one of them was not
/// delivered, or if none is reported for too long.
asio::awaitable<void> KafkaConnection::await_reports(std::size_t most_outstanding) {
  ProgressWatch progress(options_.progress_timeout, steady_clock::now());
  while (true) {
    take_reports();
    const std::size_t outstanding = reports_.outstanding();
    if (outstanding <= most_outstanding) co_return;
    const SteadyTime now = steady_clock::now();
    progress.observe(outstanding, now);
    if (progress.is_stuck(now)) throw stuck();
    co_await producer_.wait(progress.next_look(now));
  }
}

/// Takes what the library has to say. Throws Error if a record was not delivered.
void KafkaConnection::take_reports() {
  producer_.poll(reports_);
  const bool has_failed = producer_.end() || reports_.failure();
  // A broker that has aborted a transaction that took too long fences its producer.
  if (has_failed && transaction_) transaction_->require_time_left();
  if (producer_.end()) throw Error(*producer_.end());
  if (transaction_ && reports_.has_dropped_only()) transaction_->require_alive();
  if (reports_.failure()) throw Error(*reports_.failure());
}

/// The library connects again by itself; only the end of the producer is the end of the connection.
asio::awaitable<Error> KafkaConnection::watch() {
  while (true) {
    producer_.poll(reports_);
    if (producer_.end()) co_return *producer_.end();
    co_await producer_.wait(SteadyTime::max());
  }
}

asio::awaitable<Receipt> KafkaConnection::commit() {
  Receipt receipt;
  try {
    co_await await_reports(0);
    bool can_go_on = true;
    // If this throws, the next epoch must not get into the same transaction.
    if (transaction_ && transaction_->is_open()) can_go_on = co_await commit_transaction();
    is_reusable_ = can_go_on;
    receipt.verdict = Verdict::Consumed;
  } catch (const Error& error) {
    if (error.fault() != Fault::Unconfirmed) throw;
    receipt.detail = error.what();
  }
  co_return receipt;
}

/// Returns whether the producer can go on. An epoch without a manifest is not whole: the unit could
/// not be read to its end.
asio::awaitable<bool> KafkaConnection::commit_transaction() {
  if (epoch_ && !has_manifest_) {
    co_await transaction_->abort();
    is_reusable_ = true;
    throw Error(Fault::Unconfirmed, "the unit is not whole, so that its transaction was aborted");
  }
  transaction_->tell("manifest");
  std::string progress = transaction_->unique_progress(progress_);
  const bool is_committed = co_await transaction_->commit(progress);
  if (!is_committed) co_await ask_whether_committed(progress);
  *options_.kept_progress = std::move(progress);
  co_return is_committed;
}

/// Nobody has told us whether the transaction with this progress was committed: asks, after another
/// producer has made sure that it has ended. Throws Error(Unconfirmed) if it was not committed. If
/// there is no answer, nothing more may be sent in this run.
asio::awaitable<void> KafkaConnection::ask_whether_committed(const std::string& progress) {
  producer_.end_transaction();
  try {
    KafkaConnection other(loop_, endpoint_, options_, encryption_);
    co_await other.producer_.await_broker(other.reports_,
                                          steady_clock::now() + options_.progress_timeout);
    const std::string kept = co_await other.transaction_->prepare();
    if (kept != progress)
      throw Error(Fault::Unconfirmed, "the commit failed, and its transaction was aborted");
  } catch (const Error& error) {
    if (error.fault() == Fault::Unconfirmed) throw;
    throw Error(Fault::Refused,
                fmt::format("nobody can tell whether the unit was committed; the next run asks "
                            "again ({})",
                            error.what()));
  }
}

asio::awaitable<void> KafkaConnection::begin_epoch(const std::shared_ptr<const EpochLabel>& epoch) {
  if (epoch == epoch_) co_return;
  // Records of the last epoch refer to their headers.
  co_await await_reports(0);
  epoch_ = epoch;
  offsets_.reset();
  has_manifest_ = false;
  progress_.clear();
  reports_.begin_epoch();
  headers_.clear();
}

/// The headers of the lines of a kind, which is of static storage.
HeaderLists& KafkaConnection::headers_of(std::string_view kind) {
  const auto found = headers_.find(kind);
  if (found != headers_.end()) return found->second;
  return headers_.try_emplace(kind, make_headers(kind)).first->second;
}

/// What is not known is not said.
std::vector<RecordHeader> KafkaConnection::make_headers(std::string_view kind) const {
  std::vector<RecordHeader> headers;
  const auto add = [&headers](std::string_view name, std::string_view value) {
    if (!value.empty()) headers.emplace_back(name, value);
  };
  add("msgid", kind);
  add("run", options_.run);
  if (epoch_) {
    add("window_start", epoch_->window_start);
    add("window_end", epoch_->window_end);
  }
  add("job", options_.job);
  add("platform", options_.platform);
  if (epoch_) add("attempt", epoch_->attempt);
  return headers;
}

Error KafkaConnection::stuck() const {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options_.progress_timeout).count();
  const std::string trouble = producer_.last_trouble();
  return {Fault::Unconfirmed,
          fmt::format("topic {}: no record was confirmed for {} s, and {} are not{}",
                      endpoint_.kafka.topic, seconds, reports_.outstanding(),
                      trouble.empty() ? "; see whether the brokers have enough in-sync replicas"
                                      : " (" + trouble + ")")};
}

asio::awaitable<std::unique_ptr<Transport>> open_kafka(asio::io_context& loop,
                                                       const Endpoint& endpoint,
                                                       const CollectorOptions& options,
                                                       KafkaEncryption encryption) {
  auto connection = std::make_unique<KafkaConnection>(loop, endpoint, options, encryption);
  co_await connection->open();
  co_return std::move(connection);
}

}  // namespace

void require_kafka() {}

asio::awaitable<std::unique_ptr<Transport>> connect_kafka(asio::io_context& loop,
                                                          const Endpoint& endpoint,
                                                          const CollectorOptions& options) {
  if (endpoint.kafka.allows_open_password && options.log != nullptr) {
    options.log->warning(LogEvent::CollectorInsecure,
                         fmt::format("{}: the connection is not encrypted, so anybody on the way "
                                     "may read the password; write kafka+tls:// instead",
                                     endpoint.display_name()),
                         {{"collector", endpoint.display_name()}});
  }
  co_return co_await open_kafka(loop, endpoint, options, KafkaEncryption::None);
}

/// librdkafka reads the files by itself, and says less of what is wrong with them.
asio::awaitable<std::unique_ptr<Transport>> connect_kafka_tls(asio::io_context& loop,
                                                              const Endpoint& endpoint,
                                                              const CollectorOptions& options) {
  (void)PeerVerification(endpoint.tls, endpoint.host).make_context();
  co_return co_await open_kafka(loop, endpoint, options, KafkaEncryption::Tls);
}

}  // namespace vrni2syslog
