#include "app/run/assembly.h"

#include "app/settings/line_settings.h"
#include "transport/collector_address.h"
#include "transport/collector_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <unistd.h>

namespace vrni2syslog {

Assembly::Assembly(const Settings& settings, const RunLimits& limits, Log& log)
    : line_options_(settings.lines) {
  line_options_.origin.process_id = std::to_string(::getpid());
  line_options_.origin.run_id = make_run_id();
  if (settings.sent_flows) sent_flows_ = RepeatAfterFilter::open(*settings.sent_flows);
  for (const CollectorAddress& address : settings.collectors) {
    add_collector(settings, address, limits, log);
  }
}

void Assembly::add_collector(const Settings& settings, const CollectorAddress& address,
                             const RunLimits& limits, Log& log) {
  const LineOptions options = line_options_for(address, line_options_);
  const LaneKey key(line_format_of(address, settings.format), options.max_line_bytes);
  const auto known = std::ranges::find(lane_keys_, key);
  const auto index = static_cast<std::size_t>(known - lane_keys_.begin());
  if (known == lane_keys_.end()) {
    lane_keys_.push_back(key);
    lanes_.push_back({make_line_format(key.first, options), {}});
  }
  lanes_[index].sinks.emplace(
      collector_count_++,
      std::make_unique<CollectorSink>(loop_, address, settings.collector_options, limits, log));
}

std::string make_run_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

}  // namespace vrni2syslog
