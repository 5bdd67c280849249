#pragma once

#include "json_writer.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace vrni2syslog::simulator {

/// What clients have done, for tests to ask about. Thread-safe.
class Statistics {
 public:
  /// Counts a request as in flight for as long as it lives.
  class InFlight {
   public:
    explicit InFlight(Statistics& statistics);
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    ~InFlight();

   private:
    Statistics& statistics_;
  };

  /// `route` is method and path pattern, so that ids do not count apart.
  void count_call(const std::string& route, const std::string& connection);
  void count_answer(int status, std::uint64_t body_bytes);
  void count_login() { ++logins_; }
  /// `flows` of the entities that are `fetched` are flows.
  void count_ids(std::uint64_t fetched, std::uint64_t flows) {
    ids_fetched_ += fetched;
    flows_fetched_ += flows;
  }
  /// The number of this search, from 0.
  [[nodiscard]] std::uint64_t next_search() { return searches_++; }

  /// Writes the counters as one object.
  void write(JsonWriter& json, std::size_t valid_tokens) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> calls_;
  std::map<int, std::uint64_t> statuses_;
  std::set<std::string> connections_;
  std::atomic<std::uint64_t> logins_{0};
  std::atomic<std::uint64_t> ids_fetched_{0};
  std::atomic<std::uint64_t> flows_fetched_{0};
  std::atomic<std::uint64_t> body_bytes_{0};
  std::atomic<std::uint64_t> searches_{0};
  std::atomic<int> in_flight_{0};
  std::atomic<int> max_in_flight_{0};
};

}  // namespace vrni2syslog::simulator
