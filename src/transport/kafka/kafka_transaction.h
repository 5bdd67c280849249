#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/line_batch.h"
#include "transport/kafka/delivery_reports.h"
#include "transport/kafka/kafka_producer.h"

#include <asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// Whether each epoch is a transaction.
[[nodiscard]] bool has_transactions(const Endpoint& endpoint, const CollectorOptions& options);

/// The transactional id of the job, and the consumer group that keeps its progress:
/// "vrni2syslog/JOB/PLATFORM/TOPIC", and "/WINDOW" for a run of a window that the user named, or
/// "/check" for a check. Brokers let the last producer of an id write, and fence those before it.
[[nodiscard]] std::string transaction_name(const Endpoint& endpoint,
                                           const CollectorOptions& options);

/// Whether a broker takes nothing more from us because a later producer has our transactional id.
[[nodiscard]] bool is_fenced(rd_kafka_resp_err_t code) noexcept;
[[nodiscard]] Error taken_over(std::string_view job);

/// Why a step of a transaction failed: Error(LoginRefused) if we are fenced, Error(Refused) or
/// Error(Configuration) if the same would fail again, otherwise Error(Unconfirmed).
[[nodiscard]] Error transaction_failure(const LibraryError& error, std::string_view step,
                                        std::string_view job);

/// The transactions of one producer, one for each epoch. With the records a transaction commits a
/// text, the progress: it is kept as the metadata of the offset of a consumer group, which no open
/// transaction of other jobs holds back, as these do with records, and which is found without
/// reading the topic. Every step is bounded by CollectorOptions::progress_timeout.
class KafkaTransaction {
 public:
  /// `producer` and `reports` must outlive it.
  KafkaTransaction(const Endpoint& endpoint, const CollectorOptions& options,
                   KafkaProducer& producer, DeliveryReports& reports);

  /// Fences producers before this one and waits until their transaction has ended. Returns the
  /// progress that is committed then, empty if there is none. Throws Error(Unreachable),
  /// Error(Refused), Error(LoginRefused), Error(Configuration).
  asio::awaitable<std::string> prepare();

  [[nodiscard]] bool is_open() const noexcept { return epoch_ != nullptr; }
  /// Begins the transaction of an epoch. Throws what transaction_failure() returns.
  void begin(std::shared_ptr<const EpochLabel> epoch);
  /// Throws Error(Unconfirmed) if the transaction is open for so long that the broker aborts it.
  void require_time_left() const;
  /// If the library has given the transaction up, throws the reason. The reports of its records
  /// only say that they were dropped.
  void require_alive() const;
  /// Commits what was produced, of which every record has been reported, with the progress. Returns
  /// false if nobody knows whether it is committed. Throws Error if it is not.
  asio::awaitable<bool> commit(const std::string& progress);
  asio::awaitable<void> abort();
  /// After prepare(): takes the steps of a transaction that put nothing into the topic, and takes
  /// them back. Throws what they throw, if a right is missing for example.
  asio::awaitable<void> rehearse();

  /// For the log, at debug level: a step of the open transaction.
  void tell(std::string_view step) const;
  /// What commit() puts before the progress, so that no two transactions keep the same text.
  [[nodiscard]] std::string unique_progress(std::string_view progress) const;

 private:
  asio::awaitable<std::optional<LibraryError>> finish(WaitingCall waiting_call,
                                                      SteadyTime::duration slice);
  asio::awaitable<void> send_progress(const std::string& progress);
  [[nodiscard]] Error failure(const LibraryError& error, std::string_view step) const;

  Endpoint endpoint_;
  CollectorOptions options_;
  std::string name_;
  KafkaProducer& producer_;
  DeliveryReports& reports_;
  std::shared_ptr<const EpochLabel> epoch_;  ///< of the open transaction
  SteadyTime begun_{};
  SteadyTime::duration longest_;
};

}  // namespace vrni2syslog
