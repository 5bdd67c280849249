#include "format/record/param_name.h"

#include "base/text/ascii.h"
#include "flow/flow_field.h"
#include "format/record/line_record.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

namespace vrni2syslog {
namespace {

/// Receivers give these names to fields of their own: a parameter of that name would overwrite one
/// (Graylog), or the receiver would refuse the event.
constexpr std::array<std::string_view, 11> kReceiverNames{
    "timestamp", "source", "message", "host", "hostname",    "level",
    "facility",  "text",   "id",      "time", "full_message"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kShortPrefixes{
    {{"source_", "src_"}, {"destination_", "dst_"}}};

/// A longer name cannot be one of the API.
constexpr std::size_t kMaxApiName = 256;

/// "sourceVmTags" and "Source VM-Tags" become "source_vm_tags".
[[nodiscard]] std::string to_snake_case(std::string_view text) {
  std::string name;
  char previous = '_';
  for (const char c : text) {
    const bool begins_word = is_upper(c) && (is_lower(previous) || is_digit(previous));
    if ((!is_alphanumeric(c) || begins_word) && !name.empty() && name.back() != '_') name += '_';
    if (is_alphanumeric(c)) name += to_lower(c);
    previous = c;
  }
  return name;
}

void cut_to(std::string& name, std::size_t max_bytes) {
  if (name.size() > max_bytes) name.resize(max_bytes);
  while (!name.empty() && name.back() == '_') name.pop_back();
}

/// A name as formats write it that have no underscores in their keys.
[[nodiscard]] std::string without_underscores(std::string_view name) {
  std::string text(name);
  std::erase(text, '_');
  return text;
}

[[nodiscard]] bool is_reserved(std::string_view name) {
  const std::string squeezed = without_underscores(name);
  const auto is_same = [&](std::string_view other) {
    return squeezed == without_underscores(other);
  };
  return std::ranges::any_of(kReceiverNames, is_same) ||
         std::ranges::any_of(flow_fields(), is_same, &FlowFieldInfo::name) ||
         std::ranges::any_of(kMarks, is_same);
}

}  // namespace

std::string fit_param_name(std::string_view api_name) {
  std::string name = to_snake_case(api_name.substr(0, kMaxApiName));
  for (const auto& [long_prefix, short_prefix] : kShortPrefixes) {
    if (name.starts_with(long_prefix) && name.size() > long_prefix.size()) {
      name.replace(0, long_prefix.size(), short_prefix);
    }
  }
  cut_to(name, kMaxParamName);
  const bool begins_with_letter = !name.empty() && is_lower(name.front());
  if (!begins_with_letter || is_reserved(name)) {
    name.insert(0, "x_");
    cut_to(name, kMaxParamName);
  }
  return name;
}

std::optional<std::string_view> UnknownFieldNames::name_of(std::string_view api_name) {
  if (api_name.size() > kMaxApiName) return std::nullopt;
  if (const auto known = names_.find(api_name); known != names_.end()) return known->second;
  if (names_.size() >= kMaxNames) return std::nullopt;

  const std::string wanted = fit_param_name(api_name);
  std::string name = wanted;
  for (int number = 2; taken_.contains(without_underscores(name)) || is_reserved(name); ++number) {
    const std::string suffix = fmt::format("_{}", number);
    name = wanted;
    cut_to(name, kMaxParamName - suffix.size());
    name += suffix;
  }
  taken_.insert(without_underscores(name));
  return names_.emplace(api_name, std::move(name)).first->second;
}

}  // namespace vrni2syslog
