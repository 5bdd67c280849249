#include "vrni/fetch/bounded_cache.h"

#include <utility>

namespace vrni2syslog {

const std::string* BoundedCache::find(std::string_view key) {
  if (const auto found = young_.find(key); found != young_.end()) return &found->second;
  const auto found = old_.find(key);
  if (found == old_.end()) return nullptr;
  const auto [id, text] = *found;
  insert(id, text);
  return &young_.find(id)->second;
}

void BoundedCache::insert(std::string_view key, std::string_view text) {
  const std::size_t bytes = key.size() + text.size();
  if (young_.size() >= entries_per_generation_ || young_bytes_ + bytes > bytes_per_generation_) {
    old_ = std::exchange(young_, {});
    young_bytes_ = 0;
  }
  if (young_.try_emplace(std::string(key), text).second) young_bytes_ += bytes;
}

}  // namespace vrni2syslog
