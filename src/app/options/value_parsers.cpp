#include "app/options/value_parsers.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <system_error>

namespace vrni2syslog {

std::chrono::seconds parse_time_limit(std::string_view text) {
  const std::chrono::seconds limit = parse_duration(text);
  if (limit < std::chrono::seconds(1)) {
    throw Error(Fault::Usage, fmt::format("'{}' leaves no time", printable(text)));
  }
  return limit;
}

std::size_t parse_count(std::string_view text, std::size_t most) {
  const std::optional<std::size_t> count = parse_whole<std::size_t>(text);
  if (!count || *count == 0 || *count > most) {
    throw Error(Fault::Usage,
                fmt::format("'{}' is not a number from 1 to {}", printable(text), most));
  }
  return *count;
}

std::filesystem::path parse_input_file(std::string_view text) {
  std::filesystem::path path(text);
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    throw Error(Fault::Configuration,
                fmt::format("cannot open {}: {}", printable(text), errno_text(errno)));
  }
  return path;
}

std::filesystem::path parse_output_file(std::string_view text) {
  std::filesystem::path path(text);
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  // A device that was replaced by a file would be missed by others.
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error(Fault::Usage, fmt::format("{} is not a plain file, and would be replaced by one",
                                          printable(text)));
  }
  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : ".";
  if (!std::filesystem::is_directory(directory, error)) {
    throw Error(Fault::CannotCreate,
                fmt::format("there is no directory {}; make it, or name another file",
                            printable(directory.string())));
  }
  return path;
}

std::string parse_header_text(std::string_view text, std::size_t max_bytes) {
  const bool is_visible = std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
  if (text.size() > max_bytes || !is_visible) {
    throw Error(Fault::Usage,
                fmt::format("'{}' does not fit a syslog header; write at most {} US-ASCII "
                            "characters without blanks",
                            printable(text), max_bytes));
  }
  return std::string(text);
}

void refuse_keyword(std::string_view text, std::string_view keywords) {
  throw Error(Fault::Usage, fmt::format("'{}' is not possible here; write one of: {}",
                                        printable(text), keywords));
}

}  // namespace vrni2syslog
