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

/// A name for a field that this program does not know, such as later versions of the platform may
/// have, made of the platform's name for it: lower snake_case of US-ASCII, at most kMaxParamName
/// bytes, beginning with a letter; "source_" and "destination_" become "src_" and "dst_". Names
/// that receivers give to fields of their own (`timestamp`, `source`, `message` ...), those of
/// flow_fields() and those of marks get "x_" in front.
[[nodiscard]] std::string fit_param_name(std::string_view api_name);

/// The names of the platform's unknown fields in one run: each field has one name, the same in
/// every line, and no two fields share one, not even without underscores, which not every format
/// can write.
class UnknownFieldNames {
 public:
  /// The most fields that a run names, so that a platform cannot make the program remember any
  /// number of them.
  static constexpr std::size_t kMaxNames = 256;

  /// fit_param_name(), with "_2", "_3" ... if another field already has that name. nullopt once
  /// there are too many fields, and for a name of more than 256 bytes. The view is valid as long as
  /// the object.
  [[nodiscard]] std::optional<std::string_view> name_of(std::string_view api_name);

 private:
  std::map<std::string, std::string, std::less<>> names_;
  std::set<std::string, std::less<>> taken_;  ///< without underscores
};

}  // namespace vrni2syslog
