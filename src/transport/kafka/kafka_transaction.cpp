#include "transport/kafka/kafka_transaction.h"

#include "base/text/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::steady_clock;

/// A call that is repeated goes on where it was, and must not hold up the end of the program.
constexpr std::chrono::seconds kSlice{1};
/// One that begins anew each time.
constexpr std::chrono::seconds kWholeSlice{10};
constexpr std::chrono::milliseconds kPause{100};

constexpr std::string_view kTimeoutProperty = "transaction.timeout.ms";
constexpr std::chrono::milliseconds kDefaultLongest{900'000};

/// What an error of a transaction means if trying again does not help.
struct TransactionError {
  rd_kafka_resp_err_t code;
  Fault fault;
  std::string_view remedy;
};

constexpr TransactionError kTransactionErrors[] = {
    {.code = RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
     .fault = Fault::Refused,
     .remedy = "give the account the right WRITE on the transactional ids that begin with "
               "vrni2syslog/"},
    {.code = RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
     .fault = Fault::Refused,
     .remedy = "give the account the right READ on the groups that begin with vrni2syslog/"},
    {.code = RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
     .fault = Fault::Refused,
     .remedy =
         "give the account the rights WRITE and READ on the topic, since the progress is kept "
         "as an offset of it"},
    {.code = RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
     .fault = Fault::Refused,
     .remedy = "give the account the right IDEMPOTENT_WRITE on the cluster"},
    {.code = RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT,
     .fault = Fault::Configuration,
     .remedy = "give ?rdkafka.transaction.timeout.ms= the brokers' transaction.max.timeout.ms, or "
               "less"},
    {.code = RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE,
     .fault = Fault::Refused,
     .remedy = "give the brokers' offset.metadata.max.bytes its default of 4096"},
    {.code = RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,
     .fault = Fault::Refused,
     .remedy = "the brokers have to be of Kafka 2.5 or later"},
    {.code = RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
     .fault = Fault::Refused,
     .remedy = "the brokers have to be of Kafka 2.5 or later"},
};

[[nodiscard]] SteadyTime::duration longest_transaction(const KafkaOptions& kafka) {
  std::chrono::milliseconds longest = kDefaultLongest;
  for (const auto& [name, value] : kafka.properties) {
    if (name != kTimeoutProperty) continue;
    if (const auto number = parse_whole<std::int32_t>(value))
      longest = std::chrono::milliseconds(*number);
  }
  return longest;
}

}  // namespace

bool has_transactions(const Endpoint& endpoint, const CollectorOptions& options) {
  return endpoint.kafka.has_transactions && options.kept_progress != nullptr;
}

std::string transaction_name(const Endpoint& endpoint, const CollectorOptions& options) {
  std::string name =
      fmt::format("vrni2syslog/{}/{}/{}", options.job, options.platform, endpoint.kafka.topic);
  if (!options.window.empty()) name += "/" + options.window;
  if (options.is_check) name += "/check";
  return name;
}

