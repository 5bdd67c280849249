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
  /// What the names of options begin with.
  static constexpr std::string_view kPrefix = "VRNI2SYSLOG_";

  Environment() = default;
  explicit Environment(std::map<std::string, std::string, std::less<>> variables)
      : variables_(std::move(variables)) {}
  /// Reads `environ`, a list of "NAME=value" that ends with null.
  [[nodiscard]] static Environment from(const char* const* variables);

  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;

  /// The options among the variables: VRNI2SYSLOG_PLATFORM_IP for --platform-ip. An empty variable
  /// counts as not set, unless the option may be empty. The values of a repeatable option stand
  /// between blanks. Throws Error(Configuration) for a flag that is neither yes nor no.
  [[nodiscard]] std::vector<GivenOption> options() const;
  /// The same without those that options() would throw for.
  [[nodiscard]] std::vector<GivenOption> readable_options() const;

  /// The addresses of the proxies that libcurl may use for https (libcurl-env(3)).
  [[nodiscard]] std::vector<std::string> https_proxies() const;

  /// The variables that begin like those of options but belong to none; for a warning.
  [[nodiscard]] std::vector<std::string> unknown_names() const;

 private:
  /// Adds the values of the option's variable, if it is set.
  void add_values(std::vector<GivenOption>& given, const OptionInfo& option) const;

  std::map<std::string, std::string, std::less<>> variables_;
};

}  // namespace vrni2syslog
