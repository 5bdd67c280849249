#include "app/run/run_report.h"

#include "app/options/version.h"
#include "base/error.h"
#include "base/timestamp.h"
#include "json/writer.h"
#include "pipeline/run_totals.h"

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

void append_collector(std::string& json, const CollectorOutcome& outcome) {
  JsonObjectWriter collector(json);
  collector.text("collector", outcome.name);
  collector.boolean("confirmed", outcome.is_confirmed());
  collector.text("verdict", name_of(outcome.verdict));
  if (outcome.failure) collector.text("error", outcome.failure->what());
  collector.number("lines", outcome.lines);
  collector.number("bytes", outcome.bytes);
  collector.number("attempts", outcome.attempts);
  collector.key("seconds");
  json += fmt::format("{:.3f}", static_cast<double>(outcome.duration.count()) / 1000.0);
  collector.end();
}

void append_unit(std::string& json, const UnitCoverage& coverage) {
  const EpochCounts& counts = coverage.last_epoch;
  JsonObjectWriter unit(json);
  write_window(unit, coverage.unit);
  unit.boolean("done", coverage.is_done);
  unit.number_or_null("announced",
                      counts.unannounced == 0 ? std::optional(counts.announced) : std::nullopt);
  unit.number("received", counts.received);
  unit.number("left_out", counts.left_out);
  unit.number("partial", counts.partial);
  unit.number("lines", counts.lines);
  unit.number("searches", counts.searches);
  unit.key("collectors");
  append_json_list(json, coverage.collectors,
                   [&](const CollectorOutcome& outcome) { append_collector(json, outcome); });
  unit.end();
}

void append_totals(std::string& json, const RunStatistics& statistics) {
  JsonObjectWriter totals(json);
  for (const RunTotal& total : run_totals())
    totals.number_or_null(total.name, total.value(statistics));
  totals.end();
}

/// As far as the platform says how much there is to read.
[[nodiscard]] bool is_complete(const RunReport& report) {
  return report.failure.status == ExitStatus::Ok &&
         report.statistics.units_done == report.statistics.units_total &&
         report.statistics.epochs.unannounced == 0;
}

}  // namespace

std::string to_json(const RunReport& report, const Settings& settings) {
  std::string json;
  JsonObjectWriter object(json);
  object.text("program", fmt::format("vrni2syslog {}", kVersion));
  object.text("run", report.run_id);
  object.text("platform", settings.platform.api.host);
  object.text("filter", settings.filter);
  object.boolean("dry_run", settings.mode == RunMode::DryRun);
  object.text("started", time_text(report.started));
  object.text("ended", time_text(report.ended));
  object.number("exit_status", static_cast<int>(report.failure.status));
  if (!report.failure.message.empty()) object.text("error", report.failure.message);
  object.boolean("complete", is_complete(report));
  if (report.window) {
    object.key("window");
    JsonObjectWriter window(json);
    write_window(window, *report.window);
    window.end();
  }
  object.number("resolution_seconds", settings.window_request.resolution.count());
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
