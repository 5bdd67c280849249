#include "base/secret_file.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text/utf8.h"

#include <fmt/core.h>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxSecretFileBytes = 64 * 1024;

}  // namespace

Secret read_secret_file(const std::filesystem::path& path, std::string_view what,
                        const FileWait& wait, FileTrust trust) {
  const Secret content(read_file(path, kMaxSecretFileBytes, Fault::Configuration, trust, wait));
  const std::string_view line = first_line(without_byte_order_mark(content.reveal()));
  if (line.find('\0') != std::string_view::npos || !is_valid_utf8(line)) {
    throw Error(
        Fault::Configuration,
        fmt::format("{} is not a text in UTF-8, as {} must be; some editors write UTF-16 or "
                    "Latin-1: save it as UTF-8",
                    printable(path.string()), what));
  }
  if (line.empty()) {
    throw Error(Fault::Configuration, fmt::format("the first line of {} is empty; it must hold {}",
                                                  printable(path.string()), what));
  }
  return Secret(std::string(line));
}

std::string_view first_line(std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace vrni2syslog
