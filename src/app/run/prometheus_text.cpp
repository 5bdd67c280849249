#include "app/run/prometheus_text.h"

#include "app/options/version.h"
#include "app/run/run_record.h"
#include "base/text/utf8.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

/// A label's value: valid UTF-8 on one line, with backslashes and quotation marks escaped.
void append_label_value(std::string& text, std::string_view value) {
  std::string clean;
  append_clean_utf8(clean, value);
  for (const char c : clean) {
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
}

/// Writes metrics one after the other. Every value has the label job_name, because job is
/// Prometheus' own.
class MetricsWriter {
 public:
  explicit MetricsWriter(std::string job) : job_(std::move(job)) {}

  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = fmt::format("vrni2syslog_{}", name);
    text_ += fmt::format("# HELP {} {}.\n# TYPE {} {}\n", name_, help, name_, type);
  }

  void value(std::string_view value, const Labels& labels = {}) {
    text_ += name_;
    text_ += "{job_name=\"";
    append_label_value(text_, job_);
    for (const auto& [name, label] : labels) {
      text_.append("\",").append(name).append("=\"");
      append_label_value(text_, label);
    }
    text_.append("\"} ").append(value).append("\n");
  }

  void value(std::uint64_t number, const Labels& labels = {}) {
    value(std::to_string(number), labels);
  }

  void value(UnixSeconds time, const Labels& labels = {}) {
    value(std::to_string(time.time_since_epoch().count()), labels);
  }

  /// A gauge with one value, left out if that is not known.
  template <typename Value>
  void gauge(std::string_view name, std::string_view help, const std::optional<Value>& known) {
    if (!known) return;
    begin(name, "gauge", help);
    value(*known);
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string job_;
  std::string name_;  ///< of the metric that was begun
  std::string text_;
};

void write_last_run(MetricsWriter& metrics, const JobHistory& history) {
  metrics.gauge("last_run_start_timestamp_seconds",
                "Start of the last run; later than its end while it goes on, or if it crashed",
                history.started);
  metrics.gauge("last_run_end_timestamp_seconds", "When a run ended last", history.ended);
  metrics.gauge("last_run_exit_code", "Exit code of the run that ended last", history.exit_code);
  metrics.gauge("last_success_timestamp_seconds", "When a run ended last with exit code 0",
                history.succeeded);
  if (!history.duration_milliseconds) return;
  metrics.begin("last_run_duration_seconds", "gauge", "How long the run took that ended last");
  metrics.value(fmt::format("{}.{:03}", *history.duration_milliseconds / 1000,
                            *history.duration_milliseconds % 1000));
}

void write_progress(MetricsWriter& metrics, const Checkpoint& checkpoint) {
  metrics.begin("watermark_timestamp_seconds", "gauge",
                "Up to when the collector has confirmed the job's flows");
  for (const CollectorCheckpoint& collector : checkpoint.collectors)
    metrics.value(collector.watermark, {{"collector", collector.name}});
  metrics.begin("owed_windows", "gauge", "Windows that could not be read, and are tried again");
  for (const CollectorCheckpoint& collector : checkpoint.collectors)
    metrics.value(std::uint64_t{collector.owed.size()}, {{"collector", collector.name}});
}

void write_figures(MetricsWriter& metrics, const JobHistory& history) {
  for (const RunTotal& total : remembered_figures()) {
    const auto known = history.figures.find(std::string(total.name));
    if (known == history.figures.end()) continue;
    metrics.gauge(fmt::format("last_run_{}", total.metric),
                  fmt::format("{} (in the run that ended last)", total.help), known->second.last);
    metrics.begin(fmt::format("{}_total", total.metric), "counter",
                  fmt::format("{} (in all runs of the job)", total.help));
    metrics.value(known->second.sum);
  }
}

}  // namespace

std::string prometheus_text(const JobHistory& history, const std::optional<Checkpoint>& checkpoint,
                            const AgeLimits& limits) {
  MetricsWriter metrics(history.job);
  metrics.begin("build_info", "gauge", "The program's version, as a label");
  metrics.value(std::uint64_t{1}, {{"version", std::string(kVersion)}});
  write_last_run(metrics, history);
  metrics.begin("warning_age_seconds", "gauge", "How old the watermark may be before a warning");
  metrics.value(static_cast<std::uint64_t>(limits.warning.count()));
  metrics.begin("critical_age_seconds", "gauge", "How old the watermark may be before an alarm");
  metrics.value(static_cast<std::uint64_t>(limits.critical.count()));
  if (checkpoint) write_progress(metrics, *checkpoint);
  write_figures(metrics, history);
  if (!history.runs.empty()) {
    metrics.begin("runs_total", "counter", "Runs of the job that ended, by their exit code");
    for (const auto& [exit_code, runs] : history.runs)
      metrics.value(runs, {{"exit_code", std::to_string(exit_code)}});
  }
  if (!history.certificates.empty()) {
    metrics.begin("certificate_expiry_timestamp_seconds", "gauge",
                  "When the certificate expires that the peer has shown last");
    for (const auto& [peer, expiry] : history.certificates) metrics.value(expiry, {{"peer", peer}});
  }
  return metrics.take();
}

}  // namespace vrni2syslog
