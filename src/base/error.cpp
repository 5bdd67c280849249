#include "base/error.h"

#include "base/utf8.h"

#include <fmt/core.h>

#include <system_error>

namespace vrni2syslog {

Error::Error(Fault fault, const std::string& message)
    : std::runtime_error(message), fault_(fault) {}

Error Error::within(std::string_view context) const {
  return {fault_, fmt::format("{}: {}", context, what())};
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  std::string clean;
  const bool is_long = text.size() > max_bytes;
  append_clean_utf8(clean, is_long ? text.substr(0, max_bytes + kMaxUtf8Bytes) : text);
  if (clean.size() <= max_bytes) return clean;
  clean.resize(utf8_floor(clean, max_bytes));
  clean += "...";
  return clean;
}

std::string errno_text(int error_number) {
  return std::generic_category().message(error_number);
}

}  // namespace vrni2syslog
