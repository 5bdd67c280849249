#include "transport/kafka/kafka_library.h"

#include "base/error.h"
#include "base/text/utf8.h"
#include "transport/kafka/background_call.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string_view>
#include <thread>

namespace vrni2syslog {
namespace {

constexpr std::size_t kTextBytes = 512;
constexpr std::size_t kLongestQuote = 400;

using LibraryText = std::array<char, kTextBytes>;

/// librdkafka's hook for each certificate of a broker's chain, the broker's own with depth 0, with
/// the verdict of OpenSSL. `opaque` is the fingerprint that alone decides.
int accept_pinned(rd_kafka_t*, const char*, std::int32_t, int* x509_error, int depth,
                  const char* certificate, std::size_t size, char* error, std::size_t error_size,
                  void* opaque) {
  if (depth == 0) {
    Sha256 hash;
    hash.update({certificate, size});
    const Sha256Digest found = hash.finish();
    if (found != *static_cast<const Sha256Digest*>(opaque)) {
      (void)std::snprintf(error, error_size, "its fingerprint is %s, and not that of ?fingerprint=",
                          format_fingerprint(found).c_str());
      return 0;
    }
  }
  *x509_error = 0;
  return 1;
}

/// Whether brokers do not even tell who looks after the group. The question for what it keeps waits
/// for that in vain, and the reason goes to whoever reads records.
[[nodiscard]] bool is_group_refused(rd_kafka_t* consumer) {
  bool is_refused = false;
  while (rd_kafka_message_t* said = rd_kafka_consumer_poll(consumer, 0)) {
    is_refused = is_refused || said->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    rd_kafka_message_destroy(said);
  }
  return is_refused;
}

}  // namespace

void add_tls(KafkaLibrary::Properties& properties, const TlsSettings& tls) {
  const bool is_unverified = tls.is_insecure && !tls.fingerprint;
  properties.emplace_back("enable.ssl.certificate.verification", is_unverified ? "false" : "true");
  // The fingerprint alone decides if there is one.
  properties.emplace_back("ssl.endpoint.identification.algorithm",
                          is_unverified || tls.fingerprint ? "none" : "https");
  if (!tls.ca_file.empty()) properties.emplace_back("ssl.ca.location", tls.ca_file.string());
  if (tls.certificate_file.empty()) return;
  properties.emplace_back("ssl.certificate.location", tls.certificate_file.string());
  properties.emplace_back("ssl.key.location", tls.key_file.empty() ? tls.certificate_file.string()
                                                                   : tls.key_file.string());
}

KafkaLibrary::~KafkaLibrary() {
  if (has_open_transaction) abort_transaction();
  if (client != nullptr && queue != nullptr) await_dropped_records();
  if (queue != nullptr) rd_kafka_queue_destroy(queue);
  if (topic != nullptr) rd_kafka_topic_destroy(topic);
  if (client != nullptr) rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

/// Readers that wait for committed records wait for an open transaction. The reports of its records
/// have to be taken before the library ends it.
void KafkaLibrary::abort_transaction() const noexcept {
  constexpr std::chrono::seconds kLimit{2};
  constexpr int kSliceMs = 100;
  const auto until = std::chrono::steady_clock::now() + kLimit;
  while (std::chrono::steady_clock::now() < until) {
    rd_kafka_error_t* error = rd_kafka_abort_transaction(client, kSliceMs);
    while (rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 0)) rd_kafka_event_destroy(event);
    if (error == nullptr) return;
    const bool may_go_on = rd_kafka_error_is_retriable(error) != 0;
    rd_kafka_error_destroy(error);
    if (!may_go_on) return;
  }
}

/// After a fatal error malloc now and then found the memory of the library's main thread damaged
/// when it was destroyed (2.0.2). It has not since the library is destroyed without records.
void KafkaLibrary::await_dropped_records() const noexcept {
  constexpr std::chrono::seconds kLimit{1};
  constexpr int kSliceMs = 100;
  const auto until = std::chrono::steady_clock::now() + kLimit;
  while (rd_kafka_outq_len(client) > 0 && std::chrono::steady_clock::now() < until) {
    if (rd_kafka_event_t* event = rd_kafka_queue_poll(queue, kSliceMs))
      rd_kafka_event_destroy(event);
  }
}

std::shared_ptr<KafkaLibrary> KafkaLibrary::make() {
  const auto destroy = [](KafkaLibrary* library) noexcept {
    try {
      run_in_background([library] { delete library; });
    } catch (const std::exception&) {
      // Without a thread it stays as it is: waiting for it would be worse.
    }
  };
  return {new KafkaLibrary, destroy};
}

void KafkaLibrary::create(rd_kafka_type_t type, const Properties& properties,
                          const Secret& password, const Redactor& redactor) {
  LibraryText error{};
  const auto refuse = [&](Fault fault, std::string_view name) {
    std::string text = error.data();
    redactor.hide_in(text);
    throw Error(fault, fmt::format("librdkafka{}{}: {}", name.empty() ? "" : ", property ", name,
                                   printable(text, kLongestQuote)));
  };
  std::unique_ptr<rd_kafka_conf_t, void (*)(rd_kafka_conf_t*)> conf(rd_kafka_conf_new(),
                                                                    rd_kafka_conf_destroy);
  const auto set = [&](const std::string& name, const char* value) {
    const auto result =
        rd_kafka_conf_set(conf.get(), name.c_str(), value, error.data(), error.size());
    if (result != RD_KAFKA_CONF_OK) refuse(Fault::Configuration, name);
  };
  for (const auto& [name, value] : properties) set(name, value.c_str());
  if (!password.empty()) {
    std::string copy(password.reveal());
    set("sasl.password", copy.c_str());
    wipe(copy);
  }
  if (pin) {
    rd_kafka_conf_set_opaque(conf.get(), &*pin);
    if (rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), accept_pinned) != RD_KAFKA_CONF_OK)
      throw Error(Fault::Configuration, "this librdkafka was built without TLS");
  }
  rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR |
                                           RD_KAFKA_EVENT_LOG |
                                           RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH);
  client = rd_kafka_new(type, conf.get(), error.data(), error.size());
  if (client == nullptr) {
    refuse(rd_kafka_last_error() == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE ? Fault::CannotCreate
                                                                         : Fault::Configuration,
           {});
  }
  (void)conf.release();  // it belongs to the client now
  queue = rd_kafka_queue_get_main(client);
  rd_kafka_set_log_queue(client, nullptr);
}

