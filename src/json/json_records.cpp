#include "json/json_records.h"

#include <algorithm>

namespace vrni2syslog {

std::string_view JsonRecord::text(std::string_view key, std::string_view parent) const {
  const auto found = std::ranges::find_if(attributes_, [&](const JsonAttribute& attribute) {
    return attribute.key == key && attribute.parent == parent;
  });
  return found == attributes_.end() ? std::string_view() : found->value;
}

JsonRecord JsonRecords::operator[](std::size_t index) const {
  const std::size_t end = index + 1 < starts_.size() ? starts_[index + 1] : attributes_.size();
  return JsonRecord(std::span(attributes_).subspan(starts_[index], end - starts_[index]));
}

void JsonRecords::key(std::string_view name) {
  if (skipped_depth_ == 0) key_ = name;
}

void JsonRecords::null() {
  if (skipped_depth_ == 0 && place_ == Place::Array) ++unreadable_;
}

void JsonRecords::scalar(std::string_view text) {
  if (skipped_depth_ > 0) return;
  switch (place_) {
    case Place::Outside:
      break;
    case Place::Root:
      root_.push_back({{}, key_, text});
      break;
    case Place::Array:
      ++unreadable_;
      break;
    case Place::Record:
      attributes_.push_back({{}, key_, text});
      break;
    case Place::Member:
      attributes_.push_back({parent_, key_, text});
      break;
  }
}

std::optional<JsonRecords::Place> JsonRecords::place_within(bool is_array) const {
  if (place_ == Place::Outside && !is_array) return Place::Root;
  if (place_ == Place::Root && is_array && key_ == array_name_) return Place::Array;
  if (place_ == Place::Array && !is_array && starts_.size() < max_records_) return Place::Record;
  if (place_ == Place::Record && !is_array) return Place::Member;
  return std::nullopt;
}

void JsonRecords::begin(bool is_array) {
  const std::optional<Place> within = skipped_depth_ > 0 ? std::nullopt : place_within(is_array);
  if (!within) {
    if (skipped_depth_ == 0 && place_ == Place::Array) ++unreadable_;
    ++skipped_depth_;
    return;
  }
  if (*within == Place::Root) is_object_ = true;
  if (*within == Place::Array) has_array_ = true;
  if (*within == Place::Record) starts_.push_back(attributes_.size());
  if (*within == Place::Member) parent_ = key_;
  place_ = *within;
}

void JsonRecords::end() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
  } else {
    place_ = static_cast<Place>(static_cast<int>(place_) - 1);
  }
}

std::optional<std::string> read_records(std::string& body, JsonRecords& records) {
  if (std::optional<std::string> problem = read_json(body, records)) return problem;
  if (!records.is_object()) return "the answer is not a JSON object";
  return std::nullopt;
}

}  // namespace vrni2syslog
