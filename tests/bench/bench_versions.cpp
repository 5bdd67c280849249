// Keeps versions of flows and takes them again, page by page, as runs do: in a temporary database,
// and in a file. Shows what each step costs for a flow in CPU time, and how large a version is.
//
//   bench_versions FOLDER [FLOWS [STORE]]      100,000 flows; both stores, or "temporary" or "file"
//
// Every line is a JSON object. valgrind is told to count one of the two steps:
//
//   valgrind --tool=callgrind --toggle-collect=measured_keep bench_versions FOLDER 20000 temporary

#include "fetch_answer.h"
#include "vrni/fetch/flow_page.h"
#include "vrni/versions/flow_versions.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace vrni2syslog::bench {
namespace {

namespace fs = std::filesystem;

/// A page of flows that were never seen, or were all seen.
struct Page {
  std::vector<SearchHit> hits;
  FlowBatch batch{answer_window()};
  std::vector<Flow> flows;
};

/// Makes as many versions as are wanted of the flows of one answer.
class Pages {
 public:
  Pages() {
    FlowPage page;
    if (const BodyOutcome read = read_flow_page(make_fetch_answer(kFlows), batch_, page, kFlows);
        !read)
      throw std::runtime_error(read.problem().text);
    flows_ = std::move(page.flows);
  }

  [[nodiscard]] std::unique_ptr<Page> make(std::size_t number) const {
    auto page = std::make_unique<Page>();
    const std::size_t first = number * kFlowsOfPage % kFlows;
    const std::chrono::hours later(number * kFlowsOfPage / kFlows);
    for (std::size_t i = first; i < first + kFlowsOfPage; ++i) {
      Flow flow = flows_[i];
      flow.listed_time = flow.version_time += later;
      page->flows.push_back(flow);
      page->hits.push_back({flow.id, "Flow", flow.version_time});
    }
    return page;
  }

  static constexpr std::size_t kFlowsOfPage = 1000;

 private:
  static constexpr std::size_t kFlows = 10'000;

  FlowBatch batch_{answer_window()};
  std::vector<Flow> flows_;
};

}  // namespace
}  // namespace vrni2syslog::bench

/// A page of which nothing is kept yet.
extern "C" [[gnu::noinline]] void measured_keep(vrni2syslog::FlowVersions& versions,
                                                const vrni2syslog::bench::Page& page) {
  using vrni2syslog::VmDetails;
  const auto places = versions.find(page.hits, VmDetails::Without);
  if (std::ranges::any_of(places, [](auto place) { return place != 0; }))
    throw std::runtime_error("a version is kept that was not added");
  for (const vrni2syslog::Flow& flow : page.flows) versions.add(flow, VmDetails::Without);
}

/// A page of which everything is kept.
extern "C" [[gnu::noinline]] void measured_reuse(vrni2syslog::FlowVersions& versions,
                                                 vrni2syslog::bench::Page& page) {
  using vrni2syslog::VmDetails;
  const auto places = versions.find(page.hits, VmDetails::Without);
  versions.take(page.hits, places, VmDetails::Without, page.flows, page.batch);
}

namespace vrni2syslog::bench {
namespace {

/// The CPU time of a step over all pages, in nanoseconds for a flow.
template <typename Step>
[[nodiscard]] double nanoseconds_per_flow(const Pages& pages, std::size_t count, Step&& step) {
  double total = 0;
  for (std::size_t number = 0; number < count; ++number) {
    const std::unique_ptr<Page> page = pages.make(number);
    const std::clock_t begin = std::clock();
    step(*page);
    total += static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  }
  return total * 1e9 / static_cast<double>(count * Pages::kFlowsOfPage);
}

void bench(const fs::path& folder, std::size_t flows, bool is_in_file) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  FlowVersionSettings settings;
  if (is_in_file) settings.path = folder / "versions.sqlite";
  settings.keep = std::chrono::hours(1);
  Log log(LogLevel::Warning, LogFormat::Text);
  const Pages pages;
  const std::size_t count = flows / Pages::kFlowsOfPage;
  double keep = 0;
  double reuse = 0;
  {
    FlowVersions versions(settings, system_clock(), log);
    keep = nanoseconds_per_flow(pages, count,
                                [&](const Page& page) { measured_keep(versions, page); });
    reuse = nanoseconds_per_flow(pages, count, [&](Page& page) { measured_reuse(versions, page); });
    if (versions.reused() != count * Pages::kFlowsOfPage)
      throw std::runtime_error("versions are lost");
  }
  const double bytes = is_in_file ? static_cast<double>(fs::file_size(settings.path)) : 0;
  std::printf(
      R"({"store":"%s","flows":%zu,"keep_ns":%.0f,"reuse_ns":%.0f,"bytes_per_version":%.0f})"
      "\n",
      is_in_file ? "file" : "temporary", count * Pages::kFlowsOfPage, keep, reuse,
      bytes / static_cast<double>(count * Pages::kFlowsOfPage));
}

}  // namespace
}  // namespace vrni2syslog::bench

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_versions FOLDER [FLOWS [STORE]]\n");
    return 64;
  }
  try {
    const std::size_t flows = argc > 2 ? std::stoul(argv[2]) : 100'000;
    const std::string store = argc > 3 ? argv[3] : "";
    if (store != "file") vrni2syslog::bench::bench(argv[1], flows, false);
    if (store != "temporary") vrni2syslog::bench::bench(argv[1], flows, true);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_versions: %s\n", error.what());
    return 70;
  }
  return 0;
}
