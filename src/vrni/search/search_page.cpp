#include "vrni/search/search_page.h"

#include "base/number.h"
#include "json/records.h"
#include "vrni/api/platform_time.h"

#include <utility>

namespace vrni2syslog {
Outcome read_search_page(std::string body, SearchPage& page) {
  page.body = std::move(body);
  page.hits.clear();
  JsonRecords answer("results", kMaxHitsPerPage);
  if (Outcome read = read_records(page.body, answer); !read) return read;
  page.total_count = parse_whole<std::uint64_t>(answer.text("total_count"));
  if (!answer.has_list())
    return Outcome::failure("not a search answer: it has no list \"results\"");
  if (answer.size() + answer.unreadable() > kMaxHitsPerPage)
    return Outcome::failure("more results than the largest page of a search has");
  page.cursor = answer.text("cursor");
  page.unreadable = answer.unreadable();
  page.hits.reserve(answer.size());
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const std::string_view id = answer.text_of(i, "entity_id");
    if (id.empty()) {
      ++page.unreadable;
    } else {
      page.hits.push_back(
          {id, answer.text_of(i, "entity_type"), parse_api_time(answer.text_of(i, "time"))});
    }
  }
  return Outcome::success();
}

}  // namespace vrni2syslog
