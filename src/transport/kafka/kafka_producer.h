#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/kafka/delivery_reports.h"
#include "transport/kafka/header_lists.h"
#include "transport/kafka/kafka_library.h"
#include "transport/kafka/kafka_login.h"
#include "transport/kafka/kafka_url.h"
#include "transport/net/watched_descriptor.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <functional>
#include <librdkafka/rdkafka.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// What librdkafka says of a call that failed.
struct LibraryError {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string text;
  bool is_retriable = false;  ///< the same call may follow, and goes on where this one ended
  bool needs_abort = false;   ///< the transaction has to be aborted
};

/// A call of librdkafka that waits, but not for more than so many milliseconds.
using WaitingCall = std::function<rd_kafka_error_t*(rd_kafka_t* client, int limit_ms)>;

/// librdkafka's producer for one topic. The library has threads of its own; this object belongs to
/// the loop's thread, and none of its functions waits, nor does its destructor: what was produced
/// and has no report is dropped, and the library's threads are ended in the background.
class KafkaProducer {
 public:
  /// Throws Error(Configuration) for a property or a file that the library refuses, and
  /// Error(CannotCreate) if the system lacks threads or descriptors.
  KafkaProducer(asio::io_context& loop, const Endpoint& endpoint, const CollectorOptions& options,
                KafkaEncryption encryption);
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;
  ~KafkaProducer();

  /// Waits until the library has something to say (true), or until `until` (false). poll() must
  /// follow.
  asio::awaitable<bool> wait(SteadyTime until);
  /// Takes all that the library has to say: reports of records, errors, words for the log.
  void poll(DeliveryReports& reports);

  /// Waits until a broker has answered. Throws Error(Unreachable), Error(Refused) or
  /// Error(LoginRefused) with what the library says of it.
  asio::awaitable<void> await_broker(DeliveryReports& reports, SteadyTime until);
  /// Asks a broker for the topic. Throws Error(Unreachable) if there is no answer.
  asio::awaitable<TopicFacts> ask_for_topic(DeliveryReports& reports, SteadyTime until);
  /// Asks a broker for the topic's min.insync.replicas; nullopt if it does not tell us.
  asio::awaitable<std::optional<std::size_t>> ask_for_least_replicas(DeliveryReports& reports,
                                                                     SteadyTime until);

  /// Runs a call in the background, until then at most. Returns why it failed; nullopt if it did
  /// not.
  asio::awaitable<std::optional<LibraryError>> call(DeliveryReports& reports, SteadyTime until,
                                                    WaitingCall waiting_call);
  /// Asks a broker for the text that is kept with the offset of a consumer group in partition 0 of
  /// the topic: empty if there is none, nullopt if no broker tells it. Waits for a transaction
  /// that is about to change it.
  asio::awaitable<std::optional<std::string>> ask_for_group(DeliveryReports& reports,
                                                            std::string group, SteadyTime until);

  /// Begins a transaction, or says that it has ended. One that is open when the producer goes is
  /// aborted in the background, as far as the program's end leaves time.
  [[nodiscard]] std::optional<LibraryError> begin_transaction();
  void end_transaction() noexcept;
  /// Why the library has given up the open transaction, which can only be aborted then; nullopt if
  /// it has not.
  [[nodiscard]] std::optional<LibraryError> why_given_up() const;

  /// Copies a record into the library's queue. RD_KAFKA_RESP_ERR__QUEUE_FULL if there is no room
  /// before some reports have come. `headers` must exist until the record is reported, or until the
  /// end of this object.
  [[nodiscard]] rd_kafka_resp_err_t produce(std::string_view line, std::string_view key,
                                            WallTime time, HeaderLists& headers);

  /// Why the producer can do nothing more; nullopt as long as it can.
  [[nodiscard]] const std::optional<Error>& end() const noexcept { return end_; }
  /// What the library last said of its connections, or why a broker has refused us; empty if it
  /// said nothing since all that was produced was stored.
  [[nodiscard]] std::string last_trouble() const { return refusal_ ? refusal_->what() : trouble_; }

 private:
  void take(rd_kafka_event_t* event, DeliveryReports& reports);
  void take_error(rd_kafka_event_t* event);
  void look_for_end();
  void take_log(rd_kafka_event_t* event) const;
  void take_topic_settings(rd_kafka_event_t* event);
  [[nodiscard]] std::shared_ptr<KafkaLibrary> make_consumer(const std::string& group) const;
  [[nodiscard]] std::optional<std::string> take_group(GroupAnswer answer);
  [[nodiscard]] std::string words(const char* text) const;

  std::string topic_name_;
  std::string job_;
  bool has_transactions_;
  KafkaLibrary::Properties properties_;  ///< without those of a transaction
  Log* log_;
  WatchedDescriptor event_;  ///< a wake event, raised once there is something to poll
  KafkaLogin login_;
  std::shared_ptr<KafkaLibrary> library_;  ///< threads of calls have it, too
  std::optional<Error> end_;
  std::optional<Error> refusal_;  ///< by a broker
  std::string trouble_;
  bool has_topic_settings_ = false;  ///< a broker has answered, if only that it does not tell
  std::optional<std::size_t> least_replicas_;
};

}  // namespace vrni2syslog
