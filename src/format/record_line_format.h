#pragma once

#include "format/line_format.h"
#include "format/record/clean_text.h"
#include "format/record/flow_record.h"
#include "format/record/line_layout.h"
#include "format/record/record_shortener.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The LineFormat of any LineLayout: makes the record, has it laid out once, and only where that
/// does not fit has it shortened.
class RecordLineFormat final : public LineFormat {
 public:
  /// Throws Error(Usage) where max_line_bytes has no room for a manifest, or for the essential
  /// fields of an ordinary flow between two IPv6 addresses; `name` is the format's, for the
  /// message.
  RecordLineFormat(std::string_view name, const LineOptions& options,
                   std::unique_ptr<LineLayout> layout);

  void begin_epoch(std::uint32_t attempt) override { layout_->begin_epoch(attempt); }
  LineResult append_flow(std::string& out, const Flow& flow, const TimeWindow& unit) override;
  void append_manifest(std::string& out, const Manifest& manifest) override;

 private:
  [[nodiscard]] std::size_t smallest_flow_line();
  [[nodiscard]] std::size_t smallest_manifest_line();
  void build_manifest_message(const Manifest& manifest, bool with_evidence);
  [[nodiscard]] LineWriter new_line() noexcept { return LineWriter(room_); }

  std::unique_ptr<LineLayout> layout_;
  FlowRecordBuilder builder_;
  RecordShortener shortener_;
  std::string run_id_;
  std::string manifest_message_;
  TextCleaner cleaner_;
  std::vector<char> room_;  ///< for one line of the largest size
};

}  // namespace vrni2syslog
