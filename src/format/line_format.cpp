#include "format/line_format.h"

#include "base/error.h"
#include "format/logger/message_layout.h"
#include "format/record_line_format.h"
#include "format/rfc5424/rfc5424_layout.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

struct FormatRow {
  std::string_view name;
  std::unique_ptr<LineLayout> (*make_layout)(const LineOptions&);
};

/// A format is one file pair, and one row here.
constexpr FormatRow kFormats[] = {
    {"rfc5424", make_rfc5424_layout},
    {"message", make_message_layout},
    {"logger", make_logger_layout},
};

}  // namespace

std::vector<std::string_view> line_format_names() {
  std::vector<std::string_view> names;
  for (const FormatRow& row : kFormats) names.push_back(row.name);
  return names;
}

bool shows_fields(std::string_view format, const LineOptions& options) {
  const auto* const row = std::ranges::find(kFormats, format, &FormatRow::name);
  return row != std::ranges::end(kFormats) && row->make_layout(options)->has_fields();
}

std::unique_ptr<LineFormat> make_line_format(std::string_view name, const LineOptions& options) {
  for (const FormatRow& row : kFormats) {
    if (row.name == name)
      return std::make_unique<RecordLineFormat>(row.name, options, row.make_layout(options));
  }
  throw Error(Fault::Usage, fmt::format("'{}' is not a format; write one of: {}", printable(name),
                                        fmt::join(line_format_names(), " ")));
}

}  // namespace vrni2syslog
