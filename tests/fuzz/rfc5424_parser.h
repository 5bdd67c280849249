#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog::testing {

/// A message taken apart by the grammar of RFC 5424 section 6, with PARAM-VALUEs unescaped.
struct Rfc5424Message {
  int priority = 0;
  std::string timestamp, hostname, app_name, process_id, message_id;
  std::string sd_id;
  std::vector<std::pair<std::string, std::string>> params;
  std::string message;

  /// The value of the only parameter of that name; none where it is missing or repeated.
  [[nodiscard]] std::optional<std::string> param(std::string_view name) const;
};

/// Reads a line as strictly as the grammar, and more strictly where collectors are known to be:
/// exactly one SD-ELEMENT, three fraction digits, "Z", an MSG, no character escaped that need not
/// be. None for anything else. Written independently of the code under test.
[[nodiscard]] std::optional<Rfc5424Message> parse_rfc5424(std::string_view line);

}  // namespace vrni2syslog::testing
