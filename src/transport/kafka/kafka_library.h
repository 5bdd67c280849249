#pragma once

#include "base/secret.h"
#include "base/sha256.h"
#include "http/redactor.h"
#include "tls/tls_settings.h"

#include <atomic>
#include <librdkafka/rdkafka.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// librdkafka's objects for one topic. The destructor waits for the library's threads.
struct KafkaLibrary {
  using Properties = std::vector<std::pair<std::string, std::string>>;

  /// An object that is destroyed in the background.
  [[nodiscard]] static std::shared_ptr<KafkaLibrary> make();

  KafkaLibrary() = default;
  KafkaLibrary(const KafkaLibrary&) = delete;
  KafkaLibrary& operator=(const KafkaLibrary&) = delete;
  ~KafkaLibrary();

  /// Makes the client and its queue. Throws Error(Configuration) for a property or a file that the
  /// library refuses, and Error(CannotCreate) if the system lacks threads.
  void create(rd_kafka_type_t type, const Properties& properties, const Secret& password,
              const Redactor& redactor);

  std::optional<Sha256Digest> pin;  ///< used by the library's threads
  rd_kafka_t* client = nullptr;
  rd_kafka_topic_t* topic = nullptr;
  rd_kafka_queue_t* queue = nullptr;
  std::atomic<bool> has_open_transaction{false};  ///< the destructor aborts it

 private:
  void abort_transaction() const noexcept;
  void await_dropped_records() const noexcept;
};

/// What is kept with the offset of a consumer group in partition 0 of a topic.
struct GroupAnswer {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string text;  ///< empty if nothing is kept

  /// Whether asking again may help.
  [[nodiscard]] bool may_pass() const noexcept;
};

/// Asks for that with a consumer of the group, for little more than a second at most. What a
/// transaction is about to change is waited for.
[[nodiscard]] GroupAnswer committed_in_group(rd_kafka_t* consumer, const std::string& topic);

/// The properties that belong to whom we trust and who we are.
void add_tls(KafkaLibrary::Properties& properties, const TlsSettings& tls);

}  // namespace vrni2syslog
