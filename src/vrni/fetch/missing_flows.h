#pragma once

#include "vrni/api/search_hit.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vrni2syslog {

/// Which of the hits that are fetched together have no flow yet. An answer nearly always lists the
/// flows in the order in which they were asked for, so ids are hashed only where one does not.
class MissingFlows {
 public:
  /// From now on these are the hits, and the flows of all of them are missing. Their ids must
  /// differ. The hits must exist until the next call.
  void begin(std::span<const SearchHit> hits);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Whether the flow of the hit, counted from 0, is missing.
  [[nodiscard]] bool contains(std::size_t hit) const { return is_missing_[hit]; }
  /// The hit of this id, if its flow is missing.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view id);
  /// The hits whose flows are missing, in their order.
  [[nodiscard]] std::vector<SearchHit> hits() const;

  /// The flow of the hit is there.
  void erase(std::size_t hit);

 private:
  [[nodiscard]] std::optional<std::size_t> look_up(std::string_view id);

  std::span<const SearchHit> hits_;
  std::vector<bool> is_missing_;
  std::size_t size_ = 0;
  std::size_t next_ = 0;  ///< behind the hit that was erased last
  /// Of all hits, by their ids, once one was not the next; empty before.
  std::unordered_map<std::string_view, std::size_t> by_id_;
};

}  // namespace vrni2syslog
