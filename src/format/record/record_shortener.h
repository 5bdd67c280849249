#pragma once

#include "format/record/line_layout.h"
#include "format/record/size_policy.h"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Makes a record short enough for a line: measures it as a layout writes it, asks the size policy
/// what to leave out, and cuts texts at the ends of characters. Only for the rare line that is too
/// long.
class RecordShortener {
 public:
  /// A record that `layout` writes in at most `max_bytes`, marked as truncated; in a few bytes more
  /// if a value that was cut takes another key than it would have taken whole. Valid until the next
  /// call, and as long as `record`.
  [[nodiscard]] const LineRecord& shorten(const LineRecord& record, LineLayout& layout,
                                          std::size_t max_bytes);
  /// How many bytes a record takes at most, with the mark that it is truncated: shorten() leaves it
  /// as it is if a line has room for them.
  [[nodiscard]] std::size_t size_of(const LineRecord& record, LineLayout& layout);

 private:
  void measure(const LineRecord& record, LineLayout& layout);
  void measure_field(const RecordField& field, LineLayout& layout);
  void collect_kept_fields(const LineLayout& layout);

  LineSizes sizes_;
  std::vector<RecordField> fields_;  ///< one for each of sizes_.fields
  /// One for each of sizes_.texts; in the end those that are kept, packed by field.
  std::vector<std::string_view> texts_;
  std::deque<std::string> cut_texts_;
  std::vector<RecordField> kept_fields_;
  std::string scratch_;
  LineRecord record_;
};

}  // namespace vrni2syslog
