#pragma once

#include "transport/cfapi/ingestion_protocol.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Events of which one request is made, within the limits of the API.
class EventBatch {
 public:
  explicit EventBatch(const IngestionFacts& facts) : facts_(facts) {}

  /// Whether the request may have this event as well. An empty batch has room for every event.
  [[nodiscard]] bool has_room_for(std::string_view event) const noexcept;
  void add(std::string_view event);
  void clear() noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
  [[nodiscard]] std::string_view event(std::size_t index) const noexcept;
  /// The body of a request with `count` events, from the one with the index `first` on.
  [[nodiscard]] std::string body(std::size_t first, std::size_t count) const;

 private:
  const IngestionFacts& facts_;
  std::string events_;  ///< separated by commas
  std::vector<std::size_t> ends_;
};

/// Which events of a batch go into the next request: all of them first, and if the collector
/// refuses a request, each half of its events, down to the one event that it refuses, which is sent
/// once more in a reduced form.
class Bisection {
 public:
  struct Part {
    std::size_t first = 0;
    std::size_t count = 0;
    bool is_reduced = false;  ///< one event, in its reduced form
  };

  explicit Bisection(std::size_t event_count);

  /// The events to send next; nullopt once all are accepted.
  [[nodiscard]] std::optional<Part> next() const;
  /// The collector has accepted the part that next() returned.
  void accept();
  /// It has refused it. False if there is no other way to send it.
  [[nodiscard]] bool refuse();

 private:
  std::vector<Part> left_;  ///< the last comes next
};

}  // namespace vrni2syslog