bool is_fenced(rd_kafka_resp_err_t code) noexcept {
  return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

Error taken_over(std::string_view job) {
  return {Fault::LoginRefused,
          fmt::format("another run of the job {} has taken over the topic: only one may write to "
                      "it; see that the job runs on one machine, or give this one another name "
                      "with --job",
                      job)};
}

Error transaction_failure(const LibraryError& error, std::string_view step, std::string_view job) {
  if (is_fenced(error.code)) return taken_over(job);
  const auto* const row =
      std::ranges::find(kTransactionErrors, error.code, &TransactionError::code);
  if (row == std::ranges::end(kTransactionErrors))
    return {Fault::Unconfirmed, fmt::format("{}: {}", step, error.text)};
  return {row->fault, fmt::format("{}: {}; {}", step, error.text, row->remedy)};
}

KafkaTransaction::KafkaTransaction(const Endpoint& endpoint, const CollectorOptions& options,
                                   KafkaProducer& producer, DeliveryReports& reports)
    : endpoint_(endpoint),
      options_(options),
      name_(transaction_name(endpoint, options)),
      producer_(producer),
      reports_(reports),
      longest_(longest_transaction(endpoint.kafka)) {}

Error KafkaTransaction::failure(const LibraryError& error, std::string_view step) const {
  return transaction_failure(error, step, options_.job);
}

/// Repeats a call until it has ended, or time is up.
asio::awaitable<std::optional<LibraryError>> KafkaTransaction::finish(WaitingCall waiting_call,
                                                                      SteadyTime::duration slice) {
  const SteadyTime until = steady_clock::now() + options_.progress_timeout;
  while (true) {
    const SteadyTime end = std::min(until, SteadyTime(steady_clock::now() + slice));
    const std::optional<LibraryError> error = co_await producer_.call(reports_, end, waiting_call);
    const SteadyTime now = steady_clock::now();
    if (!error || !error->is_retriable || producer_.end() || now >= until) co_return error;
    co_await producer_.wait(std::min(until, SteadyTime(now + kPause)));
  }
}

asio::awaitable<std::string> KafkaTransaction::prepare() {
  const WaitingCall init = rd_kafka_init_transactions;
  const std::optional<LibraryError> error = co_await finish(init, kSlice);
  // An end is the reason only if the call has no better one than that its time was up.
  const bool has_reason = error && !error->is_retriable;
  if (producer_.end() && !has_reason) throw Error(*producer_.end());
  if (error) {
    const Error reason = failure(*error, "the brokers begin no transactions");
    throw Error(reason.fault() == Fault::Unconfirmed ? Fault::Unreachable : reason.fault(),
                reason.what());
  }
  const SteadyTime until = steady_clock::now() + options_.progress_timeout;
  std::optional<std::string> progress = co_await producer_.ask_for_group(reports_, name_, until);
  if (producer_.end()) throw Error(*producer_.end());
  if (progress) co_return *std::move(progress);
  throw Error(Fault::Unreachable,
              fmt::format("no broker tells how far the job is in the topic {} ({})",
                          endpoint_.kafka.topic, producer_.last_trouble()));
}

void KafkaTransaction::begin(std::shared_ptr<const EpochLabel> epoch) {
  if (const std::optional<LibraryError> error = producer_.begin_transaction())
    throw failure(*error, "beginning a transaction");
  epoch_ = epoch ? std::move(epoch) : std::make_shared<const EpochLabel>();
  begun_ = steady_clock::now();
  tell("begin");
}

void KafkaTransaction::require_time_left() const {
  if (!is_open() || steady_clock::now() - begun_ < longest_) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(longest_).count();
  throw Error(Fault::Unconfirmed,
              fmt::format("a transaction may not take longer than {} s, and this unit does: choose "
                          "a shorter --resolution, or raise ?rdkafka.{}= and the brokers' "
                          "transaction.max.timeout.ms",
                          seconds, kTimeoutProperty));
}

void KafkaTransaction::require_alive() const {
  const std::optional<LibraryError> error = producer_.why_given_up();
  if (!error) return;
  const Error reason =
      failure(*error, fmt::format("the transaction in the topic {} failed", endpoint_.kafka.topic));
  if (reason.fault() != Fault::Unconfirmed) throw Error(reason);
  // A record that brokers never take fails its transaction, too.
  const Error of_record = produce_failure(endpoint_.kafka.topic, error->code);
  throw Error(of_record.fault() == Fault::Refused ? of_record : reason);
}

std::string KafkaTransaction::unique_progress(std::string_view progress) const {
  static std::atomic<std::uint64_t> count{0};
  return fmt::format("run={} transaction={}{}{}", options_.run, ++count,
                     progress.empty() ? "" : " ", progress);
}

asio::awaitable<bool> KafkaTransaction::commit(const std::string& progress) {
  require_time_left();
  co_await send_progress(progress);
  tell("commit");
  const WaitingCall commit = rd_kafka_commit_transaction;
  const std::optional<LibraryError> error = co_await finish(commit, kSlice);
  if (!error) {
    tell("committed");
    producer_.end_transaction();
    epoch_.reset();
    co_return true;
  }
  require_time_left();
  if (is_fenced(error->code) || error->needs_abort) throw failure(*error, "the commit failed");
  co_return false;
}

/// How far the job is becomes a part of the transaction.
asio::awaitable<void> KafkaTransaction::send_progress(const std::string& progress) {
  // The thread that runs it may be there for longer than we are.
  const WaitingCall send = [name = name_, topic = endpoint_.kafka.topic, progress](
                               rd_kafka_t* client, int limit_ms) {
    rd_kafka_consumer_group_metadata_t* group = rd_kafka_consumer_group_metadata_new(name.c_str());
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_t* place = rd_kafka_topic_partition_list_add(list, topic.c_str(), 0);
    // Beyond every record, so that nobody who watches groups finds this one behind.
    place->offset = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())
                        .time_since_epoch()
                        .count();
    place->metadata = std::malloc(progress.size());  // the list frees it
    if (place->metadata != nullptr) {
      std::memcpy(place->metadata, progress.data(), progress.size());
      place->metadata_size = progress.size();
    }
    rd_kafka_error_t* error = rd_kafka_send_offsets_to_transaction(client, list, group, limit_ms);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_consumer_group_metadata_destroy(group);
    return error;
  };
  const std::optional<LibraryError> error = co_await finish(send, kWholeSlice);
  if (error) {
    require_time_left();
    throw failure(*error, "keeping the progress failed");
  }
  tell("progress");
}

asio::awaitable<void> KafkaTransaction::rehearse() {
  begin(nullptr);
  const std::string progress = unique_progress({});
  co_await send_progress(progress);
  co_await abort();
}

asio::awaitable<void> KafkaTransaction::abort() {
  const WaitingCall abort = rd_kafka_abort_transaction;
  const std::optional<LibraryError> error = co_await finish(abort, kSlice);
  if (error) throw failure(*error, "aborting the transaction failed");
  tell("aborted");
  producer_.end_transaction();
  epoch_.reset();
}

void KafkaTransaction::tell(std::string_view step) const {
  if (options_.log == nullptr || !epoch_) return;
  const std::string text = fmt::format("{}: transaction: {}", endpoint_.display_name(), step);
  const LogField collector("collector", endpoint_.display_name());
  const LogField name("step", step);
  // That of a check is of no window.
  if (epoch_->window_start.empty())
    return options_.log->debug(LogEvent::CollectorTransaction, text, {collector, name});
  options_.log->debug(
      LogEvent::CollectorTransaction, text,
      {collector, name, LogField::window(epoch_->window_start, epoch_->window_end)});
}

}  // namespace vrni2syslog
