#include "transport/kafka/kafka_producer.h"

#include "base/file.h"
#include "base/text/number.h"
#include "transport/kafka/background_call.h"
#include "transport/kafka/kafka_library.h"
#include "transport/kafka/kafka_transaction.h"
#include "transport/net/wake_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Whether a broker has answered cannot be waited for, only asked.
constexpr milliseconds kLookAtBrokers{20};
/// For the answer of a broker which need not give one.
constexpr milliseconds kLongestSettingsWait{2000};
/// What librdkafka puts in front of the reason why there is no token.
constexpr std::string_view kNoToken = "Failed to acquire SASL OAUTHBEARER token: ";
constexpr std::string_view kNoTokenYet = "--collector-token-command has printed no token yet";
constexpr std::size_t kErrorBytes = 512;
constexpr std::size_t kQuotedBytes = 400;

using ErrorText = std::array<char, kErrorBytes>;

[[nodiscard]] int milliseconds_until(SteadyTime until) {
  const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
  return static_cast<int>(std::max(left, milliseconds(1)).count());
}

[[nodiscard]] std::string_view value_of(const rd_kafka_message_t& record) noexcept {
  return {static_cast<const char*>(record.payload), record.len};
}

/// Gives the headers of a record that is reported back to where it has them from.
void put_headers_back(const rd_kafka_message_t& record) {
  auto* const lists = static_cast<HeaderLists*>(record._private);
  rd_kafka_headers_t* list = nullptr;
  // Only the type of the event says that a report does not change: it belongs to us.
  const rd_kafka_resp_err_t error =
      rd_kafka_message_detach_headers(const_cast<rd_kafka_message_t*>(&record), &list);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) lists->put_back(list);
}

/// What a call in the background brings back. Making one throws Error(CannotCreate).
template <typename Value>
struct Answer {
  explicit Answer(int event) : wake(copy_wake_event(event)) {}

  void set(Value found) {
    const std::lock_guard lock(mutex);
    value = std::move(found);
    raise_wake_event(wake.get());
  }
  [[nodiscard]] std::optional<Value> take() {
    const std::lock_guard lock(mutex);
    return std::exchange(value, std::nullopt);
  }

  std::mutex mutex;
  FileDescriptor wake;
  std::optional<Value> value;
};

using TopicAnswer = std::pair<rd_kafka_resp_err_t, TopicFacts>;

void start_in_background(std::function<void()> call) {
  try {
    run_in_background(std::move(call));
  } catch (const std::system_error& error) {
    throw Error(Fault::CannotCreate, fmt::format("cannot start a thread: {}", error.what()));
  }
}

[[nodiscard]] std::optional<LibraryError> error_in(rd_kafka_error_t* error) {
  if (error == nullptr) return std::nullopt;
  LibraryError found{.code = rd_kafka_error_code(error),
                     .text = rd_kafka_error_string(error),
                     .is_retriable = rd_kafka_error_is_retriable(error) != 0,
                     .needs_abort = rd_kafka_error_txn_requires_abort(error) != 0};
  rd_kafka_error_destroy(error);
  return found;
}

}  // namespace

KafkaProducer::KafkaProducer(asio::io_context& loop, const Endpoint& endpoint,
                             const CollectorOptions& options, KafkaEncryption encryption)
    : topic_name_(endpoint.kafka.topic),
      job_(options.job),
      has_transactions_(has_transactions(endpoint, options)),
      log_(options.log),
      event_(loop, make_wake_event()),
      login_(endpoint.kafka.sasl, options, event_.get()),
      library_(KafkaLibrary::make()) {
  properties_ = kafka_properties(endpoint.kafka, encryption);
  if (encryption == KafkaEncryption::Tls) {
    add_tls(properties_, endpoint.tls);
    library_->pin = endpoint.tls.fingerprint;
  }
  KafkaLibrary::Properties properties = properties_;
  if (has_transactions_)
    properties.emplace_back("transactional.id", transaction_name(endpoint, options));
  library_->create(RD_KAFKA_PRODUCER, properties, login_.password(), login_.redactor());
  library_->topic = rd_kafka_topic_new(library_->client, topic_name_.c_str(), nullptr);
  if (library_->topic == nullptr) {
    throw Error(Fault::Configuration, fmt::format("librdkafka: the topic {}: {}", topic_name_,
                                                  rd_kafka_err2str(rd_kafka_last_error())));
  }
  // Last of all: only the destructor tells the library not to write to the event any more.
  const std::uint64_t one = 1;
  rd_kafka_queue_io_event_enable(library_->queue, event_.get(), &one, sizeof one);
}

