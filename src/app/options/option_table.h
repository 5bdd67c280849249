#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Every option of the program. One row of option_table() for each.
enum class Option : std::uint8_t {
  PlatformIp,
  Username,
  PasswordFile,
  Password,
  DomainType,
  DomainValue,
  PlatformCaFile,
  PlatformFingerprint,
  AnswerTimeout,
  Concurrency,
  KeepVersions,
  KeepVersionsSize,
  RefreshNames,
  VidmTokenFile,
  VidmToken,
  GetVidmClientId,
  BearerTokenFile,
  BearerTokenCommand,
  ApiTokenFile,
  ApiToken,
  CloudLocation,
  CloudApiUrl,
  CloudAuthUrl,
  Last,
  Yesterday,
  Since,
  Until,
  TimeZone,
  Settle,
  Recount,
  Resolution,
  RepeatAfter,
  MarkNew,
  Filter,
  Metrics,
  VmDetails,
  Collector,
  CollectorCaFile,
  CollectorCertificate,
  CollectorKey,
  CollectorPasswordFile,
  CollectorPassword,
  CollectorTokenCommand,
  Confirm,
  SendTimeout,
  CloseTimeout,
  Format,
  Fields,
  SdId,
  SdEscape,
  Facility,
  SeverityAllow,
  SeverityDeny,
  AppName,
  Hostname,
  MaxSize,
  NoManifest,
  ManifestKey,
  PreviousManifestKey,
  MakeManifestKey,
  DryRun,
  Check,
  SendTest,
  SaveCapture,
  Source,
  PrintConfig,
  Setup,
  Completion,
  Config,
  StateDir,
  Job,
  LockWait,
  Status,
  Forget,
  SetWatermark,
  GiveUp,
  Insecure,
  InsecurePermissions,
  ConnectTimeout,
  Deadline,
  Report,
  PrometheusFile,
  WarningAge,
  CriticalAge,
  LogLevel,
  LogFormat,
  Help,
  Version,
  VrliServer,
  VrliPort,
  DeploymentType,
};

inline constexpr std::size_t kOptionCount = static_cast<std::size_t>(Option::DeploymentType) + 1;

/// The topic of --help that stands for no topic.
inline constexpr std::string_view kBasicHelp = "basics";

/// Sections of --help and of the manual page, in this order.
enum class OptionGroup : std::uint8_t {
  Platform,
  Logins,  ///< other than with a password
  Flows,
  Collectors,
  Lines,
  Running,
  Script,  ///< only for the command line of flows_to_vrli.py
};

/// Where an option may be given.
enum class OptionPlace : std::uint8_t { Anywhere, CommandLineOnly, NotInFile };

/// Options that answer the same question. If a source gives one of them, those of the sources with
/// lower precedence do not count: `--last 2h` replaces the configuration file's `yesterday`.
enum class OptionTopic : std::uint8_t { Own, Login, Window, Collector };

/// Kinds of values that several options share.
enum class OptionKind : std::uint8_t {
  Text,
  Flag,     ///< no value: "yes" if the option is given
  Address,  ///< a host or a URL, into which users may write a user name and a password
  File,
  Directory,
  Duration,  ///< 90s, 10m, 24h, 7d
  Time,      ///< a point in time
  Size,      ///< a number of bytes: 8000, 64k, 2M
  Number,
  List,  ///< words between commas
};

struct OptionInfo {
  Option option;
  std::string_view name;   ///< long name, with "-", without the leading "--"
  char short_name = '\0';  ///< NUL if there is none
  OptionGroup group;
  OptionKind kind = OptionKind::Text;
  std::string_view argument = {};       ///< what the value is called, if not as others of its kind
  std::string_view default_value = {};  ///< empty if there is none
  /// What the option means without a value; empty if it needs one. The value that follows such an
  /// option in a word of its own cannot be another option, unless it is the last word.
  std::string_view implicit_value = {};
  std::string_view help;  ///< without the choices and the default, which --help adds
  /// All values that the option may have; null if they cannot be listed.
  std::vector<std::string_view> (*choices)() = nullptr;
  /// Some values, or beginnings of values, that shells offer where there are no choices; null if
  /// there are none to offer.
  std::vector<std::string_view> (*suggestions)() = nullptr;
  OptionPlace place = OptionPlace::Anywhere;
  OptionTopic topic = OptionTopic::Own;
  bool is_secret = false;
  bool is_repeatable = false;
  bool is_output = false;  ///< of the kind File: the program writes it, and does not read it
  bool may_be_empty = false;
  bool is_basic = false;  ///< --help without a topic shows it

  [[nodiscard]] constexpr bool is_flag() const noexcept { return kind == OptionKind::Flag; }
};

/// The table, in the order of Option. Command line, configuration file, environment, --help and
/// --print-config all follow from it.
[[nodiscard]] std::span<const OptionInfo, kOptionCount> option_table() noexcept;
[[nodiscard]] const OptionInfo& info_of(Option option) noexcept;

}  // namespace vrni2syslog
