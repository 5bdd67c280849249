#include "base/error.h"

#include "base/text/utf8.h"

#include <fmt/core.h>

#include <algorithm>
#include <system_error>

namespace vrni2syslog {
namespace {

constexpr std::string_view kCutMark = "...";

}  // namespace

Error::Error(Fault fault, const std::string& message)
    : std::runtime_error(message), fault_(fault) {}

Error Error::within(std::string_view context) const {
  Error error(fault_, fmt::format("{}: {}", context, what()));
  error.is_out_of_time_ = is_out_of_time_;
  return error;
}

Error Error::out_of_time() const {
  Error error(*this);
  error.is_out_of_time_ = true;
  return error;
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  // So much of the text fills the room even if each of its characters becomes a blank.
  constexpr std::size_t kNoLimit = std::string_view::npos / kMaxUtf8Bytes - 1;
  const std::size_t enough = max_bytes > kNoLimit ? text.size() : (max_bytes + 1) * kMaxUtf8Bytes;
  std::string clean;
  append_clean_utf8(clean, text.substr(0, enough));
  if (clean.size() <= max_bytes) return clean;
  clean.resize(utf8_floor(clean, max_bytes - std::min(max_bytes, kCutMark.size())));
  return clean.append(kCutMark);
}

std::string errno_text(int error_number) {
  return std::generic_category().message(error_number);
}

}  // namespace vrni2syslog
