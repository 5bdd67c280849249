#pragma once

#include "base/error.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace vrni2syslog {

/// What went wrong with each sink in a run: how often in a row, and what it was given up for.
class SinkFailures {
 public:
  explicit SinkFailures(std::size_t sink_count) : sinks_(sink_count) {}

  void succeeded(std::size_t sink) { sinks_.at(sink) = Sink{}; }
  /// How many attempts have failed in a row, this one included.
  int failed(std::size_t sink) { return ++sinks_.at(sink).attempts; }
  [[nodiscard]] int attempts(std::size_t sink) const { return sinks_.at(sink).attempts; }
  /// What the attempt is repeated for.
  void repeated(std::size_t sink, const Error& failure) { sinks_.at(sink).last = failure; }
  /// What the last attempt was repeated for; nothing for the first one.
  [[nodiscard]] const std::optional<Error>& last(std::size_t sink) const {
    return sinks_.at(sink).last;
  }
  void given_up(std::size_t sink, const Error& reason) { sinks_.at(sink).reason = reason; }

  /// Why sinks were given up, in their order.
  [[nodiscard]] std::vector<Error> reasons() const {
    std::vector<Error> reasons;
    for (const Sink& sink : sinks_) {
      if (sink.reason) reasons.push_back(*sink.reason);
    }
    return reasons;
  }

 private:
  struct Sink {
    int attempts = 0;
    std::optional<Error> last;
    std::optional<Error> reason;
  };
  std::vector<Sink> sinks_;
};

}  // namespace vrni2syslog
