#pragma once

#include "base/sha256.h"
#include "flow/flow.h"
#include "format/line_format.h"
#include "transport/contract/line_batch.h"
#include "vrni/fetch/flow_page.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog::bench {

/// What becomes of an answer of the platform on its way to the collector's socket.
enum class Stage : std::uint8_t {
  Sax,     ///< RapidJSON alone, whose events nobody handles: the floor of Parse
  Parse,   ///< the answer to flows
  Format,  ///< flows to lines
  Digest,  ///< SHA-256 over the lines, for the manifest
  Frame,   ///< lines to a connection's buffer
};

struct StageRow {
  Stage stage;
  std::string_view name;
};
inline constexpr StageRow kStages[] = {{Stage::Sax, "sax"},
                                       {Stage::Parse, "parse"},
                                       {Stage::Format, "format"},
                                       {Stage::Digest, "digest"},
                                       {Stage::Frame, "frame"}};

/// nullopt if no stage has that name.
[[nodiscard]] std::optional<Stage> stage_by_name(std::string_view name) noexcept;

/// The lines of the program's default format, of a run that is always the same.
[[nodiscard]] LineOptions bench_line_options();

/// Takes the same answer through the stages, round by round, as the program does.
class FlowStages {
 public:
  explicit FlowStages(std::uint32_t flow_count);

  /// Throws away what the last round has made, so that the stages can be run again.
  void begin_round();
  /// Runs one stage; those before it in the round must have been run.
  void run(Stage stage);

  [[nodiscard]] std::size_t flow_count() const noexcept { return flow_count_; }
  [[nodiscard]] std::size_t answer_bytes() const noexcept { return answer_.size(); }
  /// Of the lines of the last round.
  [[nodiscard]] std::size_t line_bytes() const noexcept;
  /// Over the answer: whether two measurements were of the same bytes.
  [[nodiscard]] std::string answer_digest() const;

 private:
  void run_sax();
  void parse();
  void format();
  void digest();
  void frame();

  std::size_t flow_count_;
  std::size_t usual_line_bytes_ = 0;  ///< of the last round, with room for longer ones
  std::string answer_;
  std::string sax_body_;
  std::string body_;
  std::unique_ptr<FlowBatch> batch_;
  FlowPage page_;
  std::unique_ptr<LineFormat> format_;
  std::unique_ptr<LineBatch> lines_;
  Sha256 digest_;
  std::string frames_;
};

}  // namespace vrni2syslog::bench
