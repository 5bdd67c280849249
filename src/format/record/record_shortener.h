#pragma once

#include "format/record/clean_text.h"
#include "format/record/flow_record.h"
#include "format/record/line_layout.h"
#include "format/record/size_policy.h"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Makes a record short enough for a line: measures it as a layout writes it, asks the size policy,
/// and cuts at the ends of characters. For the rare line that is too long.
class RecordShortener {
 public:
  /// A record that `layout` writes in at most `max_bytes`, marked as truncated. Valid until the
  /// next call, and as long as `record`.
  [[nodiscard]] const FlowRecord& shorten(const FlowRecord& record, LineLayout& layout,
                                          std::size_t max_bytes);

 private:
  void measure(const FlowRecord& record, LineLayout& layout);
  void measure_field(const RecordField& field, const LineLayout& layout);
  void collect_kept_fields(const LineLayout& layout);

  LineSizes sizes_;
  std::vector<RecordField> fields_;  ///< one for each of sizes_.fields
  std::vector<std::string_view>
      texts_;  ///< one for each of sizes_.texts; in the end those that are kept, packed by field
  std::deque<std::string> cut_texts_;
  std::vector<RecordField> kept_fields_;
  TextCleaner cleaner_;
  FlowRecord record_;
};

}  // namespace vrni2syslog
