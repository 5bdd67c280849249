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
    {"kern", Facility::Kern},     {"user", Facility::User},     {"mail", Facility::Mail},
    {"daemon", Facility::Daemon}, {"auth", Facility::Auth},     {"security", Facility::Auth, true},
    {"syslog", Facility::Syslog}, {"lpr", Facility::Lpr},       {"news", Facility::News},
    {"uucp", Facility::Uucp},     {"cron", Facility::Cron},     {"authpriv", Facility::Authpriv},
    {"ftp", Facility::Ftp},       {"local0", Facility::Local0}, {"local1", Facility::Local1},
    {"local2", Facility::Local2}, {"local3", Facility::Local3}, {"local4", Facility::Local4},
    {"local5", Facility::Local5}, {"local6", Facility::Local6}, {"local7", Facility::Local7},
};

constexpr Keyword<Severity> kSeverities[] = {
    {"emerg", Severity::Emergency}, {"panic", Severity::Emergency, true},
    {"alert", Severity::Alert},     {"crit", Severity::Critical},
    {"err", Severity::Error},       {"error", Severity::Error, true},
    {"warning", Severity::Warning}, {"warn", Severity::Warning, true},
    {"notice", Severity::Notice},   {"info", Severity::Informational},
    {"debug", Severity::Debug},
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
