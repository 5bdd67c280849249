#include "app/state_settings.h"

#include "app/value_parsers.h"
#include "base/error.h"

#include <string>
#include <unistd.h>

namespace vrni2syslog {

namespace fs = std::filesystem;

fs::path find_state_directory(const OptionValues& values, const Environment& environment,
                              bool is_root) {
  if (values.is_given(Option::StateDir)) return fs::absolute(values.text(Option::StateDir));
  if (is_root) return "/var/lib/vrni2syslog";
  // A relative path is to be ignored there, says the specification.
  const fs::path state_home = environment.find("XDG_STATE_HOME").value_or("");
  if (state_home.is_absolute()) return state_home / "vrni2syslog";
  const fs::path home = environment.find("HOME").value_or("");
  if (home.is_absolute()) return home / ".local/state/vrni2syslog";
  throw Error(ExitStatus::Usage,
              "no directory to remember in what was sent: give --state-dir DIR (HOME is not set)");
}

std::optional<RepeatSettings> make_repeat_settings(const OptionValues& values,
                                                   const Environment& environment,
                                                   bool is_dry_run) {
  if (!values.is_given(Option::RepeatAfter)) return std::nullopt;
  RepeatSettings settings;
  settings.repeat_after = values.parse(Option::RepeatAfter, parse_time_limit);
  settings.state_directory = find_state_directory(values, environment, ::geteuid() == 0);
  settings.is_dry_run = is_dry_run;
  return settings;
}

}  // namespace vrni2syslog
