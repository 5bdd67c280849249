#include "pipeline/run_counters.h"

#include <array>

namespace vrni2syslog {
namespace {

using Value = std::optional<std::uint64_t>;

constexpr std::array kRunCounters{
    RunCounter{.name = "announced",
               .unit = "flows",
               .help = "Flows that the platform says there are; not known if it did not say so of "
                       "every unit",
               .summary = "",
               .value =
                   [](const RunStatistics& run) {
                     return run.epochs.unannounced == 0 ? Value(run.epochs.announced)
                                                        : std::nullopt;
                   }},
    RunCounter{.name = "received",
               .unit = "flows",
               .help = "Flows that were read",
               .summary = "",
               .value = [](const RunStatistics& run) { return Value(run.epochs.received); }},
    RunCounter{.name = "lines",
               .unit = "lines",
               .help = "Lines that were sent, without manifests",
               .summary = "",
               .value = [](const RunStatistics& run) { return Value(run.epochs.lines); }},
    RunCounter{.name = "line_bytes",
               .unit = "bytes",
               .help = "Length of the lines that were sent",
               .summary = "",
               .value = [](const RunStatistics& run) { return Value(run.epochs.line_bytes); }},
    RunCounter{.name = "searches",
               .unit = "searches",
               .help = "Searches that were paged through, one for each window if all goes well",
               .summary = "",
               .value = [](const RunStatistics& run) { return Value(run.epochs.searches); }},
    RunCounter{.name = "calls",
               .unit = "requests",
               .help = "Requests to the platform",
               .summary = "",
               .value = [](const RunStatistics& run) { return Value(run.source.calls); }},
    RunCounter{.name = "calls_repeated",
               .unit = "requests",
               .help = "Requests that were repeated after a failure",
               .summary = "repeated",
               .value = [](const RunStatistics& run) { return Value(run.source.retries); }},
    RunCounter{.name = "calls_throttled",
               .unit = "answers",
               .help = "Answers with status 429: too many requests",
               .summary = "throttled",
               .value = [](const RunStatistics& run) { return Value(run.source.throttled); }},
    RunCounter{.name = "epochs_resent",
               .unit = "deliveries",
               .help = "Deliveries of a unit that were sent again to a collector",
               .summary = "deliveries repeated",
               .value = [](const RunStatistics& run) { return Value(run.epochs_resent); }},
    RunCounter{.name = "searches_read_again",
               .unit = "searches",
               .help = "Searches of windows that had been searched before",
               .summary = "searches read again",
               .value = [](const RunStatistics& run) { return Value(run.epochs.rereads); }},
    RunCounter{.name = "windows_read_in_parts",
               .unit = "windows",
               .help = "Windows that could only be read in parts",
               .summary = "windows read in parts",
               .value = [](const RunStatistics& run) { return Value(run.epochs.halvings); }},
    RunCounter{.name = "partial",
               .unit = "flows",
               .help = "Flows of which the platform gave nothing but the identity",
               .summary = "flows without content",
               .value = [](const RunStatistics& run) { return Value(run.epochs.partial); }},
    RunCounter{.name = "without_metrics",
               .unit = "flows",
               .help = "Flows without the counters that were asked for",
               .summary = "flows without counters",
               .value = [](const RunStatistics& run) { return Value(run.source.without_metrics); }},
    RunCounter{.name = "lines_shortened",
               .unit = "lines",
               .help = "Lines that were shortened to the collector's limit",
               .summary = "lines shortened",
               .value = [](const RunStatistics& run) { return Value(run.epochs.truncated); }},
    RunCounter{.name = "left_out",
               .unit = "flows",
               .help = "Flows that --repeat-after left out",
               .summary = "flows left out that were sent before",
               .value = [](const RunStatistics& run) { return Value(run.epochs.left_out); }},
    RunCounter{.name = "windows_recounted",
               .unit = "windows",
               .help = "Recent windows of which the platform was asked again how many flows they "
                       "have",
               .summary = "",
               .value = [](const RunStatistics& run) { return Value(run.windows_recounted); }},
    RunCounter{.name = "late_flows",
               .unit = "flows",
               .help = "Flows that could be found only after their window had been sent",
               .summary = "late flows of earlier windows",
               .value = [](const RunStatistics& run) { return Value(run.late_flows); }},
};

}  // namespace

std::span<const RunCounter> run_counters() noexcept {
  return kRunCounters;
}

}  // namespace vrni2syslog
