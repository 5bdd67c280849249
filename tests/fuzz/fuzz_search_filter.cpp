/// Any --filter: the window at its end is taken off once, and no relative window is left in it.

#include "app/settings/search_filter.h"
#include "properties.h"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

void check_search_filter(std::string_view text) {
  const auto filter =
      result_unless_refused({Fault::Usage}, [&] { return parse_search_filter(text); });
  if (!filter) return;
  require(text.starts_with(filter->text), "a filter has changed", filter->text);
  require(filter->last || filter->text == text, "a filter has lost its end", text);
  require(!filter->last || *filter->last >= std::chrono::seconds(0), "a window is negative", text);
  const SearchFilter again = parse_search_filter(filter->text);
  require(!again.last && again.text == filter->text, "a filter holds another window", text);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check_search_filter({reinterpret_cast<const char*>(data), size});
  return 0;
}
