#include "transport/cfapi/event_batch.h"

namespace vrni2syslog {

bool EventBatch::has_room_for(std::string_view event) const noexcept {
  if (ends_.empty()) return true;
  const std::size_t bytes =
      facts_.body_start.size() + events_.size() + 1 + event.size() + facts_.body_end.size();
  return ends_.size() < facts_.max_events && bytes <= facts_.max_body_bytes;
}

void EventBatch::add(std::string_view event) {
  if (!ends_.empty()) events_ += ',';
  events_ += event;
  ends_.push_back(events_.size());
}

void EventBatch::clear() noexcept {
  events_.clear();
  ends_.clear();
}

std::string_view EventBatch::event(std::size_t index) const noexcept {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1] + 1;
  return std::string_view(events_).substr(begin, ends_[index] - begin);
}

std::string EventBatch::body(std::size_t first, std::size_t count) const {
  const std::size_t begin = first == 0 ? 0 : ends_[first - 1] + 1;
  std::string body(facts_.body_start);
  if (count > 0) body += std::string_view(events_).substr(begin, ends_[first + count - 1] - begin);
  body += facts_.body_end;
  return body;
}

Bisection::Bisection(std::size_t event_count) {
  if (event_count > 0) left_.push_back({.first = 0, .count = event_count});
}

std::optional<Bisection::Part> Bisection::next() const {
  if (left_.empty()) return std::nullopt;
  return left_.back();
}

void Bisection::accept() {
  left_.pop_back();
}

bool Bisection::refuse() {
  const Part part = left_.back();
  if (part.is_reduced) return false;
  if (part.count == 1) {
    left_.back().is_reduced = true;
    return true;
  }
  const std::size_t half = part.count / 2;
  left_.back() = {.first = part.first + half, .count = part.count - half};
  left_.push_back({.first = part.first, .count = half});
  return true;
}

}  // namespace vrni2syslog