KafkaProducer::~KafkaProducer() {
  if (library_->queue == nullptr) return;
  rd_kafka_queue_io_event_enable(library_->queue, -1, nullptr, 0);
  // After a fatal error the brokers have ended it, or will.
  if (end_) library_->has_open_transaction = false;
  // The library ends an open transaction in the background, for which it has to know its records.
  if (library_->has_open_transaction) return;
  rd_kafka_purge(library_->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                       RD_KAFKA_PURGE_F_NON_BLOCKING);
}

asio::awaitable<bool> KafkaProducer::wait(SteadyTime until) {
  const bool is_ready = co_await event_.wait(Readiness::Readable, until);
  clear_wake_event(event_.get());
  co_return is_ready;
}

void KafkaProducer::poll(DeliveryReports& reports) {
  while (rd_kafka_event_t* event = rd_kafka_queue_poll(library_->queue, 0)) {
    take(event, reports);
    rd_kafka_event_destroy(event);
  }
  if (login_.take_token(library_->client) && trouble_ == kNoTokenYet) trouble_.clear();
  look_for_end();
}

/// The library tells of records that failed for it before it tells of a fatal error.
void KafkaProducer::look_for_end() {
  ErrorText reason{};
  const rd_kafka_resp_err_t cause =
      end_ ? RD_KAFKA_RESP_ERR_NO_ERROR
           : rd_kafka_fatal_error(library_->client, reason.data(), reason.size());
  if (cause == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  if (has_transactions_ || is_fenced(cause)) {
    end_ =
        transaction_failure({.code = cause, .text = words(reason.data())},
                            fmt::format("the producer cannot go on: topic {}", topic_name_), job_);
    return;
  }
  const Error failure = produce_failure(topic_name_, cause);
  end_ = Error(failure.fault(), fmt::format("the producer cannot go on: {} ({})", failure.what(),
                                            words(reason.data())));
}

void KafkaProducer::take(rd_kafka_event_t* event, DeliveryReports& reports) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_DR:
      while (const rd_kafka_message_t* record = rd_kafka_event_message_next(event)) {
        reports.report(record->partition, record->offset, record->err, value_of(*record));
        put_headers_back(*record);
      }
      // As long as one is missing, what was said last may be the reason.
      if (reports.outstanding() == 0 && !reports.failure()) {
        trouble_.clear();
        refusal_.reset();
      }
      break;
    case RD_KAFKA_EVENT_ERROR:
      take_error(event);
      break;
    case RD_KAFKA_EVENT_LOG:
      take_log(event);
      break;
    case RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT:
      take_topic_settings(event);
      break;
    case RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH:
      if (!login_.refresh_token(library_->client) && trouble_.empty()) trouble_ = kNoTokenYet;
      break;
    default:
      break;
  }
}

void KafkaProducer::take_error(rd_kafka_event_t* event) {
  const rd_kafka_resp_err_t code = rd_kafka_event_error(event);
  const std::string text = words(rd_kafka_event_error_string(event));
  switch (code) {
    case RD_KAFKA_RESP_ERR__FATAL:
      return;  // poll() finds it
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
      refusal_ =
          Error(Fault::LoginRefused,
                text.starts_with(kNoToken)
                    ? text.substr(kNoToken.size())
                    : fmt::format("the broker refuses the login ({}); {}", text, login_.remedy()));
      break;
    case RD_KAFKA_RESP_ERR__SSL:
      // The library tells this case from others only in words.
      if (text.find("certificate verify failed") != std::string::npos) {
        refusal_ = Error(Fault::Refused,
                         fmt::format("the certificate of the broker is refused ({}); name its "
                                     "authority with --collector-ca-file, or pin it with "
                                     "?fingerprint=",
                                     text));
      }
      break;
    default:
      break;
  }
  // That all brokers are down is said after what is wrong with each of them.
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || trouble_.empty()) trouble_ = text;
}

/// The library calls much a warning, or an error, that it mends by trying again. What it does not
/// mend, our own messages say.
void KafkaProducer::take_log(rd_kafka_event_t* event) const {
  constexpr int kDebug = 7;  // of syslog's levels
  const char* facility = nullptr;
  const char* text = nullptr;
  int level = 0;
  if (log_ == nullptr || rd_kafka_event_log(event, &facility, &text, &level) != 0) return;
  const std::string message = fmt::format("librdkafka: {}", words(text));
  const auto fields = {LogField{"collector", "kafka topic " + topic_name_}};
  if (level < kDebug) {
    log_->info(LogEvent::CollectorLibrary, message, fields);
  } else {
    log_->debug(LogEvent::CollectorLibrary, message, fields);
  }
}

