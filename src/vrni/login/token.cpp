#include "vrni/login/token.h"

#include "base/text/number.h"
#include "json/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;

/// As seconds since the epoch this is in the year 5138, as milliseconds in 1973.
constexpr std::int64_t kFirstMilliseconds = 100'000'000'000;
constexpr std::int64_t kLastMilliseconds = 100 * kFirstMilliseconds;

/// A token that lives less long would be of no use: one of the two clocks is more likely wrong.
constexpr milliseconds kShortestLife{1'000};
constexpr milliseconds kLongestMargin = std::chrono::minutes(5);
constexpr int kMarginPart = 10;

[[nodiscard]] std::optional<milliseconds> life_until(std::string_view expiry, WallTime now) {
  const auto number = parse_integral(expiry);
  if (!number || *number <= 0 || *number > kLastMilliseconds) return std::nullopt;
  const milliseconds since_epoch =
      *number > kFirstMilliseconds ? milliseconds(*number) : std::chrono::seconds(*number);
  const milliseconds life = WallTime(since_epoch) - now;
  return life > kLongestTokenLife ? std::nullopt : std::optional(life);
}

}  // namespace

Outcome set_text(Token& token, std::string_view text) {
  if (text.empty()) return Outcome::failure("the answer holds no token");
  if (text.size() > kMaxTokenBytes) {
    return Outcome::failure(
        fmt::format("the token is longer than {} KiB, as no token is", kMaxTokenBytes / 1024));
  }
  const bool is_printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
  if (!is_printable) return Outcome::failure("the token holds bytes that no HTTP header may hold");
  token.text = Secret(std::string(text));
  return Outcome::success();
}

Outcome read_platform_token(std::string& body, WallTime now, Token& token) {
  JsonRecords answer("");
  if (Outcome read = read_records(body, answer); !read) return read;
  token.life = life_until(answer.text("expiry"), now);
  return set_text(token, answer.text("token"));
}

std::optional<milliseconds> renewal_delay(const Token& token) {
  if (!token.life || *token.life < kShortestLife) return std::nullopt;
  return *token.life - std::min(*token.life / kMarginPart, kLongestMargin);
}

}  // namespace vrni2syslog
