#pragma once

#include "app/options/option_table.h"
#include "base/error.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// Where values come from, from the most to the least preferred.
enum class OptionSource : std::uint8_t { CommandLine, Capture, Environment, ConfigFile, Default };

/// One option as it was given. A flag has the value "yes" or "no".
struct GivenOption {
  Option option;
  std::string value;
  OptionSource source = OptionSource::Default;
  std::string origin;  ///< for messages: "--last", "VRNI2SYSLOG_LAST", "/etc/x.conf:7: last"
};

/// Adds a value as a source gives it: checks what can be said of it without knowing what it means.
/// Throws Error(Usage) for the command line and Error(Configuration) for other sources: no value,
/// a flag that is neither yes nor no.
void add_given(std::vector<GivenOption>& options, GivenOption given);

/// What is in effect once all sources are put together.
class OptionValues {
 public:
  /// `sources` in the order of precedence. An option of an earlier one replaces the same option,
  /// and all of its topic, in later ones; within a source the last value counts, except for options
  /// that are repeatable.
  explicit OptionValues(const std::vector<std::vector<GivenOption>>& sources);

  [[nodiscard]] bool is_given(Option option) const noexcept { return !of(option).empty(); }
  [[nodiscard]] bool is_set(Option flag) const noexcept {
    return is_given(flag) && of(flag).back().value == "yes";
  }
  /// The value, or the default where none is given.
  [[nodiscard]] std::string text(Option option) const;
  /// Where the value comes from, for messages: "--last".
  [[nodiscard]] std::string origin(Option option) const;
  /// Every value of a repeatable option, in the order given.
  [[nodiscard]] const std::vector<GivenOption>& of(Option option) const noexcept {
    return values_[static_cast<std::size_t>(option)];
  }

  /// Reads the value with `parse`; what it throws is told with the value's origin, and an
  /// Error(Usage) of it becomes what error() throws.
  template <typename Parse>
  [[nodiscard]] auto parse(Option option, Parse&& parse) const {
    const GivenOption given =
        is_given(option) ? of(option).back()
                         : GivenOption{option, text(option), OptionSource::Default, origin(option)};
    return parse_given(given, std::forward<Parse>(parse));
  }
  template <typename Parse>
  [[nodiscard]] static auto parse_given(const GivenOption& given, Parse&& parse) {
    try {
      return parse(std::string_view(given.value));
    } catch (const Error& error) {
      throw error_at(given, error);
    }
  }

  /// Error(Usage) where the option was given on the command line, Error(Data) where a capture says
  /// so, else Error(Configuration).
  [[nodiscard]] Error error(Option option, std::string_view message) const;
  /// The same for several options that contradict each other: told with the origin of each that was
  /// given, which is one at least, and the status of the first.
  [[nodiscard]] Error error(const std::vector<Option>& options, std::string_view message) const;

 private:
  [[nodiscard]] static Error error_at(const GivenOption& given, const Error& error);

  std::array<std::vector<GivenOption>, kOptionCount> values_;
};

}  // namespace vrni2syslog
