#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

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
/// unit, has a static lifetime, and is in packaging/doc/log.schema.json.
class LogField {
 public:
  LogField(std::string_view name, std::integral auto figure)
      : name_(name), json_(std::to_string(figure)) {}
  LogField(std::string_view name, std::string_view text);
  /// In seconds.
  LogField(std::string_view name, std::chrono::milliseconds time);

  /// Appends `,"name":value`.
  void append_to(std::string& json) const;

 private:
  std::string_view name_;
  std::string json_;
};

}  // namespace vrni2syslog
