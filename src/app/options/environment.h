#pragma once

#include "app/options/option_values.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The process's environment, read once at the start.
class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string, std::less<>> variables)
      : variables_(std::move(variables)) {}
  /// From `environ`, a list of "NAME=value" that ends with null.
  [[nodiscard]] static Environment from(const char* const* variables);

  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;

  /// The options among the variables: VRNI2SYSLOG_PLATFORM_IP for --platform-ip. An empty variable
  /// counts as not set, except where an option may be empty. A repeatable option has its values
  /// apart by blanks. Throws Error(Configuration) for a value that is none.
  [[nodiscard]] std::vector<GivenOption> options() const;

  /// The variables named like options that are none; for a warning.
  [[nodiscard]] std::vector<std::string> unknown_names() const;

 private:
  std::map<std::string, std::string, std::less<>> variables_;
};

}  // namespace vrni2syslog
