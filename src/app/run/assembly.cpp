#include "app/run/assembly.h"

#include "app/settings/line_settings.h"
#include "base/error.h"
#include "base/sha256.h"
#include "delivery/checkpoint/state_directory.h"
#include "transport/collector_address.h"
#include "transport/collector_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <unistd.h>
#include <utility>

namespace vrni2syslog {
namespace {

/// Accounts may see different things, so that each has a file of its own.
[[nodiscard]] std::string version_file_name(std::string_view platform, std::string_view account) {
  constexpr std::size_t kDigits = 16;
  Sha256 digest;
  digest.update(platform);
  digest.update("\n");
  digest.update(account);
  return fmt::format("flow-versions-{}.sqlite", to_hex(digest.finish()).substr(0, kDigits));
}

}  // namespace

Assembly::Assembly(const Settings& settings, const RunPlan& plan, const RunLimits& limits, Log& log)
    : line_options_(settings.lines) {
  line_options_.origin.process_id = std::to_string(::getpid());
  line_options_.origin.run_id = make_run_id();
  if (settings.sent_flows) sent_flows_ = RepeatAfterFilter::open(*settings.sent_flows);
  while (collector_count_ < settings.collectors.size()) add_collector(settings, plan, limits, log);
}

/// Adds the one after those that are there.
void Assembly::add_collector(const Settings& settings, const RunPlan& plan, const RunLimits& limits,
                             Log& log) {
  const CollectorAddress& address = settings.collectors[collector_count_];
  LineOptions options = line_options_for(address, line_options_);
  options.has_offsets = record_key_of(address).has_value();
  const LaneKey key(line_format_of(address, settings.format), options.max_line_bytes,
                    record_key_of(address));
  const auto known = std::ranges::find(lane_keys_, key);
  const auto index = static_cast<std::size_t>(known - lane_keys_.begin());
  if (known == lane_keys_.end()) {
    lane_keys_.push_back(key);
    lanes_.push_back({.format = make_line_format(std::get<0>(key), options),
                      .sinks = {},
                      .record_key = std::get<2>(key)});
  }
  CollectorOptions collector_options = settings.collector_options;
  collector_options.run = line_options_.origin.run_id;
  collector_options.kept_progress = std::make_shared<std::optional<std::string>>();
  const auto kept = plan.kept_progress.find(collector_count_);
  if (kept != plan.kept_progress.end()) *collector_options.kept_progress = kept->second;
  lanes_[index].sinks.emplace(
      collector_count_++,
      std::make_unique<CollectorSink>(loop_, address, collector_options, limits, log));
}

std::unique_ptr<FlowVersions> open_flow_versions(const Settings& settings, const RunPlan& plan,
                                                 const std::string& account, Clock& clock,
                                                 Log& log) {
  FlowVersionSettings versions = settings.versions;
  const bool finds_none_again = plan.units.size() < 2 && versions.path.empty();
  if (finds_none_again || settings.platform.has_capture()) return nullptr;
  if (!versions.path.empty()) {
    try {
      prepare_state_directory(versions.path);
      versions.path /= version_file_name(settings.platform.api.url, account);
    } catch (const Error& error) {
      versions.path.clear();
      log.warning(LogEvent::FlowVersionsLost,
                  fmt::format("flow versions are kept for this run only: {}", error.what()));
    }
  }
  return std::make_unique<FlowVersions>(std::move(versions), clock, log);
}

std::optional<ManifestChains> open_chains(const Settings& settings, const Ledger* job, Log& log) {
  if (settings.lines.manifest_proof == ManifestProof::Unchained) return std::nullopt;
  std::vector<ChainEnd> ends(settings.collectors.size(), {{}, {}, std::string(kBackfillGenesis)});
  if (job != nullptr) ends = job->chains();
  return ManifestChains(std::move(ends), settings.manifest_keys, log);
}

std::unique_ptr<RecentWindows> open_recent(const Settings& settings, const RunPlan& plan,
                                           const Ledger& job, Clock& clock, Log& log) {
  return std::make_unique<RecentWindows>(
      RecentSettings{.state_directory = settings.job->state_directory,
                     .job = settings.job->name,
                     .collectors = settings.job->identity.collectors,
                     .period = *settings.recount,
                     .chain_ends = known_chain_ends(plan, job.chains())},
      clock, log);
}

std::string make_run_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

}  // namespace vrni2syslog
