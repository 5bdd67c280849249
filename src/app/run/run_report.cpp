#include "app/run/run_report.h"

#include "app/options/version.h"
#include "base/error.h"
#include "base/timestamp.h"
#include "json/writer.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

namespace vrni2syslog {
namespace {

void write_window(JsonObjectWriter& object, const TimeWindow& window) {
  object.text("start", to_rfc3339(window.start));
  object.text("end", to_rfc3339(window.end));
}

[[nodiscard]] std::string time_text(WallTime time) {
  std::string text;
  append_rfc3339_millis(text, time);
  return text;
}

void append_unit(std::string& json, const UnitCoverage& coverage) {
  JsonObjectWriter unit(json);
  write_window(unit, coverage.unit);
  unit.boolean("done", coverage.is_done);
  unit.number_or_null("announced", coverage.announced);
  unit.number("received", coverage.received);
  unit.number("left_out", coverage.left_out);
  unit.number("partial", coverage.partial);
  unit.number("lines", coverage.lines);
  unit.number("searches", coverage.searches);
  unit.end();
}

void append_totals(std::string& json, const RunStatistics& statistics) {
  const SourceStatistics& source = statistics.source;
  JsonObjectWriter totals(json);
  totals.number_or_null(
      "announced", source.unannounced_units == 0 ? std::optional(source.announced) : std::nullopt);
  totals.number("received", source.received);
  totals.number("left_out", statistics.left_out);
  totals.number("partial", source.partial);
  totals.number("without_metrics", source.without_metrics);
  totals.number("lines", statistics.lines);
  totals.number("line_bytes", statistics.line_bytes);
  totals.number("lines_shortened", statistics.truncated);
  totals.number("epochs_resent", statistics.epochs_resent);
  totals.number("searches", source.searches);
  totals.number("searches_read_again", source.rereads);
  totals.number("windows_read_in_parts", source.halvings);
  totals.number("calls", source.calls);
  totals.number("calls_repeated", source.retries);
  totals.number("calls_throttled", source.throttled);
  totals.end();
}

/// As far as the platform says how much there is to read.
[[nodiscard]] bool is_complete(const RunReport& report) {
  return report.failure.status == ExitStatus::Ok &&
         report.statistics.units_done == report.statistics.units_total &&
         report.statistics.source.unannounced_units == 0;
}

}  // namespace

std::string to_json(const RunReport& report, const Settings& settings) {
  std::string json;
  JsonObjectWriter object(json);
  object.text("program", fmt::format("vrni2syslog {}", kVersion));
  object.text("run", report.run_id);
  object.text("platform", settings.platform.url.host);
  object.text("filter", settings.filter);
  object.boolean("dry_run", settings.mode == RunMode::DryRun);
  object.text("started", time_text(report.started));
  object.text("ended", time_text(report.ended));
  object.number("exit_status", static_cast<int>(report.failure.status));
  if (!report.failure.message.empty()) object.text("error", report.failure.message);
  object.boolean("complete", is_complete(report));
  object.key("window");
  JsonObjectWriter window(json);
  write_window(window, settings.window);
  window.end();
  object.number("resolution_seconds", settings.resolution.count());
  object.number("units", report.statistics.units_total);
  object.number("units_done", report.statistics.units_done);
  object.key("totals");
  append_totals(json, report.statistics);
  object.key("coverage");
  append_json_list(json, report.units,
                   [&json](const UnitCoverage& coverage) { append_unit(json, coverage); });
  object.end();
  json += '\n';
  return json;
}

}  // namespace vrni2syslog
