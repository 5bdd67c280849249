/// Any flow, under any options: the line of the format rfc5424 is read back to the same fields by a
/// parser of its own.

#include "line_check.h"
#include "line_expectation.h"
#include "properties.h"
#include "rfc5424_parser.h"

#include <optional>
#include <string>

namespace vrni2syslog::testing {
namespace {

void check(const CheckedLine& checked) {
  const std::optional<Rfc5424Message> line = parse_rfc5424(checked.text);
  require(line.has_value(), "a line is not RFC 5424", checked.text);
  require(line->sd_id == checked.options.rfc5424.sd_id && line->app_name == "vrni2syslog" &&
              line->process_id == "4711",
          "the header is forged", checked.text);
  require(line->message.starts_with("vRNI-Flow: 2026-11-2"), "MSG is forged", line->message);
  require(line->message_id == "FLOW" || line->message_id == "FLOW_ALLOW" ||
              line->message_id == "FLOW_DENY",
          "MSGID is forged", line->message_id);
  const Replacement safe{"\"\\]", "'/)"};
  const bool is_safe = checked.options.rfc5424.escape == SdEscape::Safe;
  require_ordered_params(
      line->params,
      expected_params(checked.flow, checked.unit, checked.options, is_safe ? safe : Replacement()),
      checked.result, checked.flow.is_partial);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vrni2syslog::testing;
  check_line_format("rfc5424", FuzzInput(data, size), check);
  return 0;
}
