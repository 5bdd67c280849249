#include "vrni/api/call_turns.h"

namespace vrni2syslog {
namespace {

[[nodiscard]] bool is_complaint(AnswerKind kind) noexcept {
  return is_transient(kind) || kind == AnswerKind::ServerError;
}

}  // namespace

SteadyTime CallTurns::earliest_start() const noexcept {
  return last_start_ + pacing_.pause();
}

void CallTurns::on_end(AnswerKind kind, std::string_view operation,
                       std::chrono::milliseconds latency, SteadyTime sent, SteadyTime now) {
  if (kind == AnswerKind::Success) {
    pacing_.on_success();
    limit_.on_answer(operation, latency);
    return;
  }
  if (!is_complaint(kind) || sent < last_complaint_) return;
  last_complaint_ = now;
  limit_.on_complaint();
  if (kind == AnswerKind::Throttled) pacing_.on_throttled();
}

}  // namespace vrni2syslog
