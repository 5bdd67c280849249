#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog::testing {

/// The header of RFC 3164 section 4.1, "<166>Nov 22 12:34:56 host ": what follows it, or nullopt if
/// a line does not begin with one.
[[nodiscard]] std::optional<std::string_view> after_rfc3164_header(std::string_view line);

/// Pairs of key and value, in their order.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The extension of CEF, with its escapes undone. nullopt for anything that the standard does not
/// allow. Written independently of the code under test.
[[nodiscard]] std::optional<Pairs> read_cef_extension(std::string_view text);
/// The attributes of LEEF 2.0 with "^" between them. nullopt as above.
[[nodiscard]] std::optional<Pairs> read_leef_attributes(std::string_view text);
/// Leading pairs ` name="value"`, and what follows them. nullopt as above.
struct QuotedPairs {
  Pairs pairs;
  std::string_view rest;
};
[[nodiscard]] std::optional<QuotedPairs> read_quoted_pairs(std::string_view text);

/// The project's name of a field of which `key` is the name without underscores, behind `prefix`,
/// with each word capitalised ("SrcVm"), or else in camel case ("srcVm"). The key itself if there
/// is no such field.
[[nodiscard]] std::string field_name_of(std::string_view key, std::string_view prefix);

}  // namespace vrni2syslog::testing
