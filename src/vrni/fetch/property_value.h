#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// The attributes of objects that flows take something from, by their names in the API.
enum class Attribute : std::uint8_t {
  EntityId,
  EntityName,
  EntityType,
  IpAddress,
  Netmask,
  NetworkAddress,
  Start,
  End,
  Display,
  IanaName,
};

/// nullopt if it is none of them.
[[nodiscard]] std::optional<Attribute> attribute_named(std::string_view name) noexcept;

/// The value of one property of an entity, whatever its shape: a scalar, an object of scalars, or a
/// list of either. Reused from one property to the next. The texts live elsewhere.
class PropertyValue {
 public:
  void clear() noexcept {
    items_.clear();
    attributes_.clear();
  }
  void add_scalar(std::string_view text) {
    items_.push_back({.scalar = text, .is_object = false, .first_attribute = attributes_.size()});
  }
  void begin_object() {
    items_.push_back({.scalar = {}, .is_object = true, .first_attribute = attributes_.size()});
  }
  /// Adds something that is neither a scalar nor an object of scalars, as an object without
  /// attributes.
  void add_unreadable() { begin_object(); }
  /// Adds an attribute to the object that was begun last, if it is one of those that are known.
  void add_attribute(std::string_view name, std::string_view text) {
    if (const auto attribute = attribute_named(name)) attributes_.emplace_back(*attribute, text);
  }

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool is_object(std::size_t item) const { return items_[item].is_object; }
  [[nodiscard]] std::string_view scalar(std::size_t item) const { return items_[item].scalar; }
  /// An attribute of an item that is an object; empty if it is absent, null or not a scalar.
  [[nodiscard]] std::string_view attribute(std::size_t item, Attribute attribute) const {
    const bool is_last = item + 1 >= items_.size();
    const auto begin = attribute_at(items_[item].first_attribute);
    const auto end = is_last ? attributes_.end() : attribute_at(items_[item + 1].first_attribute);
    for (auto found = begin; found != end; ++found) {
      if (found->first == attribute) return found->second;
    }
    return {};
  }

 private:
  struct Item {
    std::string_view scalar;
    bool is_object;
    std::size_t first_attribute;
  };

  using Attributes = std::vector<std::pair<Attribute, std::string_view>>;

  [[nodiscard]] Attributes::const_iterator attribute_at(std::size_t index) const noexcept {
    return attributes_.begin() + static_cast<std::ptrdiff_t>(index);
  }

  std::vector<Item> items_;
  Attributes attributes_;  ///< of all items
};

}  // namespace vrni2syslog
