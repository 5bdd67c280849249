// Takes an answer of the platform through the stages on its way to a collector's socket (see
// flow_stages.h), and shows what each costs for a flow.
//
//   bench_stages [FLOWS [ROUNDS [STAGE...]]]      1000 flows, 50 rounds, all stages
//
// Every line is a JSON object. Times are medians of the rounds, allocations those of the last one.
// Only the named stages run inside of measured_stage(), which is what valgrind is told to count:
//
//   valgrind --tool=callgrind --toggle-collect=measured_stage bench_stages 200 1 parse

#include "allocation_count.h"
#include "flow_stages.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

using vrni2syslog::bench::FlowStages;
using vrni2syslog::bench::Stage;

extern "C" [[gnu::noinline]] void measured_stage(FlowStages& stages, Stage stage) {
  stages.run(stage);
}

namespace vrni2syslog::bench {
namespace {

using Steady = std::chrono::steady_clock;

#ifdef __clang__
constexpr const char* kCompiler = __VERSION__;
#else
constexpr const char* kCompiler = "GCC " __VERSION__;
#endif

struct Measurement {
  Stage stage;
  std::string_view name;
  bool is_wanted = true;
  std::vector<double> nanoseconds = {};
  std::uint64_t allocations = 0;
};

[[nodiscard]] double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

void measure(FlowStages& stages, Measurement& measurement) {
  if (!measurement.is_wanted) return stages.run(measurement.stage);
  const std::uint64_t allocations_before = allocation_count();
  const auto start = Steady::now();
  measured_stage(stages, measurement.stage);
  const std::chrono::duration<double, std::nano> taken = Steady::now() - start;
  measurement.allocations = allocation_count() - allocations_before;
  measurement.nanoseconds.push_back(taken.count());
}

void show(const FlowStages& stages, const Measurement& measurement) {
  if (!measurement.is_wanted) return;
  const auto flows = static_cast<double>(stages.flow_count());
  std::printf("{\"stage\": \"%s\", \"ns_per_flow\": %.1f, \"allocations_per_flow\": %.4f}\n",
              std::string(measurement.name).c_str(), median(measurement.nanoseconds) / flows,
              static_cast<double>(measurement.allocations) / flows);
}

void bench(std::uint32_t flow_count, int rounds, const std::vector<std::string>& wanted) {
  FlowStages stages(flow_count);
  std::vector<Measurement> measurements;
  for (const StageRow& row : kStages) {
    const bool is_wanted = wanted.empty() || std::ranges::find(wanted, row.name) != wanted.end();
    measurements.push_back({row.stage, row.name, is_wanted});
  }
  // The first round fills caches and buffers that later ones find filled.
  stages.begin_round();
  for (const Measurement& measurement : measurements) stages.run(measurement.stage);
  for (int round = 0; round < rounds; ++round) {
    stages.begin_round();
    for (Measurement& measurement : measurements) measure(stages, measurement);
  }
  for (const Measurement& measurement : measurements) show(stages, measurement);
  const auto flows = static_cast<double>(flow_count);
  std::printf(
      "{\"flows\": %u, \"answer_bytes_per_flow\": %.1f, \"line_bytes_per_flow\": %.1f, "
      "\"answer_sha256\": \"%s\", \"compiler\": \"%s\"}\n",
      flow_count, static_cast<double>(stages.answer_bytes()) / flows,
      static_cast<double>(stages.line_bytes()) / flows, stages.answer_digest().c_str(), kCompiler);
}

}  // namespace
}  // namespace vrni2syslog::bench

int main(int argc, char** argv) {
  using namespace vrni2syslog::bench;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    const auto flows = arguments.empty() ? 1000 : std::stoul(arguments[0]);
    const int rounds = arguments.size() < 2 ? 50 : std::stoi(arguments[1]);
    const std::vector<std::string> wanted(
        arguments.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(arguments.size(), 2)),
        arguments.end());
    for (const std::string& name : wanted) {
      if (!stage_by_name(name)) throw std::invalid_argument("no stage is called " + name);
    }
    if (flows < 1 || flows > 1000 || rounds < 1)
      throw std::invalid_argument("1 to 1000 flows, 1 round or more");
    bench(static_cast<std::uint32_t>(flows), rounds, wanted);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_stages: %s\n", error.what());
    return 64;
  }
  return 0;
}
