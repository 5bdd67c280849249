#include "vrni/search/readings_ahead.h"

#include "vrni/search/unit_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

[[nodiscard]] auto reader_of(const TimeWindow& unit) {
  return [&unit](const std::shared_ptr<UnitReader>& reader) { return reader->unit() == unit; };
}

}  // namespace

void ReadingsAhead::prepare(std::span<const TimeWindow> units, const MakeReader& make_reader) {
  std::deque<std::shared_ptr<UnitReader>> before = std::exchange(readers_, {});
  for (const TimeWindow& unit : units) {
    const auto known = std::ranges::find_if(before, reader_of(unit));
    if (known == before.end()) {
      readers_.push_back(make_reader(unit));
    } else {
      readers_.push_back(std::move(*known));
      before.erase(known);
    }
  }
}

std::shared_ptr<UnitReader> ReadingsAhead::take(const TimeWindow& unit) {
  const auto place = std::ranges::find_if(readers_, reader_of(unit));
  if (place == readers_.end()) return nullptr;
  std::shared_ptr<UnitReader> reader = std::move(*place);
  readers_.erase(readers_.begin(), std::next(place));
  return reader;
}

void ReadingsAhead::begin_first_search(const UnitReader& current) {
  if (!readers_.empty()) readers_.front()->begin_ahead(0, std::vector{&current});
}

/// The answer to a search is taken only once it is known what the units before it have: what
/// several of them have is fetched for the first.
void ReadingsAhead::begin(std::size_t most_fetches, const UnitReader* current) {
  std::vector<const UnitReader*> before;
  if (current != nullptr) before.push_back(current);
  bool is_known_before = true;
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    UnitReader& reader = *readers_[i];
    if (is_known_before) {
      reader.begin_ahead(0, before);
      if (reader.is_nearly_read()) begin_search_after(i);
      reader.begin_ahead(most_fetches, before);
    } else {
      reader.begin_search_ahead();
    }
    if (!may_go_on_after(reader)) return;
    is_known_before = is_known_before && reader.is_nearly_read();
    most_fetches -= std::min(most_fetches, reader.found_count());
    before.push_back(&reader);
  }
}

/// Before the fetches of this unit, because only the answer to the search tells what comes after
/// them.
void ReadingsAhead::begin_search_after(std::size_t unit) {
  if (unit + 1 < readers_.size() && careful_turns_ == 0) readers_[unit + 1]->begin_search_ahead();
}

bool ReadingsAhead::may_go_on_after(const UnitReader& reader) const {
  if (careful_turns_ > 0) return false;
  switch (reader.progress_ahead()) {
    case UnitReader::ProgressAhead::None:
      return false;
    case UnitReader::ProgressAhead::Searching:
      return are_units_small_;
    case UnitReader::ProgressAhead::Fetching:
      return true;
  }
  return false;
}

}  // namespace vrni2syslog
