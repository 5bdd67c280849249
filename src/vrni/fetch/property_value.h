#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The value of one property of an entity, whatever its shape: a scalar, an object of scalars, or a
/// list of either. Reused from one property to the next.
class PropertyValue {
 public:
  void clear() noexcept;
  void add_scalar(std::string_view text) { items_.push_back({text, false, attributes_.size()}); }
  void begin_object() { items_.push_back({{}, true, attributes_.size()}); }
  /// Something that is neither a scalar nor an object of scalars: an object without attributes.
  void add_unreadable() { begin_object(); }
  /// To the object begun last.
  void add_attribute(std::string_view key, std::string_view text) {
    attributes_.push_back({key, text});
  }

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool is_object(std::size_t item) const { return items_[item].is_object; }
  [[nodiscard]] std::string_view scalar(std::size_t item) const { return items_[item].scalar; }
  /// Of an object; empty where it is absent, null or no scalar.
  [[nodiscard]] std::string_view attribute(std::size_t item, std::string_view key) const;

 private:
  struct Item {
    std::string_view scalar;
    bool is_object;
    std::size_t first_attribute;
  };
  struct Attribute {
    std::string_view key;
    std::string_view text;
  };

  std::vector<Item> items_;
  std::vector<Attribute> attributes_;
};

}  // namespace vrni2syslog
