#include "json/records.h"

#include "base/text/same_text.h"
#include "json/path_reader.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace vrni2syslog {
namespace {

enum class RecordPlace : std::uint8_t { Outside, Root, List, Record, Object };

}  // namespace

struct JsonRecords::Member {
  std::string_view parent;  ///< empty for a scalar of the record itself
  std::string_view key;
  std::string_view value;
};

class JsonRecords::Reader final : public JsonPathReader<Reader, RecordPlace> {
 public:
  using Place = RecordPlace;
  static constexpr JsonPath<Place> kPaths[] = {
      {Place::Root, Place::Outside, '{', {}},
      {Place::List, Place::Root, '[', {}},
      {Place::Record, Place::List, '{', {}},
      {Place::Object, Place::Record, '{', {}},
  };

  explicit Reader(JsonRecords& records) : records_(records) {}

  [[nodiscard]] bool is_object() const noexcept { return is_object_; }

  void take(Place place, std::string_view text) {
    switch (place) {
      case Place::Root:
        return records_.root_.push_back({{}, member(), text});
      case Place::List:
        ++records_.unreadable_;
        break;
      case Place::Record:
        return records_.members_.push_back({{}, member(), text});
      case Place::Object:
        return records_.members_.push_back({parent_, member(), text});
      case Place::Outside:
        break;
    }
  }
  void take_null(Place place) {
    if (place == Place::List) ++records_.unreadable_;
  }
  [[nodiscard]] bool enter(Place place) {
    switch (place) {
      case Place::Root:
        return is_object_ = true;
      case Place::List:
        if (member() != records_.list_name_) return false;
        records_.root_.push_back({{}, member(), {}});
        return records_.has_list_ = true;
      case Place::Record:
        if (records_.size() == records_.max_records_) return false;
        records_.first_members_.push_back(records_.members_.size());
        break;
      case Place::Object:
        parent_ = member();
        break;
      case Place::Outside:
        break;
    }
    return true;
  }
  void pass_over(Place place) {
    if (place == Place::List) ++records_.unreadable_;
    if (place == Place::Root) records_.root_.push_back({{}, member(), {}});
  }

 private:
  JsonRecords& records_;
  bool is_object_ = false;
  std::string_view parent_;
};

JsonRecords::JsonRecords(std::string_view list_name, std::size_t max_records)
    : list_name_(list_name), max_records_(max_records) {}

JsonRecords::~JsonRecords() = default;

bool JsonRecords::has(std::string_view key) const {
  return std::ranges::find(root_, key, &Member::key) != root_.end();
}

std::string_view JsonRecords::text(std::string_view key) const {
  const auto found = std::ranges::find(root_, key, &Member::key);
  return found == root_.end() ? std::string_view() : found->value;
}

std::string_view JsonRecords::text_of(std::size_t record, std::string_view key,
                                      std::string_view parent) const {
  const bool is_last = record + 1 == first_members_.size();
  const std::size_t first = first_members_[record];
  const std::size_t end = is_last ? members_.size() : first_members_[record + 1];
  const auto members = std::span(members_).subspan(first, end - first);
  const auto found = std::ranges::find_if(members, [&](const Member& member) {
    return is_same_text(member.key, key) && is_same_text(member.parent, parent);
  });
  return found == members.end() ? std::string_view() : found->value;
}

JsonOutcome read_records(std::string& body, JsonRecords& records) {
  JsonRecords::Reader reader(records);
  if (JsonOutcome read = read_json(body, reader); !read) return read;
  if (!reader.is_object()) return Outcome::failure("the answer is not a JSON object");
  return Outcome::success();
}

}  // namespace vrni2syslog
