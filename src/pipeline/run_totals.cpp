#include "pipeline/run_totals.h"

#include <array>

namespace vrni2syslog {
namespace {

using Value = std::optional<std::uint64_t>;

constexpr std::array kRunTotals{
    RunTotal{.name = "announced",
             .measured_in = "flows",
             .help = "Flows that the platform says there are; not known if it did not say so of "
                     "every unit",
             .summary = "",
             .value =
                 [](const RunStatistics& run) {
                   return run.epochs.unannounced == 0 ? Value(run.epochs.announced) : std::nullopt;
                 }},
    RunTotal{.name = "received",
             .measured_in = "flows",
             .help = "Flows that were read",
             .summary = "",
             .value = [](const RunStatistics& run) { return Value(run.epochs.received); }},
    RunTotal{.name = "lines",
             .measured_in = "lines",
             .help = "Lines that were sent, without manifests",
             .summary = "",
             .value = [](const RunStatistics& run) { return Value(run.epochs.lines); }},
    RunTotal{.name = "line_bytes",
             .measured_in = "bytes",
             .help = "Length of the lines that were sent",
             .summary = "",
             .value = [](const RunStatistics& run) { return Value(run.epochs.line_bytes); }},
    RunTotal{.name = "searches",
             .measured_in = "searches",
             .help = "Searches that were paged through, one for each window if all goes well",
             .summary = "",
             .value = [](const RunStatistics& run) { return Value(run.epochs.searches); }},
    RunTotal{.name = "calls",
             .measured_in = "requests",
             .help = "Requests to the platform",
             .summary = "",
             .value = [](const RunStatistics& run) { return Value(run.source.calls); }},
    RunTotal{.name = "calls_repeated",
             .measured_in = "requests",
             .help = "Requests that were repeated after a failure",
             .summary = "repeated",
             .value = [](const RunStatistics& run) { return Value(run.source.retries); }},
    RunTotal{.name = "calls_throttled",
             .measured_in = "answers",
             .help = "Answers with status 429: too many requests",
             .summary = "throttled",
             .value = [](const RunStatistics& run) { return Value(run.source.throttled); }},
    RunTotal{.name = "versions_reused",
             .measured_in = "flows",
             .help = "Flows whose version had been fetched before, by this run or an earlier one",
             .summary = "flows not fetched again",
             .value = [](const RunStatistics& run) { return Value(run.source.versions_reused); }},
    RunTotal{.name = "epochs_resent",
             .measured_in = "deliveries",
             .help = "Deliveries of a unit that were sent again to a collector",
             .summary = "deliveries repeated",
             .value = [](const RunStatistics& run) { return Value(run.epochs_resent); }},
    RunTotal{.name = "searches_read_again",
             .measured_in = "searches",
             .help = "Searches of windows that had been searched before",
             .summary = "searches read again",
             .value = [](const RunStatistics& run) { return Value(run.epochs.rereads); }},
    RunTotal{.name = "windows_read_in_parts",
             .measured_in = "windows",
             .help = "Windows that could only be read in parts",
             .summary = "windows read in parts",
             .value = [](const RunStatistics& run) { return Value(run.epochs.halvings); }},
    RunTotal{.name = "partial",
             .measured_in = "flows",
             .help = "Flows of which the platform gave nothing but the identity",
             .summary = "flows without content",
             .value = [](const RunStatistics& run) { return Value(run.epochs.partial); }},
    RunTotal{.name = "without_metrics",
             .measured_in = "flows",
             .help = "Flows without the counters that were asked for",
             .summary = "flows without counters",
             .value = [](const RunStatistics& run) { return Value(run.source.without_metrics); }},
    RunTotal{.name = "lines_shortened",
             .measured_in = "lines",
             .help = "Lines that were shortened to the collector's limit",
             .summary = "lines shortened",
             .value = [](const RunStatistics& run) { return Value(run.epochs.truncated); }},
    RunTotal{.name = "left_out",
             .measured_in = "flows",
             .help = "Flows that --repeat-after left out",
             .summary = "flows left out that were sent before",
             .value = [](const RunStatistics& run) { return Value(run.epochs.left_out); }},
    RunTotal{.name = "windows_recounted",
             .measured_in = "windows",
             .help = "Recent windows of which the platform was asked again how many flows they "
                     "have",
             .summary = "",
             .value = [](const RunStatistics& run) { return Value(run.windows_recounted); }},
    RunTotal{.name = "late_flows",
             .measured_in = "flows",
             .help = "Flows that could be found only after their window had been sent",
             .summary = "late flows of earlier windows",
             .value = [](const RunStatistics& run) { return Value(run.late_flows); }},
};

}  // namespace

std::span<const RunTotal> run_totals() noexcept {
  return kRunTotals;
}

}  // namespace vrni2syslog
