#pragma once

#include "json/json.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

struct JsonAttribute {
  std::string_view parent;  ///< key of the object within the record to which it belongs; empty for
                            ///< the record's own
  std::string_view key;
  std::string_view value;
};

/// One object of an answer's array: those of its members that are scalars, and those of the objects
/// directly within it.
class JsonRecord {
 public:
  explicit JsonRecord(std::span<const JsonAttribute> attributes) : attributes_(attributes) {}

  /// A member's text, or an empty one where it is absent, null or no scalar.
  [[nodiscard]] std::string_view text(std::string_view key, std::string_view parent = {}) const;

 private:
  std::span<const JsonAttribute> attributes_;
};

/// The shape of the platform's smaller answers: an object with scalars and one array of objects.
/// Everything else in it is passed over. For a single read_json(); views point into its body.
class JsonRecords final : public JsonHandler {
 public:
  /// Elements of the array after the first `max_records` objects count as unreadable.
  explicit JsonRecords(std::string_view array_name,
                       std::size_t max_records = std::numeric_limits<std::size_t>::max())
      : array_name_(array_name), max_records_(max_records) {}

  [[nodiscard]] bool is_object() const noexcept { return is_object_; }
  /// There was an array of the name.
  [[nodiscard]] bool has_array() const noexcept { return has_array_; }
  /// Elements of the array that are no objects, or too many.
  [[nodiscard]] std::size_t unreadable() const noexcept { return unreadable_; }
  [[nodiscard]] std::size_t size() const noexcept { return starts_.size(); }
  [[nodiscard]] JsonRecord operator[](std::size_t index) const;
  /// A scalar of the outermost object; an empty text where it is absent.
  [[nodiscard]] std::string_view text(std::string_view key) const {
    return JsonRecord(root_).text(key);
  }

  void key(std::string_view name) override;
  void scalar(std::string_view text) override;
  void null() override;
  void begin_object() override { begin(false); }
  void end_object() override { end(); }
  void begin_array() override { begin(true); }
  void end_array() override { end(); }

 private:
  enum class Place : std::uint8_t { Outside, Root, Array, Record, Member };

  void begin(bool is_array);
  void end();
  [[nodiscard]] std::optional<Place> place_within(bool is_array) const;

  std::string_view array_name_;
  std::size_t max_records_;
  Place place_ = Place::Outside;
  std::size_t skipped_depth_ = 0;
  bool is_object_ = false;
  bool has_array_ = false;
  std::size_t unreadable_ = 0;
  std::string_view key_;
  std::string_view parent_;
  std::vector<JsonAttribute> root_;
  std::vector<JsonAttribute> attributes_;
  std::vector<std::size_t> starts_;  ///< of each record, in attributes_
};

/// Reads `body` into `records`. Returns what is wrong, that it is no JSON or no object, or nothing.
[[nodiscard]] std::optional<std::string> read_records(std::string& body, JsonRecords& records);

}  // namespace vrni2syslog
