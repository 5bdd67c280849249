#include "pager.h"

#include "base64.h"

#include <algorithm>
#include <charconv>

namespace vrni2syslog::simulator {

std::optional<std::uint64_t> Pager::offset_of(const std::string& cursor) {
  const auto text = from_base64(cursor);
  if (!text) return std::nullopt;
  if (text->empty()) return 0;
  std::uint64_t offset = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), offset);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return offset;
}

bool Pager::is_size_allowed(std::int64_t size) const noexcept {
  return size >= 1 && (options_.size_limit == 0 || size <= std::int64_t{options_.size_limit});
}

bool Pager::is_too_deep(std::uint64_t offset, std::uint64_t size) const noexcept {
  size = capped(size);
  return options_.deep_offset_limit != 0 && offset + size > options_.deep_offset_limit;
}

Page Pager::cut(std::span<const std::uint32_t> result, std::uint64_t offset, std::uint64_t size,
                std::uint64_t search_number) const {
  const bool hides_front =
      options_.churn_every != 0 && search_number / options_.churn_every % 2 == 1;
  if (hides_front) {
    result = result.subspan(std::min<std::size_t>(options_.churn_size, result.size()));
  }
  const std::uint64_t late =
      search_number < options_.late_flows ? options_.late_flows - search_number : 0;
  result = result.first(result.size() - std::min<std::uint64_t>(late, result.size()));
  size = capped(size);
  Page page;
  page.total_count = static_cast<std::int64_t>(result.size());
  const auto first = std::min<std::uint64_t>(offset, result.size());
  page.flows = result.subspan(first, std::min<std::uint64_t>(size, result.size() - first));
  set_cursor(page, offset, size, result.size());
  return page;
}

std::uint64_t Pager::capped(std::uint64_t size) const noexcept {
  return options_.page_cap == 0 ? size : std::min<std::uint64_t>(size, options_.page_cap);
}

void Pager::set_cursor(Page& page, std::uint64_t offset, std::uint64_t size,
                       std::uint64_t rows) const {
  const auto next = offset + page.flows.size();
  const bool is_last = next >= rows;
  const auto leads_back = [&] {
    if (!options_.repeat_after) return false;
    return is_last || (*options_.repeat_after != 0 && next >= *options_.repeat_after * size);
  };
  page.has_cursor = true;
  if (leads_back()) {
    page.cursor = to_base64("0");
  } else if (!is_last) {
    page.cursor = to_base64(std::to_string(next));
  } else if (options_.end == CursorEnd::Unchanged) {
    page.cursor = to_base64(std::to_string(offset));
  } else if (options_.end == CursorEnd::Empty) {
    page.cursor = "";
  } else {
    page.has_cursor = options_.end == CursorEnd::Null;
  }
}

}  // namespace vrni2syslog::simulator
