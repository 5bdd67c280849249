#include "faults.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <ctime>

namespace vrni2syslog::simulator {
namespace {

bool is_turn(std::uint64_t call, std::uint32_t every) noexcept {
  return every != 0 && call % every == 0;
}

// "seconds:5" as it is, "date:5" as the HTTP date (RFC 9110 section 5.6.7) of then.
std::string retry_after_value(const std::string& setting) {
  const auto colon = setting.find(':');
  const long seconds = std::strtol(setting.c_str() + colon + 1, nullptr, 10);
  if (setting.starts_with("seconds:")) return std::to_string(seconds);
  const auto then =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()) + seconds;
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(then));
}

}  // namespace

Faults::Verdict Faults::next(std::string_view path) {
  const std::uint64_t call = ++calls_;
  const bool is_early = path == "/search" && searches_++ < options_.fail_first;
  Verdict verdict;
  verdict.revokes_tokens =
      options_.unauthorized_after != 0 && call == std::uint64_t{options_.unauthorized_after} + 1;
  verdict.is_stalled = is_turn(call, options_.stall_every);
  verdict.is_cut = is_turn(call, options_.cut_every);
  verdict.is_truncated = is_turn(call, options_.truncate_every);
  if (is_turn(call, options_.throttle_every)) {
    verdict.answer = failure(429);
  } else if (is_early || is_turn(call, options_.fail_every)) {
    verdict.answer = failure(options_.fail_status);
  }
  return verdict;
}

void Faults::spoil(const Verdict& verdict, Answer& answer) {
  if (verdict.is_truncated) answer.body.resize(answer.body.size() / 2);
  answer.is_cut = verdict.is_cut;
}

Answer Faults::failure(int status) const {
  Answer answer;
  answer.status = status;
  const bool is_temporary = status == 429 || status == 503;
  if (is_temporary && options_.retry_after != "none") {
    answer.headers.emplace_back("Retry-After", retry_after_value(options_.retry_after));
  }
  return answer;
}

}  // namespace vrni2syslog::simulator
