#include "line_check.h"

#include "fuzz_input.h"
#include "properties.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace vrni2syslog::testing {
namespace {

constexpr UnixSeconds kNoon{std::chrono::seconds(1'795'348'800)};  // 2026-11-22T12:00:00Z
/// A line of any format may have this size.
constexpr std::size_t kEnoughBytes = 2000;
constexpr std::size_t kPlatformFieldCount = static_cast<std::size_t>(FlowField::FlowId);

LineOptions read_options(FuzzInput& input) {
  LineOptions options;
  const std::uint8_t bits = input.byte();
  options.origin = {.hostname = (bits & 1U) != 0 ? input.text() : "vrni.local",
                    .app_name = "vrni2syslog",
                    .process_id = "4711",
                    .run_id = "run-1"};
  options.rfc5424.escape = (bits & 2U) != 0 ? SdEscape::Safe : SdEscape::Rfc5424;
  if ((bits & 4U) != 0) options.max_line_bytes = 400 + input.number(2) % 4000;
  if ((bits & 8U) != 0) {
    for (std::size_t count = input.byte() % 8U; count > 0; --count) {
      const auto field = static_cast<FlowField>(input.byte() % kFlowFieldCount);
      if (std::ranges::find(options.fields, field) == options.fields.end())
        options.fields.push_back(field);
    }
  }
  return options;
}

FieldValue read_value(FuzzInput& input, FlowBatch& batch) {
  const std::uint8_t kind = input.byte();
  const std::size_t count = kind < 200 ? 1 : kind < 250 ? kind % 8U : 40;
  const std::span<std::string_view> texts = batch.new_texts(count);
  for (std::size_t i = 0; i < count; ++i)
    texts[i] = i < 8 ? batch.copy(input.text()) : texts[i % 8];
  return texts;
}

Flow read_flow(FuzzInput& input, FlowBatch& batch) {
  Flow flow;
  flow.id = batch.copy(input.text());
  flow.name = batch.copy(input.text());
  const std::uint8_t bits = input.byte();
  flow.is_partial = (bits & 1U) != 0;
  flow.version_time =
      (bits & 2U) != 0
          ? UnixSeconds(std::chrono::seconds(static_cast<std::int64_t>(input.number(8))))
          : kNoon + std::chrono::seconds(input.number(2));
  const std::span<UnknownField> unknown = batch.new_unknown_fields(bits % 16U / 4U);
  for (UnknownField& field : unknown) field = {batch.copy(input.text()), read_value(input, batch)};
  flow.unknown_fields = unknown;
  while (!input.is_empty()) {
    const auto field = static_cast<FlowField>(input.byte() % kPlatformFieldCount);
    flow.set(field, read_value(input, batch));
  }
  return flow;
}

void require_clean_line(const std::string& line, const LineOptions& options) {
  require(!line.empty() && line.back() != ' ', "a line is empty or ends with a blank", line);
  require(line.size() <= options.max_line_bytes, "a line is too long", line);
  require(is_one_line(line), "a line is not one line", line);
}

/// What append_flow() has made of a flow, which must be the same each time.
LineResult append_twice(LineFormat& format, const Flow& flow, const TimeWindow& unit,
                        std::string& line) {
  const LineResult result = format.append_flow(line, flow, unit);
  std::string again = "x";
  require(format.append_flow(again, flow, unit) == result && again == "x" + line,
          "a line differs the second time", line);
  return result;
}

void check_manifest(LineFormat& format, const Flow& flow, const TimeWindow& unit,
                    const LineOptions& options) {
  std::string manifest;
  format.append_manifest(manifest, {.window = unit,
                                    .flow_count = 1,
                                    .lines_digest = {},
                                    .time = flow.version_time < unit.start ? WallTime(unit.start)
                                                                           : WallTime(unit.end)});
  require_clean_line(manifest, options);
}

}  // namespace

void check_line_format(std::string_view name, FuzzInput input, LineCheck check) {
  const LineOptions options = read_options(input);
  FlowBatch batch({kNoon, kNoon + std::chrono::hours(1)});
  const Flow flow = read_flow(input, batch);
  std::unique_ptr<LineFormat> format;
  try {
    format = make_line_format(name, options);
  } catch (const Error& error) {
    const bool may_be_too_short = options.max_line_bytes < kEnoughBytes;
    require(error.fault() == Fault::Usage && may_be_too_short, "options are refused", error.what());
    return;
  }
  std::string line;
  const LineResult result = append_twice(*format, flow, batch.unit, line);
  require_clean_line(line, options);
  check(CheckedLine{line, flow, batch.unit, options, result});
  check_manifest(*format, flow, batch.unit, options);
}

void check_either_format(FuzzInput input, std::pair<std::string_view, LineCheck> even,
                         std::pair<std::string_view, LineCheck> odd) {
  const auto& [name, check] = input.byte() % 2U == 0 ? even : odd;
  check_line_format(name, input, check);
}

}  // namespace vrni2syslog::testing
