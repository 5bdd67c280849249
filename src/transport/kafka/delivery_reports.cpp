#include "transport/kafka/delivery_reports.h"

#include <fmt/format.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

/// So much of a partition's lines goes into its digest at once. It stays in the processor's cache.
constexpr std::size_t kGatheredBytes = 8UL * 1024;

constexpr std::string_view kAccess = "give the account the right WRITE on the topic";
constexpr std::string_view kTooLarge =
    "raise max.message.bytes of the topic, or choose a smaller ?rdkafka.batch.size= and --max-size";
constexpr std::string_view kTooFewReplicas =
    "see which of the topic's brokers are down (min.insync.replicas)";

/// What an error of a record means. Sending a record again whose error is not listed may help.
struct RecordError {
  rd_kafka_resp_err_t code;
  bool stays;               ///< the same record would be refused again
  std::string_view remedy;  ///< empty if the error's text says enough
};

constexpr RecordError kRecordErrors[] = {
    {.code = RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, .stays = true, .remedy = kAccess},
    {.code = RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
     .stays = true,
     .remedy = "give the account the right WRITE on the topic, and up to Kafka 2.7 also "
               "IDEMPOTENT_WRITE on the cluster"},
    {.code = RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, .stays = true, .remedy = kTooLarge},
    {.code = RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, .stays = true, .remedy = kTooLarge},
    {.code = RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP,
     .stays = true,
     .remedy = "remove ?time=event, or allow older times (message.timestamp.before.max.ms)"},
    {.code = RD_KAFKA_RESP_ERR_INVALID_RECORD,
     .stays = true,
     .remedy = "a topic that is compacted takes no record without a key: remove ?key="},
    {.code = RD_KAFKA_RESP_ERR_POLICY_VIOLATION, .stays = true, .remedy = {}},
    {.code = RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT,
     .stays = true,
     .remedy = "the brokers have to be of Kafka 0.11 or later"},
    {.code = RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,
     .stays = true,
     .remedy = "the brokers have to be of Kafka 0.11 or later"},
    {.code = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, .stays = false, .remedy = "was it deleted?"},
    {.code = RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, .stays = false, .remedy = kTooFewReplicas},
    {.code = RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
     .stays = false,
     .remedy = kTooFewReplicas},
};

/// librdkafka drops all records of a transaction once it has failed.
[[nodiscard]] bool is_dropped(rd_kafka_resp_err_t error) noexcept {
  return error == RD_KAFKA_RESP_ERR__PURGE_QUEUE || error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
}

[[nodiscard]] Error record_failure(const std::string& where, rd_kafka_resp_err_t error) {
  const auto* const row = std::ranges::find(kRecordErrors, error, &RecordError::code);
  const bool is_known = row != std::ranges::end(kRecordErrors);
  const std::string_view remedy = is_known ? row->remedy : std::string_view();
  return {is_known && row->stays ? Fault::Refused : Fault::Unconfirmed,
          fmt::format("{}: {}{}{}", where, rd_kafka_err2str(error), remedy.empty() ? "" : "; ",
                      remedy)};
}

void require_topic(rd_kafka_resp_err_t error, std::string_view topic) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
      throw Error(Fault::Refused,
                  fmt::format("the topic {} does not exist, or the account may not see it; create "
                              "it, as kafka-topics.sh --create does",
                              topic));
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      throw Error(
          Fault::Refused,
          fmt::format("the account may not see or write to the topic {}; {}", topic, kAccess));
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
      throw Error(Fault::Refused, fmt::format("the topic {}: {}", topic, rd_kafka_err2str(error)));
    default:
      throw Error(Fault::Unreachable,
                  fmt::format("the topic {}: {}", topic, rd_kafka_err2str(error)));
  }
}

}  // namespace

TopicFacts facts_in(const rd_kafka_metadata_t& metadata) {
  TopicFacts facts;
  facts.brokers = static_cast<std::size_t>(metadata.broker_cnt);
  if (metadata.topic_cnt != 1) {
    facts.error = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    return facts;
  }
  const rd_kafka_metadata_topic_t& topic = metadata.topics[0];
  facts.error = topic.err;
  for (int i = 0; i < topic.partition_cnt; ++i) {
    const rd_kafka_metadata_partition_t& partition = topic.partitions[i];
    facts.partitions.push_back({.id = partition.id,
                                .error = partition.err,
                                .has_leader = partition.leader >= 0,
                                .replicas = static_cast<std::size_t>(partition.replica_cnt),
                                .in_sync_replicas = static_cast<std::size_t>(partition.isr_cnt)});
  }
  return facts;
}

