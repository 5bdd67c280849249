#pragma once

#include "base/timestamp.h"
#include "flow/flow.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// How many flows a block holds at most, and how long it may get. The more flows, the more texts
/// they share; but a block is read whole for one of its flows.
inline constexpr std::size_t kMaxFlowsOfBlock = 64;
inline constexpr std::size_t kMaxBlockBytes = std::size_t{256} * 1024;

/// A number that changes whenever blocks of this program cannot be read by another version of it:
/// when their layout changes, and when the table of the fields does.
[[nodiscard]] std::uint32_t block_format() noexcept;

/// Packs flow versions into one block, in which every text stands once: names of networks, hosts
/// and clusters are the same in many flows. All that the Flow entity and the entities to which it
/// refers say is kept; counters, and what is known of a flow from other runs, are not.
class VersionBlockWriter {
 public:
  /// Adds a version, whose texts need not live on. Returns its position in the block, or nullopt if
  /// the block has no room for it: then the block has to be finished first. A version that is too
  /// long for an empty block cannot be kept.
  [[nodiscard]] std::optional<std::size_t> add(const Flow& flow);
  /// The block, with a checksum. The next one begins.
  [[nodiscard]] std::string finish();

  [[nodiscard]] bool is_empty() const noexcept { return flow_ends_.empty(); }

 private:
  using TextNumber = std::uint32_t;
  static constexpr std::size_t kSlots = 4096;  ///< one for each hash

  /// Writes a value behind the flow that is being added. Returns its end.
  [[nodiscard]] char* put_value(char* out, FieldValue value);
  /// The number of the only text of a field.
  [[nodiscard]] TextNumber number_of_single(std::size_t field, std::string_view text);
  /// The number of a text that other flows of the block are likely to have, too.
  [[nodiscard]] TextNumber shared_number(std::string_view text);
  [[nodiscard]] TextNumber new_number(std::string_view text);
  void begin();

  std::vector<std::uint32_t> flow_ends_;  ///< in flows_
  std::vector<char> flows_ = std::vector<char>(kMaxBlockBytes);
  std::size_t flow_bytes_ = 0;            ///< of flows_
  std::vector<std::uint32_t> text_ends_;  ///< in texts_
  std::string texts_;
  std::array<TextNumber, kSlots> slots_{};          ///< by hash: the number of a text plus 1, or 0
  std::array<TextNumber, kFlowFieldCount> last_{};  ///< by field: that of the last flow, plus 1
};

/// Reads a block. Nothing that it holds is trusted: a block that somebody else has made is damaged,
/// or gives flows as the platform could.
class VersionBlockReader {
 public:
  /// nullopt if the block is damaged. The bytes must outlive the reader.
  [[nodiscard]] static std::optional<VersionBlockReader> open(std::string_view block);

  /// The version of a flow at a position, with texts that are copied into the batch; each text once
  /// for all flows that are read from this block for this batch. nullopt if the block is damaged,
  /// or has no such position.
  [[nodiscard]] std::optional<Flow> read(std::size_t position, FlowBatch& batch);

 private:
  struct Text {
    std::string_view bytes;
    bool is_copied = false;  ///< the bytes are in the batch
  };

  [[nodiscard]] std::optional<FieldValue> read_value(std::string_view& rest, std::uint64_t count,
                                                     FlowBatch& batch);
  [[nodiscard]] bool read_fields(std::string_view& rest, Flow& flow, FlowBatch& batch);
  [[nodiscard]] bool read_unknown_fields(std::string_view& rest, Flow& flow, FlowBatch& batch);
  [[nodiscard]] std::optional<std::string_view> read_text(std::string_view& rest, FlowBatch& batch);

  std::vector<Text> texts_;
  std::vector<std::string_view> flows_;
};

}  // namespace vrni2syslog
