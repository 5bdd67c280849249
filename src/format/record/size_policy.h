#pragma once

#include <cstddef>
#include <vector>

namespace vrni2syslog {

/// One text of a field, by its size as the format writes it.
struct SizedText {
  std::size_t bytes = 0;  ///< afterwards: the most that it may take
  bool is_kept = true;
};

/// One field of a line. Its texts are joined by one byte each.
struct SizedField {
  std::size_t overhead =
      0;  ///< bytes that the field costs beside its texts: name, quotes, separator
  std::size_t first_text = 0;  ///< index into LineSizes::texts
  std::size_t text_count = 0;  ///< at least 1
  bool is_essential = false;   ///< may be cut, but not left out
  bool is_fixed_size = false;  ///< essential, and may not even be cut
};

/// What a line that is too long consists of.
struct LineSizes {
  std::size_t fixed = 0;    ///< header, frame, and the mark of a truncated line
  std::size_t message = 0;  ///< MSG; afterwards: the most that it may take
  std::vector<SizedField> fields;
  std::vector<SizedText> texts;
};

/// MSG is not cut below this before essential values are: "vRNI-Flow: <time>" is left.
inline constexpr std::size_t kMinMessageBytes = 32;

/// Bytes of the line as planned.
[[nodiscard]] std::size_t total_bytes(const LineSizes& line) noexcept;

/// Decides what a line of more than `max_bytes` goes without, in this order, and no more than it
/// takes. A text is overlong that takes more than a quarter of the line.
///  1. lists lose their overlong items;
///  2. lists lose their last items, the longest list first, until each has one; but where that will
///     not do, first the overlong texts of other fields are left out with their fields (of an
///     essential field cut to a quarter), and MSG is cut to what the fields leave, but at least a
///     quarter: one endless name must not cost all other fields;
///  3. optional fields are left out, from the last to the first;
///  4. MSG is cut, down to kMinMessageBytes;
///  5. the longest essential values are cut to the same length.
/// The line fits afterwards if the fixed part, what cannot be cut and kMinMessageBytes do.
void shorten(LineSizes& line, std::size_t max_bytes);

}  // namespace vrni2syslog
