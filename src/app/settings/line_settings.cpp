#include "app/settings/line_settings.h"

#include "app/options/option_names.h"
#include "app/options/value_parsers.h"
#include "base/duration.h"
#include "base/text/ascii.h"
#include "format/rfc5424/structured_data.h"

#include <fmt/format.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

constexpr std::size_t kMaxAppName = 48;    // RFC 5424 section 6.2.5
constexpr std::size_t kMaxHostname = 255;  // RFC 5424 section 6.2.4
constexpr std::size_t kMaxLineBytes = 1024 * 1024;
// Lines say these too, but settings are checked before a run has them.
constexpr std::string_view kLongestProcessId = "4194304";  // proc(5), pid_max
constexpr std::string_view kAnyRunId = "0123456789abcdef";

constexpr std::array<std::pair<std::string_view, SdEscape>, 2> kEscapes{
    {{"rfc5424", SdEscape::Rfc5424}, {"safe", SdEscape::Safe}}};

[[nodiscard]] FlowField parse_field(std::string_view name) {
  if (const auto field = flow_field_by_name(name)) return *field;
  std::vector<std::string_view> names;
  for (const FlowFieldInfo& info : flow_fields()) names.push_back(info.name);
  const std::string_view nearest = nearest_name(name, names);
  throw Error(Fault::Usage,
              fmt::format("there is no field '{}'{}; the manual page lists them", printable(name),
                          nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)));
}

[[nodiscard]] std::vector<FlowField> parse_fields(std::string_view list) {
  std::vector<FlowField> fields;
  for (const std::string_view name : split_at_commas(list)) {
    const FlowField field = parse_field(name);
    if (std::ranges::find(fields, field) != fields.end()) {
      throw Error(Fault::Usage, fmt::format("field {} is named twice", info_of(field).name));
    }
    fields.push_back(field);
  }
  return fields;
}

[[nodiscard]] std::size_t parse_max_size(std::string_view text) {
  const std::size_t size = parse_size(text);
  if (size > kMaxLineBytes) {
    throw Error(Fault::Usage,
                fmt::format("'{}' is more than any receiver takes; at most 1M", printable(text)));
  }
  return size;
}

}  // namespace

LineOptions make_line_options(const OptionValues& values, std::string_view platform_host) {
  LineOptions options;
  options.origin.hostname = platform_host;
  if (values.is_given(Option::Hostname)) {
    options.origin.hostname = values.parse(Option::Hostname, [](std::string_view text) {
      return parse_header_text(text, kMaxHostname);
    });
  }
  options.origin.app_name = values.parse(
      Option::AppName, [](std::string_view text) { return parse_header_text(text, kMaxAppName); });
  options.facility = values.parse(Option::Facility, parse_facility);
  options.severity_allow = values.parse(Option::SeverityAllow, parse_severity);
  options.severity_deny = values.parse(Option::SeverityDeny, parse_severity);
  options.rfc5424.sd_id = values.parse(Option::SdId, parse_sd_id);
  if (values.is_given(Option::Fields)) options.fields = values.parse(Option::Fields, parse_fields);
  options.rfc5424.escape = values.parse(
      Option::SdEscape, [](std::string_view text) { return parse_keyword(text, kEscapes); });
  options.max_line_bytes = values.parse(Option::MaxSize, parse_max_size);
  return options;
}

LineOptions line_options_for(const CollectorAddress& address, LineOptions options) {
  options.max_line_bytes = std::min(options.max_line_bytes, max_line_bytes(address));
  return options;
}

void require_room_for_lines(const OptionValues& values, const LineOptions& options,
                            std::string_view format) {
  LineOptions of_a_run = options;
  of_a_run.origin.process_id = kLongestProcessId;
  of_a_run.origin.run_id = kAnyRunId;
  static_cast<void>(values.parse(Option::MaxSize, [&](std::string_view) {
    return make_line_format(format, of_a_run) != nullptr;
  }));
}

}  // namespace vrni2syslog
