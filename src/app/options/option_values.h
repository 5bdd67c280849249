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

/// Sources of values, from the highest to the lowest precedence.
enum class OptionSource : std::uint8_t { CommandLine, Capture, Environment, ConfigFile, Default };

/// One option as it was given. A flag has the value "yes" or "no".
struct GivenOption {
  Option option;
  std::string value;
  OptionSource source = OptionSource::Default;
  std::string origin;  ///< for messages: "--last", "VRNI2SYSLOG_LAST", "/etc/x.conf:7: last"
};

/// Adds a value that a source gives. Throws if the value is empty and may not be, and if a flag is
/// neither yes nor no: Error(Usage) for the command line, Error(Data) for a capture, otherwise
/// Error(Configuration).
void add_given(std::vector<GivenOption>& options, GivenOption given);

/// The options in effect, put together from all sources.
class OptionValues {
 public:
  /// `sources` begin with the highest precedence. An option of one source replaces the same option,
  /// and all options of the same topic, of later sources. Within a source the last value counts,
  /// unless the option is repeatable.
  explicit OptionValues(const std::vector<std::vector<GivenOption>>& sources);

  [[nodiscard]] bool is_given(Option option) const noexcept { return !of(option).empty(); }
  [[nodiscard]] bool is_set(Option flag) const noexcept {
    return is_given(flag) && of(flag).back().value == "yes";
  }
  /// The value, or the default if none is given.
  [[nodiscard]] std::string text(Option option) const;
  /// The origin of the value, for messages: "--last".
  [[nodiscard]] std::string origin(Option option) const;
  /// Every value of a repeatable option, in the order given.
  [[nodiscard]] const std::vector<GivenOption>& of(Option option) const noexcept {
    return values_[static_cast<std::size_t>(option)];
  }

  /// Reads the value with `parse`. Puts the value's origin before the text of an Error that `parse`
  /// throws, and gives an Error(Usage) the fault that error() has.
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

  /// An error about the option's value, with its origin: Error(Usage) for the command line,
  /// Error(Data) for a capture, otherwise Error(Configuration).
  [[nodiscard]] Error error(Option option, std::string_view message) const;
  /// The same for several options that contradict each other, of which at least one was given: with
  /// the origins of those that were given, and the fault of the first.
  [[nodiscard]] Error error(const std::vector<Option>& options, std::string_view message) const;

 private:
  [[nodiscard]] static Error error_at(const GivenOption& given, const Error& error);

  std::array<std::vector<GivenOption>, kOptionCount> values_;
};

}  // namespace vrni2syslog
