#include "format/record/priority.h"

#include "base/error.h"

#include <fmt/core.h>

#include <span>
#include <string>

namespace vrni2syslog {
namespace {

template <typename Code>
struct Keyword {
  std::string_view name;
  Code code;
  bool is_synonym = false;  ///< accepted by logger(1), but not shown in messages
};

constexpr Keyword<Facility> kFacilities[] = {
    {.name = "kern", .code = Facility::Kern},
    {.name = "user", .code = Facility::User},
    {.name = "mail", .code = Facility::Mail},
    {.name = "daemon", .code = Facility::Daemon},
    {.name = "auth", .code = Facility::Auth},
    {.name = "security", .code = Facility::Auth, .is_synonym = true},
    {.name = "syslog", .code = Facility::Syslog},
    {.name = "lpr", .code = Facility::Lpr},
    {.name = "news", .code = Facility::News},
    {.name = "uucp", .code = Facility::Uucp},
    {.name = "cron", .code = Facility::Cron},
    {.name = "authpriv", .code = Facility::Authpriv},
    {.name = "ftp", .code = Facility::Ftp},
    {.name = "local0", .code = Facility::Local0},
    {.name = "local1", .code = Facility::Local1},
    {.name = "local2", .code = Facility::Local2},
    {.name = "local3", .code = Facility::Local3},
    {.name = "local4", .code = Facility::Local4},
    {.name = "local5", .code = Facility::Local5},
    {.name = "local6", .code = Facility::Local6},
    {.name = "local7", .code = Facility::Local7},
};

constexpr Keyword<Severity> kSeverities[] = {
    {.name = "emerg", .code = Severity::Emergency},
    {.name = "panic", .code = Severity::Emergency, .is_synonym = true},
    {.name = "alert", .code = Severity::Alert},
    {.name = "crit", .code = Severity::Critical},
    {.name = "err", .code = Severity::Error},
    {.name = "error", .code = Severity::Error, .is_synonym = true},
    {.name = "warning", .code = Severity::Warning},
    {.name = "warn", .code = Severity::Warning, .is_synonym = true},
    {.name = "notice", .code = Severity::Notice},
    {.name = "info", .code = Severity::Informational},
    {.name = "debug", .code = Severity::Debug},
};

template <typename Code>
[[nodiscard]] Code parse_keyword(std::span<const Keyword<Code>> keywords, std::string_view text,
                                 std::string_view what) {
  std::string known;
  for (const Keyword<Code>& keyword : keywords) {
    if (keyword.name == text) return keyword.code;
    if (keyword.is_synonym) continue;
    if (!known.empty()) known += ' ';
    known += keyword.name;
  }
  throw Error(Fault::Usage, fmt::format("'{}' is not a syslog {}; write one of: {}",
                                        printable(text), what, known));
}

}  // namespace

Facility parse_facility(std::string_view keyword) {
  return parse_keyword<Facility>(kFacilities, keyword, "facility");
}

Severity parse_severity(std::string_view keyword) {
  return parse_keyword<Severity>(kSeverities, keyword, "severity");
}

}  // namespace vrni2syslog
