#pragma once

#include "filter.h"
#include "flow_generator.h"
#include "inventory.h"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace vrni2syslog::simulator {

/// What is searched for.
struct FlowQuery {
  std::string filter;
  std::int64_t start = 0;  ///< epoch seconds; flows active in [start, end]
  std::int64_t end = 0;
  std::string sort_by;  ///< a field; empty: in the order of the flows' numbers
  bool is_descending = false;

  friend bool operator==(const FlowQuery&, const FlowQuery&) = default;
};

/// Finds flows. Keeps the last few results, since a search is read page by page. Thread-safe.
class FlowSearch {
 public:
  using Result = std::shared_ptr<const std::vector<std::uint32_t>>;  // outlives its place here

  /// Both must outlive the search.
  FlowSearch(const FlowGenerator& generator, const Inventory& inventory)
      : generator_(generator), inventory_(inventory) {}

  /// The numbers of the flows. Throws FilterError.
  [[nodiscard]] Result find(const FlowQuery& query);

 private:
  [[nodiscard]] std::vector<std::uint32_t> scan(const FlowQuery& query, const Filter& filter) const;
  void sort(std::vector<std::uint32_t>& flows, const FlowQuery& query) const;

  const FlowGenerator& generator_;
  const Inventory& inventory_;
  std::mutex mutex_;
  std::list<std::pair<FlowQuery, Result>> recent_;  ///< the last one used in front
};

}  // namespace vrni2syslog::simulator
