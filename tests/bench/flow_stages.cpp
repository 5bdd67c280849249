#include "flow_stages.h"

#include "fetch_answer.h"
#include "flow/flow_prefetch.h"
#include "transport/contract/framing.h"

#include <rapidjson/reader.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace vrni2syslog::bench {
namespace {

/// The options and the padding of read_json() (src/json/reader.cpp). Stage::Sax parses from
/// RapidJSON's own stream, which is slower than that of read_json().
constexpr unsigned kParseFlags =
    rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
constexpr std::size_t kPadding = 32;
/// As a connection gathers frames (src/transport/stream/stream_connection.cpp).
constexpr std::size_t kFlushBytes = 256UL * 1024;
/// As room is made for a batch of lines (src/pipeline/epoch_runner.cpp).
constexpr std::size_t kRoomForLongerLines = 100;

}  // namespace

std::optional<Stage> stage_by_name(std::string_view name) noexcept {
  const auto* const row = std::ranges::find(kStages, name, &StageRow::name);
  if (row == std::ranges::end(kStages)) return std::nullopt;
  return row->stage;
}

LineOptions bench_line_options() {
  LineOptions options;
  options.origin = {.hostname = "vrni.example.com",
                    .app_name = "vrni2syslog",
                    .process_id = "4711",
                    .run_id = "eec67650dc84e95d"};
  return options;
}

FlowStages::FlowStages(std::uint32_t flow_count)
    : flow_count_(flow_count),
      answer_(make_fetch_answer(flow_count)),
      format_(make_line_format("rfc5424", bench_line_options())) {}

void FlowStages::begin_round() {
  sax_body_ = answer_;
  sax_body_.append(kPadding, '\0');
  // As an answer comes from libcurl (src/http/curl_transfer.cpp): with room for the padding.
  body_.reserve(answer_.size() + kPadding);
  body_ = answer_;
  lines_.reset();
  batch_.reset();
  digest_ = Sha256();
}

void FlowStages::run(Stage stage) {
  switch (stage) {
    case Stage::Sax:
      return run_sax();
    case Stage::Parse:
      return parse();
    case Stage::Format:
      return format();
    case Stage::Digest:
      return digest();
    case Stage::Frame:
      return frame();
  }
}

void FlowStages::run_sax() {
  rapidjson::InsituStringStream stream(sax_body_.data());
  rapidjson::BaseReaderHandler<> nobody;
  rapidjson::Reader reader;
  if (reader.Parse<kParseFlags>(stream, nobody).IsError())
    throw std::runtime_error("the answer is no JSON");
}

void FlowStages::parse() {
  batch_ = std::make_unique<FlowBatch>(answer_window());
  if (const BodyOutcome read = read_flow_page(std::move(body_), *batch_, page_); !read)
    throw std::runtime_error(read.problem().text);
  if (page_.flows.size() != flow_count_) throw std::runtime_error("flows are missing");
}

void FlowStages::format() {
  lines_ = std::make_unique<LineBatch>(flow_count_, flow_count_ * usual_line_bytes_);
  for_each_prefetched(page_.flows, [this](const Flow& flow) {
    (void)format_->append_flow(lines_->buffer(), flow, batch_->unit);
    lines_->end_line();
  });
  usual_line_bytes_ = lines_->byte_count() / flow_count_ + kRoomForLongerLines;
}

void FlowStages::digest() {
  for (std::size_t i = 0; i < lines_->line_count(); ++i) {
    digest_.update(lines_->line(i));
    digest_.update("\n");
  }
}

void FlowStages::frame() {
  for (std::size_t i = 0; i < lines_->line_count(); ++i) {
    append_frame(frames_, lines_->line(i), Framing::Octet);
    if (frames_.size() >= kFlushBytes) frames_.clear();
  }
  frames_.clear();
}

std::size_t FlowStages::line_bytes() const noexcept {
  return lines_ ? lines_->byte_count() : 0;
}

std::string FlowStages::answer_digest() const {
  Sha256 digest;
  digest.update(answer_);
  return to_hex(digest.finish());
}

}  // namespace vrni2syslog::bench
