// Sends lines of about 350 bytes, and shows what that costs:
//
//   bench_lines lines URL LINES [CA-FILE]     formats, frames and sends them, as the program does
//   bench_lines write URL LINES               writes the same bytes, made before, 256 KiB at a time
//   bench_lines memcpy URL LINES              copies them within memory, and sends nothing
//
// URL is that of a collector. Prints a JSON object: lines, bytes, and seconds by the clock and of
// CPU, of the sending alone.

#include "base/allocator.h"
#include "base/error.h"
#include "cpu_time.h"
#include "fetch_answer.h"
#include "flow/flow_prefetch.h"
#include "flow_stages.h"
#include "raw_connection.h"
#include "transport/collector_address.h"
#include "transport/collector_sink.h"
#include "transport/net/transport_loop.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace vrni2syslog::bench {
namespace {

constexpr std::uint32_t kFlows = 1000;  // as many as the platform delivers at once
constexpr std::size_t kUsualLineBytes = 350;
constexpr std::size_t kWriteBytes = 256UL * 1024;

/// With these a line is 350 bytes long, in the middle.
[[nodiscard]] LineOptions short_lines() {
  LineOptions options = bench_line_options();
  options.fields = {FlowField::Action,        FlowField::Protocol,        FlowField::SourceIp,
                    FlowField::DestinationIp, FlowField::DestinationPort, FlowField::SourceVm,
                    FlowField::DestinationVm, FlowField::RuleId,          FlowField::TrafficType,
                    FlowField::FlowId};
  return options;
}

struct Job {
  std::string mode;
  Endpoint endpoint;
  std::uint64_t lines = 0;
};

/// The flows of one answer, again and again.
class FlowLines {
 public:
  FlowLines() : batch_(answer_window()), format_(make_line_format("rfc5424", short_lines())) {
    if (const BodyOutcome read = read_flow_page(make_fetch_answer(kFlows), batch_, page_); !read)
      throw std::runtime_error(read.problem().text);
  }

  [[nodiscard]] std::shared_ptr<const LineBatch> format_all() {
    std::shared_ptr<LineBatch> lines = new_batch();
    for_each_prefetched(page_.flows, [&](const Flow& flow) {
      (void)format_->append_flow(lines->buffer(), flow, batch_.unit);
      lines->end_line();
    });
    return lines;
  }

  /// With what a collector that stores records is told of them.
  [[nodiscard]] std::shared_ptr<const LineBatch> format_records() {
    std::shared_ptr<LineBatch> lines = new_batch();
    for_each_prefetched(page_.flows, [&](const Flow& flow) {
      (void)format_->append_flow(lines->buffer(), flow, batch_.unit);
      lines->end_line({.key = flow.id, .kind = "FLOW_ALLOW", .time = flow.version_time});
    });
    lines->set_epoch(epoch_);
    return lines;
  }

  [[nodiscard]] std::string frame_all(Framing framing) {
    std::string frames;
    const auto lines = format_all();
    for (std::size_t i = 0; i < lines->line_count(); ++i)
      append_frame(frames, lines->line(i), framing);
    return frames;
  }

 private:
  // As the pipeline does, which knows how long lines usually are.
  [[nodiscard]] static std::shared_ptr<LineBatch> new_batch() {
    return std::make_shared<LineBatch>(kFlows, kFlows * (kUsualLineBytes + 100));
  }

  FlowBatch batch_;
  FlowPage page_;
  std::unique_ptr<LineFormat> format_;
  std::shared_ptr<const EpochLabel> epoch_ =
      std::make_shared<const EpochLabel>(EpochLabel{.window_start = "2025-06-01T00:00:00Z",
                                                    .window_end = "2025-06-02T00:00:00Z",
                                                    .attempt = "1"});
};

/// Does the work, which returns how many bytes that were, and shows what it has cost.
void measure(std::uint64_t lines, const std::function<std::uint64_t()>& work) {
  const double cpu_before = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  const std::uint64_t bytes = work();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  std::printf("{\"lines\": %ju, \"bytes\": %ju, \"wall\": %.6f, \"cpu\": %.6f}\n",
              static_cast<std::uintmax_t>(lines), static_cast<std::uintmax_t>(bytes), wall.count(),
              cpu_seconds() - cpu_before);
}

void send_lines(const Job& job) {
  FlowLines flows;
  TransportLoop loop;
  Log log(LogLevel::Warning, LogFormat::Text);
  CollectorOptions options;
  options.run = "0123456789abcdef";
  options.job = "bench";
  options.platform = "vrni.example.com";
  CollectorSink collector(loop, {job.endpoint}, options, RunLimits(), log);
  collector.open();
  measure(job.lines, [&] {
    std::uint64_t bytes = 0;
    for (std::uint64_t sent = 0; sent < job.lines; sent += kFlows) {
      const auto lines =
          job.endpoint.scheme == "kafka" ? flows.format_records() : flows.format_all();
      bytes += lines->byte_count();
      collector.send(lines);
    }
    const Receipt receipt = collector.wait_for_receipt();
    if (receipt.verdict != Verdict::Consumed) throw std::runtime_error(receipt.detail);
    return bytes;
  });
}

void write_bytes(const Job& job) {
  const std::string frames = FlowLines().frame_all(job.endpoint.framing);
  RawConnection connection(job.endpoint.port, job.endpoint.scheme == "tls");
  measure(job.lines, [&] {
    std::uint64_t bytes = 0;
    for (std::uint64_t sent = 0; sent < job.lines; sent += kFlows) {
      for (std::size_t at = 0; at < frames.size(); at += kWriteBytes)
        connection.write(std::string_view(frames).substr(at, kWriteBytes));
      bytes += frames.size();
    }
    connection.close();
    return bytes;
  });
}

void copy_bytes(const Job& job) {
  const std::string frames = FlowLines().frame_all(job.endpoint.framing);
  std::vector<char> copy(frames.size());
  measure(job.lines, [&] {
    std::uint64_t bytes = 0;
    for (std::uint64_t sent = 0; sent < job.lines; sent += kFlows) {
      std::memcpy(copy.data(), frames.data(), frames.size());
      asm volatile("" : : "r"(copy.data()) : "memory");  // somebody might read it
      bytes += frames.size();
    }
    return bytes;
  });
}

[[nodiscard]] Job parse(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3) throw std::invalid_argument("usage: MODE URL LINES [CA-FILE]");
  TlsSettings tls;
  if (arguments.size() > 3) tls.ca_file = arguments[3];
  const std::uint64_t lines = std::stoull(arguments[2]);
  const std::uint64_t whole_answers = std::max<std::uint64_t>(lines / kFlows, 1) * kFlows;
  return {arguments[0], parse_collector(arguments[1], tls).front(), whole_answers};
}

void run(const Job& job) {
  if (job.mode == "lines") return send_lines(job);
  if (job.mode == "write") return write_bytes(job);
  if (job.mode == "memcpy") return copy_bytes(job);
  throw std::invalid_argument("no mode is called " + job.mode);
}

}  // namespace
}  // namespace vrni2syslog::bench

int main(int argc, char** argv) {
  using namespace vrni2syslog::bench;
  std::signal(SIGPIPE, SIG_IGN);
  vrni2syslog::keep_freed_memory();
  try {
    run(parse(std::vector<std::string>(argv + 1, argv + argc)));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_lines: %s\n", error.what());
    return 70;
  }
  return 0;
}
