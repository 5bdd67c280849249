#include "statistics.h"

namespace vrni2syslog::simulator {
namespace {

template <typename Map, typename Key>
std::int64_t value_or_zero(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? 0 : static_cast<std::int64_t>(found->second);
}

}  // namespace

Statistics::InFlight::InFlight(Statistics& statistics) : statistics_(statistics) {
  const int now = ++statistics_.in_flight_;
  int most = statistics_.max_in_flight_;
  while (now > most && !statistics_.max_in_flight_.compare_exchange_weak(most, now)) {
  }
}

Statistics::InFlight::~InFlight() {
  --statistics_.in_flight_;
}

void Statistics::count_call(const std::string& route, const std::string& connection) {
  const std::scoped_lock lock(mutex_);
  ++calls_[route];
  connections_.insert(connection);
}

void Statistics::count_answer(int status, std::uint64_t body_bytes) {
  body_bytes_ += body_bytes;
  const std::scoped_lock lock(mutex_);
  ++statuses_[status];
}

void Statistics::write(JsonWriter& json, std::size_t valid_tokens) const {
  const std::scoped_lock lock(mutex_);
  json.begin_object();
  json.key("calls").begin_object();
  for (const auto& [route, count] : calls_) {
    json.key(route).number(static_cast<std::int64_t>(count));
  }
  json.end_object();
  json.key("statuses").begin_object();
  for (const auto& [status, count] : statuses_) {
    json.key(std::to_string(status)).number(static_cast<std::int64_t>(count));
  }
  json.end_object();
  json.key("tokens_valid").number(static_cast<std::int64_t>(valid_tokens));
  json.key("logins").number(static_cast<std::int64_t>(logins_.load()));
  json.key("unauthorized").number(value_or_zero(statuses_, 401));
  json.key("throttled").number(value_or_zero(statuses_, 429));
  json.key("ids_fetched").number(static_cast<std::int64_t>(ids_fetched_.load()));
  json.key("flows_fetched").number(static_cast<std::int64_t>(flows_fetched_.load()));
  json.key("body_bytes").number(static_cast<std::int64_t>(body_bytes_.load()));
  json.key("max_in_flight").number(max_in_flight_.load());
  json.key("connections").number(static_cast<std::int64_t>(connections_.size()));
  json.end_object();
}

}  // namespace vrni2syslog::simulator
