#include "vrni/fetch/missing_flows.h"

namespace vrni2syslog {

void MissingFlows::begin(std::span<const SearchHit> hits) {
  hits_ = hits;
  is_missing_.assign(hits.size(), true);
  size_ = hits.size();
  next_ = 0;
  by_id_.clear();
}

std::optional<std::size_t> MissingFlows::find(std::string_view id) {
  while (next_ < hits_.size() && !is_missing_[next_]) ++next_;
  if (next_ < hits_.size() && hits_[next_].id == id) return next_;
  return look_up(id);
}

std::optional<std::size_t> MissingFlows::look_up(std::string_view id) {
  if (by_id_.empty()) {
    for (std::size_t hit = 0; hit < hits_.size(); ++hit) by_id_.emplace(hits_[hit].id, hit);
  }
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || !is_missing_[found->second]) return std::nullopt;
  return found->second;
}

std::vector<SearchHit> MissingFlows::hits() const {
  std::vector<SearchHit> missing;
  missing.reserve(size_);
  for (std::size_t hit = 0; hit < hits_.size(); ++hit) {
    if (is_missing_[hit]) missing.push_back(hits_[hit]);
  }
  return missing;
}

void MissingFlows::erase(std::size_t hit) {
  if (is_missing_[hit]) --size_;
  is_missing_[hit] = false;
  next_ = hit + 1;
}

}  // namespace vrni2syslog
