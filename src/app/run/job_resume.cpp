#include "app/run/job_resume.h"

#include "app/settings/window_plan.h"
#include "base/error.h"
#include "transport/collector_sink.h"
#include "transport/net/transport_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace vrni2syslog {
namespace {

[[nodiscard]] bool keeps_progress(const CollectorAddress& address) {
  return address.front().kafka.has_transactions;
}

/// Connecting does it.
[[nodiscard]] std::string ask(const CollectorAddress& address, const Settings& settings,
                              const RunContext& context) {
  CollectorOptions options = settings.collector_options;
  options.kept_progress = std::make_shared<std::optional<std::string>>();
  TransportLoop loop;
  CollectorSink(loop, address, options, context.limits, context.log).open();
  return options.kept_progress->value_or(std::string());
}

/// Whether the user has said where the job goes on, and nothing was sent since.
[[nodiscard]] bool was_set(const std::optional<Checkpoint>& job, std::size_t collector) {
  if (!job) return false;
  const ChainEnd& chain = job->collectors.at(collector).chain;
  return chain.last.empty() && chain.genesis == kSetWatermarkGenesis;
}

void adopt(const std::string& text, std::size_t collector, const Settings& settings,
           const RunContext& context, DeliveryJob& job) {
  const std::string name = list_names(settings.collectors[collector]);
  const bool is_set = was_set(job.checkpoint(), collector);
  const UnixSeconds start =
      plan_next_window(settings.window_request, std::nullopt, context.clock.now_seconds()).start;
  std::optional<KeptProgress> kept;
  try {
    kept = parse_kept_text(text);
  } catch (const Error& error) {
    throw error.within(name);
  }
  if (job.adopt(collector, *kept, start) != KeptDifference::KeptIsAhead) return;
  const std::string end = to_rfc3339(kept->collector.watermark);
  const auto fields = {LogField("collector", name), LogField("watermark", end)};
  if (is_set) {
    context.log.warning(
        LogEvent::PlanResumed,
        fmt::format("{} has the flows up to {}, so that the job goes on from there and not where "
                    "--set-watermark has put it; to send them again, name the window (--since)",
                    name, end),
        fields);
  } else {
    context.log.info(LogEvent::PlanResumed,
                     fmt::format("{} has the flows up to {}, which the state did not say: the job "
                                 "goes on from there",
                                 name, end),
                     fields);
  }
  if (kept->unlisted_owed == 0) return;
  context.log.warning(
      LogEvent::PlanResumed,
      fmt::format("{} is owed {} windows for which it has no room in what it keeps: "
                  "those that the state does not know either are not sent",
                  name, kept->unlisted_owed),
      fields);
}

}  // namespace

bool keep_progress(const std::vector<CollectorAddress>& collectors) {
  return std::ranges::any_of(collectors, keeps_progress);
}

std::map<std::size_t, std::string> resume_from_collectors(const Settings& settings,
                                                          const RunContext& context,
                                                          DeliveryJob& job) {
  std::map<std::size_t, std::string> kept;
  for (std::size_t number = 0; number < settings.collectors.size(); ++number) {
    const CollectorAddress& address = settings.collectors[number];
    if (!keeps_progress(address)) continue;
    try {
      kept[number] = ask(address, settings, context);
    } catch (const Error& error) {
      if (settings.collectors.size() == 1 || !is_out_of_reach(error.fault())) throw;
      context.log.warning(LogEvent::PlanResumed, error.what(),
                          {{"collector", list_names(address)}});
      kept[number] = kNotAsked;
      continue;
    }
    if (!kept[number].empty()) {
      adopt(kept[number], number, settings, context, job);
    } else if (job.checkpoint()) {
      context.log.info(LogEvent::PlanResumed,
                       fmt::format("{} keeps nothing of how far the job is, as before its first "
                                   "transaction and after a week of rest: the state says it alone",
                                   list_names(address)),
                       {{"collector", list_names(address)}});
    }
  }
  return kept;
}

}  // namespace vrni2syslog
