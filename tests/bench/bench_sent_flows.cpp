// Fills the store of sent flows as runs do, unit by unit, and goes on after that with flows that
// are new, while as many expire. Shows the size of its files, the journal included, time and
// memory.
//
//   bench_sent_flows FOLDER [ENTRIES [FLOWS PER UNIT]]      10 million entries, 500,000 flows

#include "delivery/sent/sent_flows.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kFlowsPerBatch = 1000;  // as the platform delivers them
constexpr std::chrono::hours kUnit{1};
constexpr double kMiB = 1024 * 1024;

[[nodiscard]] std::uintmax_t size_of(const fs::path& path) {
  std::error_code gone;
  const std::uintmax_t size = fs::file_size(path, gone);
  return gone ? 0 : size;
}

[[nodiscard]] double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// Looks every millisecond how large the store and its journal are together.
class PeakSize {
 public:
  explicit PeakSize(fs::path path) : path_(std::move(path)), thread_([this] { watch(); }) {}
  PeakSize(const PeakSize&) = delete;
  PeakSize& operator=(const PeakSize&) = delete;
  ~PeakSize() {
    is_over_ = true;
    thread_.join();
  }
  [[nodiscard]] std::uintmax_t take() { return peak_.exchange(0); }

 private:
  void watch() {
    while (!is_over_) {
      const std::uintmax_t now = size_of(path_) + size_of(path_.string() + "-journal");
      peak_ = std::max(peak_.load(), now);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  fs::path path_;
  std::atomic<std::uintmax_t> peak_{0};
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

/// Identities like the digests that they are: random.
class Flows {
 public:
  [[nodiscard]] std::vector<FlowIdentity> next_batch(std::size_t count) {
    std::vector<FlowIdentity> batch(count);
    for (FlowIdentity& flow : batch) {
      fill(flow.key);
      fill(flow.facts);
    }
    std::ranges::sort(batch, {}, &FlowIdentity::key);
    return batch;
  }

 private:
  template <std::size_t N>
  void fill(std::array<unsigned char, N>& bytes) {
    for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random_());
  }
  std::independent_bits_engine<std::mt19937_64, 8, unsigned> random_{1};
};

void run_epoch(SentFlows& store, Flows& flows, std::size_t count, UnixSeconds start,
               UnixSeconds newest_forgotten) {
  store.begin();
  for (std::size_t sent = 0; sent < count; sent += kFlowsPerBatch) {
    for (const FlowIdentity& flow : flows.next_batch(std::min(kFlowsPerBatch, count - sent))) {
      if (!store.find(flow.key)) store.record(flow);
    }
  }
  store.commit(start, newest_forgotten);
}

void bench(const fs::path& folder, std::size_t entries, std::size_t per_unit) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  const fs::path path = folder / "seen-flows.sqlite";
  SentFlows store(path, SqliteAccess::ReadWrite);
  PeakSize peak(path);
  Flows flows;
  const std::size_t units = (entries + per_unit - 1) / per_unit;
  std::printf("%12s %12s %10s %10s %10s %10s %10s\n", "recorded", "live", "file MiB", "peak MiB",
              "seconds", "CPU s", "RSS MiB");
  const auto begin = Steady::now();
  for (std::size_t unit = 0; unit < 2 * units; ++unit) {
    const UnixSeconds start(kUnit * static_cast<std::int64_t>(unit));
    run_epoch(store, flows, per_unit, start, start - kUnit * static_cast<std::int64_t>(units));
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    std::printf("%12zu %12zu %10.1f %10.1f %10.1f %10.1f %10.1f\n", (unit + 1) * per_unit,
                std::min(unit + 1, units) * per_unit, static_cast<double>(size_of(path)) / kMiB,
                static_cast<double>(peak.take()) / kMiB,
                std::chrono::duration<double>(Steady::now() - begin).count(),
                seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
                static_cast<double>(usage.ru_maxrss) / 1024);
    std::fflush(stdout);
  }
  std::printf("%.1f bytes an entry after the first %zu\n",
              static_cast<double>(size_of(path)) / static_cast<double>(entries), entries);
}

}  // namespace
}  // namespace vrni2syslog

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_sent_flows FOLDER [ENTRIES [FLOWS PER UNIT]]\n");
    return 64;
  }
  try {
    const std::size_t entries = argc > 2 ? std::stoul(argv[2]) : 10'000'000;
    const std::size_t per_unit = argc > 3 ? std::stoul(argv[3]) : 500'000;
    vrni2syslog::bench(argv[1], entries, per_unit);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_sent_flows: %s\n", error.what());
    return 70;
  }
  return 0;
}
