#pragma once

#include <cstddef>
#include <limits>
#include <vector>

namespace vrni2syslog {

/// One field of a line. Its texts stand one after the other in LineSizes::texts.
struct SizedField {
  std::size_t overhead = 0;    ///< bytes that the field takes beside its texts: key, quotes, blank
  std::size_t first_text = 0;  ///< index into LineSizes::texts
  std::size_t text_count = 0;  ///< at least 1
  bool is_essential = false;   ///< may be cut, but not left out
  bool is_fixed_size = false;  ///< is essential, and may not be cut either
};

/// The parts of a line that is too long, in bytes as the format writes them.
struct LineSizes {
  std::size_t fixed = 0;      ///< header and frame
  std::size_t separator = 1;  ///< between two texts of a field
  std::size_t message = 0;    ///< MSG; afterwards: the most that it may take
  /// The most that MSG may take however short the line is.
  std::size_t max_message = std::numeric_limits<std::size_t>::max();
  std::vector<SizedField> fields;
  /// The texts of all fields, at least 1 byte each. Afterwards: the most that a text may take, 0 if
  /// it is left out.
  std::vector<std::size_t> texts;
};

/// The size of the whole line.
[[nodiscard]] std::size_t total_size(const LineSizes& line) noexcept;

/// MSG is not cut below this before essential values are: "vRNI-Flow: <time>" is left.
inline constexpr std::size_t kMinMessageBytes = 32;

/// Cuts MSG to LineSizes::max_message, and decides what else is left out of a line of more than
/// `max_bytes`, in this order, and no more than necessary. A text that takes more than a quarter of
/// the line is overlong.
///  1. Lists lose their overlong items.
///  2. Lists lose their last items, the longest list first, until each has one. If that will not be
///     enough, overlong texts of other fields are first left out with their fields (those of an
///     essential field are cut to a quarter), and MSG is cut to what the fields leave, but at least
///     to a quarter: one endless name must not cost all other fields.
///  3. Optional fields are left out, from the last to the first.
///  4. MSG is cut, down to kMinMessageBytes.
///  5. The longest essential values are cut to the same length.
/// Afterwards the line fits if its fixed part, what cannot be cut and kMinMessageBytes do.
void shorten(LineSizes& line, std::size_t max_bytes);

}  // namespace vrni2syslog
