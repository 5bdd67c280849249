#pragma once

#include "base/text/json_string.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vrni2syslog {

/// Appends one JSON object to a text, member by member. `json` must outlive it.
class JsonObjectWriter {
 public:
  explicit JsonObjectWriter(std::string& json) : json_(json) { json_ += '{'; }

  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(json_, value);
  }
  void number(std::string_view name, std::integral auto value) {
    key(name);
    json_ += std::to_string(value);
  }
  void number_or_null(std::string_view name, std::optional<std::uint64_t> value) {
    key(name);
    json_ += value ? std::to_string(*value) : "null";
  }
  void boolean(std::string_view name, bool value) {
    key(name);
    json_ += value ? "true" : "false";
  }
  /// Begins a member whose value, an object or a list, is the caller's to append.
  void key(std::string_view name) {
    if (!std::exchange(is_first_, false)) json_ += ',';
    append_json_string(json_, name);
    json_ += ':';
  }
  /// Writes an object as a member: write_members(object) writes what is in it, with the
  /// JsonObjectWriter that it is given. If it writes nothing, the member is left out.
  template <typename WriteMembers>
  void object_unless_empty(std::string_view name, WriteMembers write_members) {
    const std::size_t size = json_.size();
    const bool was_first = is_first_;
    key(name);
    JsonObjectWriter object(json_);
    write_members(object);
    if (object.is_first_) {
      json_.resize(size);
      is_first_ = was_first;
    } else {
      object.end();
    }
  }
  /// Ends the object: nothing may follow.
  void end() { json_ += '}'; }

 private:
  std::string& json_;
  bool is_first_ = true;
};

/// Appends a JSON list: append_item(item) appends one element to `json`.
template <typename Items, typename AppendItem>
void append_json_list(std::string& json, const Items& items, AppendItem append_item) {
  json += '[';
  bool is_first = true;
  for (const auto& item : items) {
    if (!std::exchange(is_first, false)) json += ',';
    append_item(item);
  }
  json += ']';
}

}  // namespace vrni2syslog