bool GroupAnswer::may_pass() const noexcept {
  return error != RD_KAFKA_RESP_ERR_NO_ERROR &&
         error != RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED &&
         error != RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
}

GroupAnswer committed_in_group(rd_kafka_t* consumer, const std::string& topic) {
  constexpr int kLimitMs = 1000;
  constexpr std::chrono::milliseconds kPause{100};
  const std::unique_ptr<rd_kafka_topic_partition_list_t, void (*)(rd_kafka_topic_partition_list_t*)>
      places(rd_kafka_topic_partition_list_new(1), rd_kafka_topic_partition_list_destroy);
  rd_kafka_topic_partition_list_add(places.get(), topic.c_str(), 0);
  GroupAnswer answer;
  answer.error = rd_kafka_committed(consumer, places.get(), kLimitMs);
  const rd_kafka_topic_partition_t& place = places->elems[0];
  if (answer.error == RD_KAFKA_RESP_ERR_NO_ERROR) answer.error = place.err;
  if (place.metadata != nullptr)
    answer.text.assign(static_cast<const char*>(place.metadata), place.metadata_size);
  if (answer.may_pass() && is_group_refused(consumer))
    answer.error = RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
  // Some errors come at once, and the next question right after them.
  if (answer.may_pass()) std::this_thread::sleep_for(kPause);
  return answer;
}

}  // namespace vrni2syslog
