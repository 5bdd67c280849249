#include "vrni/fetch/property_value.h"

namespace vrni2syslog {

void PropertyValue::clear() noexcept {
  items_.clear();
  attributes_.clear();
}

std::string_view PropertyValue::attribute(std::size_t item, std::string_view key) const {
  const std::size_t end =
      item + 1 < items_.size() ? items_[item + 1].first_attribute : attributes_.size();
  for (std::size_t i = items_[item].first_attribute; i < end; ++i) {
    if (attributes_[i].first == key) return attributes_[i].second;
  }
  return {};
}

}  // namespace vrni2syslog
