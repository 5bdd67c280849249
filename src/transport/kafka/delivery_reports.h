#pragma once

#include "base/error.h"
#include "base/sha256.h"

#include <cstddef>
#include <cstdint>
#include <librdkafka/rdkafka.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// What a topic is said to be like.
struct TopicFacts {
  struct Partition {
    std::int32_t id = 0;
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
    bool has_leader = false;
    std::size_t replicas = 0;
    std::size_t in_sync_replicas = 0;
  };

  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::size_t brokers = 0;
  std::vector<Partition> partitions;
};

/// What a broker says of the only topic that it was asked for.
[[nodiscard]] TopicFacts facts_in(const rd_kafka_metadata_t& metadata);

/// Throws Error(Refused) or Error(Unreachable), with the remedy, if nothing can be written to the
/// whole topic now.
void require_writable(const TopicFacts& facts, std::string_view topic);

/// Whether a partition has replicas that are not in sync. Otherwise replica_warning() is empty.
[[nodiscard]] bool lacks_replicas(const TopicFacts& facts) noexcept;

/// Which partitions have fewer in-sync replicas than the topic demands (min.insync.replicas, or all
/// replicas if they are fewer), so that their brokers take no record; empty if none has.
[[nodiscard]] std::string replica_warning(const TopicFacts& facts, std::size_t least_replicas);

/// What the records that were produced have become. Does no I/O.
class DeliveryReports {
 public:
  explicit DeliveryReports(std::string topic) : topic_(std::move(topic)) {}

  /// From now on the records are those of another epoch. Those of the last one have been reported.
  void begin_epoch();
  /// librdkafka has taken a record, and will report what has become of it.
  void add_record() noexcept { ++outstanding_; }
  /// The report of one record. Without an error it is stored at that offset, which is negative if
  /// the broker has not told it: it has stored the record before, and its first answer was lost.
  /// `line` is its value. The reports of a partition come in the order in which its records are
  /// stored.
  void report(std::int32_t partition, std::int64_t offset, rd_kafka_resp_err_t error,
              std::string_view line);

  /// The records without a report.
  [[nodiscard]] std::size_t outstanding() const noexcept { return outstanding_; }
  /// Why the records do not count as delivered: the first report of a failure, with topic,
  /// partition and cause, but that of a dropped record only if there is no other. Error(Refused) if
  /// sending them again would fail as well, otherwise Error(Unconfirmed).
  [[nodiscard]] const std::optional<Error>& failure() const noexcept { return failure_; }
  /// Whether all that failure() knows is that librdkafka has dropped a record, but not why.
  [[nodiscard]] bool has_dropped_only() const noexcept { return has_dropped_only_; }

  /// The records of the epoch that were stored.
  [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }
  /// Where they are, as in "0:100-199:100:2c26...,2:50-51:2:fcde...": for each partition the first
  /// and the last offset, the number of records, and SHA-256 over their lines, each with a line
  /// feed, in the order of their offsets. As in "0:-:100:2c26..." there are no offsets if the
  /// broker has not told one of them. Afterwards only begin_epoch() may follow.
  [[nodiscard]] std::string take_offsets();

 private:
  struct Range {
    void add(std::int64_t offset);
    /// "100-199", or "-" without the offset of the first or of the last record.
    [[nodiscard]] std::string text() const;

    std::optional<std::int64_t> first;  ///< of the first record, if it was told
    std::optional<std::int64_t> last;   ///< of the last record, if it was told
    std::int64_t reported = 0;          ///< for the last record, told or not
    std::uint64_t count = 0;
    Sha256 digest;
  };

  void add_to_digest(std::string_view line);
  void digest_gathered();

  std::string topic_;
  std::size_t outstanding_ = 0;
  std::uint64_t stored_ = 0;
  std::map<std::int32_t, Range> ranges_;
  std::int32_t partition_ = -1;  ///< of the last record that was stored
  Range* range_ = nullptr;       ///< its partition's, to which gathered_ belongs; or null
  std::string gathered_;         ///< lines that are not in the digest yet, each with a line feed
  std::optional<Error> failure_;
  bool has_dropped_only_ = false;
};

/// Why a record could not even be handed to librdkafka. Error(Refused) or Error(Unconfirmed).
[[nodiscard]] Error produce_failure(std::string_view topic, rd_kafka_resp_err_t error);

}  // namespace vrni2syslog
