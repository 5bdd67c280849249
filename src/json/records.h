#pragma once

#include "json/reader.h"

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The shape of the platform's smaller answers: an object with scalars and one list of objects, the
/// records. A record has scalars, and objects with scalars. Everything else is passed over. All
/// texts point into the body that was read.
class JsonRecords {
 public:
  /// Elements of the list after the first `max_records` records count as unreadable.
  explicit JsonRecords(std::string_view list_name,
                       std::size_t max_records = std::numeric_limits<std::size_t>::max());
  JsonRecords(const JsonRecords&) = delete;
  JsonRecords& operator=(const JsonRecords&) = delete;
  ~JsonRecords();

  /// Whether the object has a list of this name.
  [[nodiscard]] bool has_list() const noexcept { return has_list_; }
  /// How many elements of the list are not objects, or too many.
  [[nodiscard]] std::size_t unreadable() const noexcept { return unreadable_; }
  [[nodiscard]] std::size_t size() const noexcept { return first_members_.size(); }

  /// Whether the outermost object has a member of this name that is not null.
  [[nodiscard]] bool has(std::string_view key) const;
  /// A scalar of the outermost object; empty if it is absent, null or not a scalar.
  [[nodiscard]] std::string_view text(std::string_view key) const;
  /// A scalar of a record, counted from 0, or of the object `parent` within it. Empty as above.
  [[nodiscard]] std::string_view text_of(std::size_t record, std::string_view key,
                                         std::string_view parent = {}) const;

 private:
  class Reader;
  friend JsonOutcome read_records(std::string& body, JsonRecords& records);

  struct Member;

  std::string_view list_name_;
  std::size_t max_records_;
  bool has_list_ = false;
  std::size_t unreadable_ = 0;
  std::vector<Member> root_;
  std::vector<Member> members_;             ///< of all records, one record after the other
  std::vector<std::size_t> first_members_;  ///< by record: the index in members_
};

/// Reads `body` into `records`, which must be new; the body must outlive it. Fails if the
/// body is not JSON, or not an object.
[[nodiscard]] JsonOutcome read_records(std::string& body, JsonRecords& records);

}  // namespace vrni2syslog
