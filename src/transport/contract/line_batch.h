#pragma once

#include "base/clock.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

/// What a line says of itself, for collectors that store more of it than its text.
struct LineLabel {
  std::string_view key{};   ///< orders lines: those of one key stay in their order; may be empty
  std::string_view kind{};  ///< MSGID; of static storage
  WallTime time{};          ///< of the event; zero if it is not told
};

inline constexpr std::string_view kManifestKind = "MANIFEST";  ///< LineLabel::kind of a manifest

/// Which sending of which unit the lines of a batch belong to.
struct EpochLabel {
  std::string window_start;  ///< "2026-11-22T12:00:00Z"
  std::string window_end;
  std::string attempt;  ///< "1"
};

/// What stands beside a manifest's line: names, of static storage, and texts.
using ManifestHeaders = std::vector<std::pair<std::string_view, std::string>>;

/// Lines one after the other in one buffer, and where each ends. Knows nothing of syslog or
/// framing: a transport frames them as it copies them out. A line may have a label, for a collector
/// that stores records; without labels nothing is stored for them.
class LineBatch {
 public:
  LineBatch() = default;
  /// Reserves room for this many lines, and for this many bytes of all lines together.
  LineBatch(std::size_t lines, std::size_t bytes) {
    ends_.reserve(lines);
    bytes_.reserve(bytes);
  }

  /// The buffer, to append one line to; end_line() must follow.
  [[nodiscard]] std::string& buffer() noexcept { return bytes_; }
  /// Ends a line without a label.
  void end_line() { ends_.push_back(static_cast<std::uint32_t>(bytes_.size())); }
  /// Ends a line. The key of its label is copied.
  void end_line(const LineLabel& label) {
    keys_ += label.key;
    // Lines before this one that have no label get an empty one.
    const std::uint32_t key_end = labels_.empty() ? 0 : labels_.back().key_end;
    labels_.resize(ends_.size(), StoredLabel{.key_end = key_end, .kind = {}, .time = {}});
    labels_.push_back({.key_end = static_cast<std::uint32_t>(keys_.size()),
                       .kind = label.kind,
                       .time = label.time});
    end_line();
  }

  [[nodiscard]] std::size_t line_count() const noexcept { return ends_.size(); }
  /// The bytes of all lines, without their labels.
  [[nodiscard]] std::size_t byte_count() const noexcept { return bytes_.size(); }
  [[nodiscard]] std::string_view line(std::size_t index) const noexcept {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(bytes_).substr(begin, ends_[index] - begin);
  }
  /// Empty for a line without a label.
  [[nodiscard]] LineLabel label(std::size_t index) const noexcept {
    if (index >= labels_.size()) return {};
    const std::size_t begin = index == 0 ? 0 : labels_[index - 1].key_end;
    const StoredLabel& stored = labels_[index];
    return {.key = std::string_view(keys_).substr(begin, stored.key_end - begin),
            .kind = stored.kind,
            .time = stored.time};
  }

  /// Null if nobody has told it.
  [[nodiscard]] const std::shared_ptr<const EpochLabel>& epoch() const noexcept { return epoch_; }
  void set_epoch(std::shared_ptr<const EpochLabel> epoch) noexcept { epoch_ = std::move(epoch); }

  /// With a manifest: how far the job is with this collector once the epoch is confirmed, as text
  /// for a collector that keeps it; empty if nobody has told it.
  [[nodiscard]] const std::string& progress() const noexcept { return progress_; }
  void set_progress(std::string text) noexcept { progress_ = std::move(text); }

  /// With a manifest: what ties it to the one before it, for a collector that stores such beside
  /// the line.
  [[nodiscard]] const ManifestHeaders& manifest_headers() const noexcept {
    return manifest_headers_;
  }
  void set_manifest_headers(ManifestHeaders headers) noexcept {
    manifest_headers_ = std::move(headers);
  }

 private:
  struct StoredLabel {
    std::uint32_t key_end;
    std::string_view kind;
    WallTime time;
  };

  std::string bytes_;
  std::vector<std::uint32_t> ends_;
  std::string keys_;
  std::vector<StoredLabel> labels_;  ///< up to the last line that has one
  std::shared_ptr<const EpochLabel> epoch_;
  std::string progress_;
  ManifestHeaders manifest_headers_;
};

}  // namespace vrni2syslog
