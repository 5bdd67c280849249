#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace vrni2syslog {

inline constexpr std::size_t kMaxParamName = 32;  ///< RFC 5424 section 6.3, SD-NAME

/// Parameters that say something of the line itself.
inline constexpr std::string_view kPartialParam = "partial";  ///< Flow::is_partial
inline constexpr std::string_view kAttemptParam = "attempt";  ///< LineFormat::begin_epoch()
inline constexpr std::string_view kTruncatedParam =
    "truncated";  ///< something was left out to keep within the size

/// A name for a field that the platform calls `api_name`, such as its later versions may bring:
/// lower snake_case of US-ASCII, at most 32 characters, beginning with a letter, "src_" and "dst_"
/// for "source_" and "destination_". Names that receivers use for themselves (`timestamp`,
/// `source`, `message` ...), and those of flow_fields(), get "x_" in front.
[[nodiscard]] std::string fit_param_name(std::string_view api_name);

/// The names of the platform's unknown fields in one run: one name for each, the same in every
/// line, never two alike.
class UnknownFieldNames {
 public:
  /// How many fields a run names. A platform cannot make the program remember more.
  static constexpr std::size_t kMaxNames = 256;

  /// fit_param_name(), with "_2", "_3" ... where another field has that name already; none once
  /// there are too many, and for names that are longer than any of an API. The view is valid as
  /// long as the object.
  [[nodiscard]] std::optional<std::string_view> name_of(std::string_view api_name);

 private:
  std::map<std::string, std::string, std::less<>> names_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace vrni2syslog
