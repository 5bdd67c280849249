#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace vrni2syslog {

/// What a message tells of. Programs that read the log go by the name;
/// packaging/doc/log.schema.json lists the names with what they mean, and neither a name nor its
/// meaning changes.
enum class LogEvent : std::uint8_t {
  RunDone,
  RunFailed,
  RunWithoutWindow,
  SettingWarning,
  PlanNote,
  PlanResumed,
  UnknownVariable,
  ReportNotWritten,
  HistoryLost,
  CertificateExpiring,
  StateNotWithdrawn,
  WindowDone,
  WindowUnread,
  WindowLost,
  WindowGrew,
  WindowCountAccepted,
  WindowCountUnknown,
  SettleTooShort,
  RecountFailed,
  RecountImpossible,
  RecountMissed,
  RecountMemoryLost,
  CollectorUnconfirmed,
  CollectorGivenUp,
  CollectorConfirmed,
  CollectorWeaklyConfirmed,
  CollectorDropped,
  ManifestChainBegun,
  ManifestKeyChanged,
  CollectorChanged,
  CollectorInsecure,
  CollectorWarning,
  CollectorLibrary,
  CollectorTransaction,
  CollectorReconnected,
  CollectorSessionNotClosed,
  PlatformRetry,
  PlatformEmpty,
  PlatformSearchContinued,
  PlatformPageReduced,
  LoginRenewed,
  LoginKept,
  TokenNotDeleted,
  FlowsPartial,
  FlowsFailing,
  FlowValuesLeftOut,
  FlowTimesUnreadable,
  FlowVersionsLost,
  FlowVersionsLocked,
  NamesUnknown,
  MetricsMissing,
  MetricsIntervalLong,
};

/// "window_done"
[[nodiscard]] std::string_view name_of(LogEvent event);

/// A figure or name that belongs to an event, for programs that read the log. Its own name says the
/// unit, and is in packaging/doc/log.schema.json.
class LogField {
 public:
  LogField(std::string_view name, std::integral auto figure)
      : LogField(member(name, std::to_string(figure))) {}
  LogField(std::string_view name, std::string_view text);
  /// In seconds.
  LogField(std::string_view name, std::chrono::milliseconds time);
  /// The two fields of a window, "window_start" and "window_end". The times are in RFC 3339.
  [[nodiscard]] static LogField window(std::string_view start, std::string_view end);

  /// Appends `,"name":value`.
  void append_to(std::string& json) const { json += members_; }

 private:
  explicit LogField(std::string members) : members_(std::move(members)) {}

  [[nodiscard]] static std::string member(std::string_view name, std::string_view json_value);

  std::string members_;
};

}  // namespace vrni2syslog
