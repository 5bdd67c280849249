/// Any flow, under any options: the line of the format rfc3164 is read back to the same fields by a
/// parser of its own.

#include "line_check.h"
#include "line_expectation.h"
#include "line_reader.h"
#include "properties.h"

namespace vrni2syslog::testing {
namespace {

void check(const CheckedLine& checked) {
  constexpr std::string_view kTag = "vrni2syslog[4711]:";
  const std::optional<std::string_view> content = after_rfc3164_header(checked.text);
  require(content && content->starts_with(kTag), "the header is forged", checked.text);
  const std::optional<QuotedPairs> read = read_quoted_pairs(content->substr(kTag.size()));
  require(read.has_value(), "a line has no pairs", checked.text);
  require(read->rest.starts_with("vRNI-Flow: 2026-11-2"), "MSG is forged", read->rest);
  require(read->rest.find('"') == std::string_view::npos, "MSG has a quotation mark", read->rest);
  require_ordered_params(
      read->pairs, expected_params(checked.flow, checked.unit, checked.options, {"\"\\]", "'/)"}),
      checked.result, checked.flow.is_partial);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vrni2syslog::testing;
  check_line_format("rfc3164", FuzzInput(data, size), check);
  return 0;
}
