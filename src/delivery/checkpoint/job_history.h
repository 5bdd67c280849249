#pragma once

#include "base/timestamp.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// What came of the runs of a job: of the last one, and of all of them together. Monitors read it;
/// what a run reads and sends does not depend on it.
struct JobHistory {
  std::string job;
  std::optional<UnixSeconds> started;  ///< the last run; after `ended` while it goes on, or crashed

  // The last run that came to its end; nullopt before there was one.
  std::optional<UnixSeconds> ended;
  std::optional<std::uint64_t> duration_milliseconds;
  std::optional<std::uint64_t> exit_code;
  std::optional<UnixSeconds> succeeded;  ///< the end of the last run with exit code 0

  /// A figure of runs, such as the number of their lines.
  struct Figure {
    std::optional<std::uint64_t> last;  ///< of the last run; nullopt if it is not known
    std::uint64_t sum = 0;              ///< of all runs that know it

    bool operator==(const Figure&) const = default;
  };
  std::map<std::string, Figure> figures;            ///< by name
  std::map<std::uint64_t, std::uint64_t> runs;      ///< how many ended with which exit code
  std::map<std::string, UnixSeconds> certificates;  ///< when that of a peer expires

  bool operator==(const JobHistory&) const = default;
};

/// The latest version of the text below. A change that an older program would misread needs a new
/// number.
inline constexpr int kHistoryVersion = 1;

/// A history as people can read it: a line of the version, lines of "name: value" in a fixed order,
/// and the SHA-256 of all of them at the end.
[[nodiscard]] std::string format_history(const JobHistory& history);

/// Reads what format_history() wrote, and nothing else. Throws Error(CannotWrite) for a damaged
/// text, and Error(Configuration) for one of a later version; the messages are to follow the path.
[[nodiscard]] JobHistory parse_history(std::string_view text);

/// The history of a job: `<job>.history` in the state directory. An empty one if there is none.
/// Throws what parse_history() throws, and Error(CannotWrite) for a file that cannot be read. Each
/// error names the file.
[[nodiscard]] JobHistory load_history(const std::filesystem::path& state_directory,
                                      const std::string& job);

/// Replaces the file, safe against crashes. Throws what write_file_atomically() throws.
void save_history(const std::filesystem::path& state_directory, const JobHistory& history);

/// Removes the file, if there is one. Throws Error(CannotCreate).
void remove_history(const std::filesystem::path& state_directory, const std::string& job);

}  // namespace vrni2syslog
