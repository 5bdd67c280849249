#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace vrni2syslog {

/// Remembers texts by key in bounded memory. When the young generation is full, it becomes the old
/// one, and the old one is forgotten. Entries that are used stay.
class BoundedCache {
 public:
  BoundedCache(std::size_t max_entries, std::size_t max_bytes)
      : entries_per_generation_(max_entries / 2), bytes_per_generation_(max_bytes / 2) {}

  /// Null if the key is unknown. Valid until the next call.
  [[nodiscard]] const std::string* find(std::string_view key);
  void insert(std::string_view key, std::string_view text);

 private:
  /// Finds keys without making a string of them. It does not promise not to throw: libstdc++ would
  /// not keep the hashes of the keys then, and would compute them anew as it searches.
  struct Hash {
    using is_transparent = void;
    [[nodiscard]] std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>()(key);
    }
  };
  using Generation = std::unordered_map<std::string, std::string, Hash, std::equal_to<>>;

  std::size_t entries_per_generation_;
  std::size_t bytes_per_generation_;
  std::size_t young_bytes_ = 0;
  Generation young_;
  Generation old_;
};

}  // namespace vrni2syslog