void KafkaProducer::take_topic_settings(rd_kafka_event_t* event) {
  has_topic_settings_ = true;
  const rd_kafka_DescribeConfigs_result_t* result = rd_kafka_event_DescribeConfigs_result(event);
  if (result == nullptr || rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** topics =
      rd_kafka_DescribeConfigs_result_resources(result, &count);
  if (count != 1 || rd_kafka_ConfigResource_error(topics[0]) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(topics[0], &count);
  for (std::size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    if (value != nullptr &&
        std::string_view(rd_kafka_ConfigEntry_name(entries[i])) == "min.insync.replicas")
      least_replicas_ = parse_whole<std::size_t>(value);
  }
}

/// A text of the library's for messages. It may quote a broker.
std::string KafkaProducer::words(const char* text) const {
  std::string quoted = text == nullptr ? "" : text;
  login_.redactor().hide_in(quoted);
  return printable(quoted, kQuotedBytes);
}

asio::awaitable<void> KafkaProducer::await_broker(DeliveryReports& reports, SteadyTime until) {
  while (true) {
    poll(reports);
    if (end_) {
      throw Error(end_->fault() == Fault::Refused ? Fault::Refused : Fault::Unreachable,
                  end_->what());
    }
    if (refusal_) throw Error(*refusal_);
    // Known once a broker has answered the library's first question.
    char* const cluster = rd_kafka_clusterid(library_->client, 0);
    const bool is_known = cluster != nullptr;
    if (is_known) rd_kafka_mem_free(library_->client, cluster);
    if (is_known) co_return;
    const SteadyTime now = steady_clock::now();
    if (now >= until) break;
    co_await wait(std::min(until, now + kLookAtBrokers));
  }
  throw Error(Fault::Unreachable,
              trouble_.empty()
                  ? std::string("no broker answers; check the address and the port, and whether "
                                "the port is one with TLS")
                  : fmt::format("no broker answers ({})", trouble_));
}

asio::awaitable<TopicFacts> KafkaProducer::ask_for_topic(DeliveryReports& reports,
                                                         SteadyTime until) {
  const auto answer = std::make_shared<Answer<TopicAnswer>>(event_.get());
  const int limit = milliseconds_until(until);
  start_in_background([answer, library = library_, limit] {
    const rd_kafka_metadata_t* metadata = nullptr;
    const rd_kafka_resp_err_t error =
        rd_kafka_metadata(library->client, 0, library->topic, &metadata, limit);
    answer->set({error, metadata == nullptr ? TopicFacts() : facts_in(*metadata)});
    if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
  });
  while (true) {
    poll(reports);
    std::optional<TopicAnswer> found = answer->take();
    if (found && found->first == RD_KAFKA_RESP_ERR_NO_ERROR) co_return std::move(found->second);
    if (found || steady_clock::now() >= until) break;
    co_await wait(until);
  }
  throw Error(Fault::Unreachable,
              fmt::format("no broker says what the topic {} is like{}", topic_name_,
                          trouble_.empty() ? std::string() : " (" + trouble_ + ")"));
}

asio::awaitable<std::optional<std::size_t>> KafkaProducer::ask_for_least_replicas(
    DeliveryReports& reports, SteadyTime until) {
  until = std::min(until, steady_clock::now() + kLongestSettingsWait);
  rd_kafka_ConfigResource_t* topic =
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic_name_.c_str());
  rd_kafka_DescribeConfigs(library_->client, &topic, 1, nullptr, library_->queue);
  rd_kafka_ConfigResource_destroy(topic);
  while (true) {
    poll(reports);
    if (has_topic_settings_ || steady_clock::now() >= until) co_return least_replicas_;
    co_await wait(until);
  }
}

asio::awaitable<std::optional<LibraryError>> KafkaProducer::call(DeliveryReports& reports,
                                                                 SteadyTime until,
                                                                 WaitingCall waiting_call) {
  const auto answer = std::make_shared<Answer<std::optional<LibraryError>>>(event_.get());
  const int limit = milliseconds_until(until);
  start_in_background([answer, library = library_, limit, waiting_call] {
    answer->set(error_in(waiting_call(library->client, limit)));
  });
  // The library keeps to the limit.
  while (true) {
    poll(reports);
    std::optional<std::optional<LibraryError>> found = answer->take();
    if (found && *found) (*found)->text = words((*found)->text.c_str());
    if (found) co_return std::move(*found);
    co_await wait(SteadyTime::max());
  }
}

std::optional<LibraryError> KafkaProducer::begin_transaction() {
  std::optional<LibraryError> failure = error_in(rd_kafka_begin_transaction(library_->client));
  library_->has_open_transaction = !failure;
  return failure;
}

void KafkaProducer::end_transaction() noexcept {
  library_->has_open_transaction = false;
}

/// Of the library's calls this one alone tells the reason and changes nothing: no transaction
/// begins within another one.
std::optional<LibraryError> KafkaProducer::why_given_up() const {
  if (!library_->has_open_transaction) return std::nullopt;
  std::optional<LibraryError> failure = error_in(rd_kafka_begin_transaction(library_->client));
  if (!failure || !failure->needs_abort) return std::nullopt;
  failure->text = words(failure->text.c_str());
  return failure;
}

/// Only a consumer can ask for this: the question in the administrator's part of librdkafka 2.0
/// crashes if the coordinator of the group has just changed.
asio::awaitable<std::optional<std::string>> KafkaProducer::ask_for_group(DeliveryReports& reports,
                                                                         std::string group,
                                                                         SteadyTime until) {
  const std::shared_ptr<KafkaLibrary> consumer = make_consumer(group);
  const auto answer = std::make_shared<Answer<GroupAnswer>>(event_.get());
  start_in_background([answer, consumer, topic = topic_name_, until] {
    GroupAnswer found;
    do {
      found = committed_in_group(consumer->client, topic);
    } while (found.may_pass() && answer.use_count() > 1 && steady_clock::now() < until);
    answer->set(std::move(found));
  });
  while (true) {
    poll(reports);
    if (std::optional<GroupAnswer> found = answer->take()) co_return take_group(*std::move(found));
    co_await wait(SteadyTime::max());
  }
}

std::shared_ptr<KafkaLibrary> KafkaProducer::make_consumer(const std::string& group) const {
  KafkaLibrary::Properties properties = properties_;
  properties.emplace_back("group.id", group);
  properties.emplace_back("isolation.level", "read_committed");
  std::shared_ptr<KafkaLibrary> consumer = KafkaLibrary::make();
  consumer->pin = library_->pin;
  consumer->create(RD_KAFKA_CONSUMER, properties, login_.password(), login_.redactor());
  login_.share_token(consumer->client);
  return consumer;
}

std::optional<std::string> KafkaProducer::take_group(GroupAnswer answer) {
  if (answer.error == RD_KAFKA_RESP_ERR_NO_ERROR) return std::move(answer.text);
  trouble_ = fmt::format("the offset of the group: {}", rd_kafka_err2str(answer.error));
  if (answer.error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
    end_ = Error(Fault::Refused,
                 "the account may not use the consumer group in which the job's progress is kept; "
                 "give the account the right READ on the groups that begin with vrni2syslog/");
  }
  return std::nullopt;
}

rd_kafka_resp_err_t KafkaProducer::produce(std::string_view line, std::string_view key,
                                           WallTime time, HeaderLists& headers) {
  rd_kafka_headers_t* const list = headers.take();
  std::array<rd_kafka_vu_t, 7> parts{};
  parts[0].vtype = RD_KAFKA_VTYPE_RKT;
  parts[0].u.rkt = library_->topic;
  parts[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  parts[1].u.i = RD_KAFKA_MSG_F_COPY;
  parts[2].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[2].u.mem = {const_cast<char*>(line.data()), line.size()};
  parts[3].vtype = RD_KAFKA_VTYPE_KEY;
  // Without an address it is no key, rather than an empty one.
  parts[3].u.mem = {key.empty() ? nullptr : const_cast<char*>(key.data()), key.size()};
  parts[4].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
  parts[4].u.i64 = time.time_since_epoch().count();  // 0 is the time of sending
  parts[5].vtype = RD_KAFKA_VTYPE_HEADERS;
  parts[5].u.headers = list;
  parts[6].vtype = RD_KAFKA_VTYPE_OPAQUE;
  parts[6].u.ptr = &headers;
  rd_kafka_error_t* error = rd_kafka_produceva(library_->client, parts.data(), parts.size());
  if (error == nullptr) return RD_KAFKA_RESP_ERR_NO_ERROR;
  const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
  rd_kafka_error_destroy(error);
  headers.put_back(list);  // the library takes it only with the record
  return code;
}

}  // namespace vrni2syslog
