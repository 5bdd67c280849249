#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// The value of one property of an entity, whatever its shape: a scalar, an object of scalars, or a
/// list of either. Reused from one property to the next. The texts live elsewhere.
class PropertyValue {
 public:
  void clear() noexcept;
  void add_scalar(std::string_view text) {
    items_.push_back({.scalar = text, .is_object = false, .first_attribute = attributes_.size()});
  }
  void begin_object() {
    items_.push_back({.scalar = {}, .is_object = true, .first_attribute = attributes_.size()});
  }
  /// Adds something that is neither a scalar nor an object of scalars, as an object without
  /// attributes.
  void add_unreadable() { begin_object(); }
  /// Adds an attribute to the object that was begun last.
  void add_attribute(std::string_view key, std::string_view text) {
    attributes_.emplace_back(key, text);
  }

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool is_object(std::size_t item) const { return items_[item].is_object; }
  [[nodiscard]] std::string_view scalar(std::size_t item) const { return items_[item].scalar; }
  /// An attribute of an item that is an object; empty if it is absent, null or not a scalar.
  [[nodiscard]] std::string_view attribute(std::size_t item, std::string_view key) const;

 private:
  struct Item {
    std::string_view scalar;
    bool is_object;
    std::size_t first_attribute;
  };

  std::vector<Item> items_;
  std::vector<std::pair<std::string_view, std::string_view>> attributes_;  ///< of all items
};

}  // namespace vrni2syslog