void require_writable(const TopicFacts& facts, std::string_view topic) {
  require_topic(facts.error, topic);
  if (facts.partitions.empty())
    throw Error(Fault::Unreachable, fmt::format("the topic {} has no partitions yet", topic));
  for (const TopicFacts::Partition& partition : facts.partitions) {
    if (partition.has_leader && partition.error != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) continue;
    throw Error(Fault::Unreachable,
                fmt::format("topic {}, partition {} has no leader; see which of its brokers are "
                            "down",
                            topic, partition.id));
  }
}

bool lacks_replicas(const TopicFacts& facts) noexcept {
  return std::ranges::any_of(facts.partitions, [](const TopicFacts::Partition& partition) {
    return partition.in_sync_replicas < partition.replicas;
  });
}

std::string replica_warning(const TopicFacts& facts, std::size_t least_replicas) {
  std::string ids;
  for (const TopicFacts::Partition& partition : facts.partitions) {
    if (partition.in_sync_replicas >= std::min(least_replicas, partition.replicas)) continue;
    ids += fmt::format("{}{}", ids.empty() ? "" : ", ", partition.id);
  }
  if (ids.empty()) return {};
  return fmt::format(
      "fewer in-sync replicas than min.insync.replicas ({}) in the partitions {}: "
      "they take no record until more of their brokers are back",
      least_replicas, ids);
}

void DeliveryReports::begin_epoch() {
  stored_ = 0;
  gathered_.clear();
  range_ = nullptr;
  ranges_.clear();
}

void DeliveryReports::report(std::int32_t partition, std::int64_t offset, rd_kafka_resp_err_t error,
                             std::string_view line) {
  --outstanding_;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (failure_ && !has_dropped_only_) return;
    has_dropped_only_ = is_dropped(error);
    // A record that was not yet given a partition has a negative one.
    failure_ =
        record_failure(partition < 0 ? fmt::format("topic {}", topic_)
                                     : fmt::format("topic {}, partition {}", topic_, partition),
                       error);
    return;
  }
  ++stored_;
  if (range_ == nullptr || partition != partition_) {
    digest_gathered();
    range_ = &ranges_[partition];
    partition_ = partition;
  }
  range_->add(offset);
  add_to_digest(line);
}

/// A library call for a line and another one for its line feed would cost more than the copy. The
/// reports of a partition come by the hundred.
void DeliveryReports::add_to_digest(std::string_view line) {
  if (gathered_.size() + line.size() >= kGatheredBytes) digest_gathered();
  gathered_ += line;
  gathered_ += '\n';
}

void DeliveryReports::digest_gathered() {
  if (gathered_.empty()) return;
  range_->digest.update(gathered_);
  gathered_.clear();
}

void DeliveryReports::Range::add(std::int64_t offset) {
  // librdkafka counts on from its mark for an unknown offset within a batch, so that from the
  // thousandth record on the mark is not negative any more.
  const bool goes_on = count > 0 && !last && offset == reported + 1;
  reported = offset;
  last.reset();
  if (offset >= 0 && !goes_on) last = offset;
  if (count == 0) first = last;
  ++count;
}

std::string DeliveryReports::Range::text() const {
  return first && last ? fmt::format("{}-{}", *first, *last) : std::string("-");
}

std::string DeliveryReports::take_offsets() {
  digest_gathered();
  std::string text;
  for (auto& [partition, range] : ranges_) {
    text += fmt::format("{}{}:{}:{}:{}", text.empty() ? "" : ",", partition, range.text(),
                        range.count, to_hex(range.digest.finish()));
  }
  range_ = nullptr;
  ranges_.clear();
  return text;
}

Error produce_failure(std::string_view topic, rd_kafka_resp_err_t error) {
  return record_failure(fmt::format("topic {}", topic), error);
}

}  // namespace vrni2syslog
