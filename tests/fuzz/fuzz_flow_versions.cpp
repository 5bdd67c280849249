/// Any file in the place of that of the flow versions: what is found there is a flow with the
/// identity that was asked for, and the run goes on with one warning at most.

#include "../support/manual_clock.h"
#include "properties.h"
#include "scratch_directory.h"
#include "vrni/versions/flow_versions.h"

#include <cstdint>
#include <string>
#include <vector>

namespace vrni2syslog::testing {
namespace {

/// A flow that is in the store of the corpus.
constexpr std::string_view kId = "10000:515:1";
constexpr UnixSeconds kTime{std::chrono::seconds(1'700'000'000)};

[[nodiscard]] bool has_flow(FlowVersions& versions) {
  const std::vector<SearchHit> hits{{kId, "Flow", kTime}, {"10000:515:2", "Flow", kTime}};
  FlowBatch batch{TimeWindow{}};
  batch.flows.resize(hits.size());
  const std::vector<VersionPlace> places = versions.find(hits, VmDetails::Without);
  require(places.size() == hits.size(), "a hit has no place");
  versions.take(hits, places, VmDetails::Without, batch.flows, batch);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const Flow& flow = batch.flows[i];
    require(flow.id.empty() || (flow.id == hits[i].id && flow.version_time == kTime),
            "a hit got another flow", flow.id);
  }
  return !batch.flows.front().id.empty();
}

void check(std::string_view bytes) {
  static const ScratchDirectory directory;
  directory.write("versions.sqlite", bytes);
  std::size_t warnings = 0;
  Log log(LogLevel::Warning, LogFormat::Text, [&warnings](std::string_view line) {
    ++warnings;
    require_message(line.substr(0, line.size() - 1));
  });
  ManualClock clock;
  {
    FlowVersions versions(
        {.path = directory.path() / "versions.sqlite", .keep = std::chrono::hours(1)}, clock, log);
    (void)has_flow(versions);
    Flow flow;
    flow.id = kId;
    flow.version_time = flow.listed_time = kTime;
    versions.add(flow, VmDetails::Without);
    require(has_flow(versions), "a flow that was just kept is gone");
  }
  require(warnings <= 1, "more than one warning");
  directory.clear();
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
