#pragma once

#include "options.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vrni2syslog::simulator {

/// The part of a result that one answer carries.
struct Page {
  std::span<const std::uint32_t> flows;  ///< of the result that it was cut from
  std::int64_t total_count = 0;
  bool has_cursor = false;
  std::optional<std::string> cursor;  ///< of no value: null
};

/// Cuts results into pages the way a platform does: the cursor is an offset, and nothing keeps the
/// result as it was.
class Pager {
 public:
  explicit Pager(const PageOptions& options) : options_(options) {}

  /// The row that a cursor points at; nothing for a cursor that is not one of ours. An empty cursor
  /// is the first row.
  [[nodiscard]] static std::optional<std::uint64_t> offset_of(const std::string& cursor);

  [[nodiscard]] bool is_size_allowed(std::int64_t size) const noexcept;
  /// Whether the platform refuses to read so far into a result.
  [[nodiscard]] bool is_too_deep(std::uint64_t offset, std::uint64_t size) const noexcept;
  /// `search_number` counts all searches from 0.
  [[nodiscard]] Page cut(std::span<const std::uint32_t> result, std::uint64_t offset,
                         std::uint64_t size, std::uint64_t search_number) const;

 private:
  [[nodiscard]] std::uint64_t capped(std::uint64_t size) const noexcept;
  void set_cursor(Page& page, std::uint64_t offset, std::uint64_t size, std::uint64_t rows) const;

  PageOptions options_;
};

}  // namespace vrni2syslog::simulator
