/// Any block of flow versions, as somebody else may have written it: it is damaged, or gives flows
/// of which lines can be written, and which can be kept again.

#include "../support/valid_utf8.h"
#include "base/crc32.h"
#include "format/line_format.h"
#include "properties.h"
#include "vrni/versions/version_block.h"

#include <cstdint>
#include <memory>
#include <string>

namespace vrni2syslog::testing {
namespace {

constexpr UnixSeconds kNoon{std::chrono::seconds(1'795'348'800)};  // 2026-11-22T12:00:00Z
constexpr TimeWindow kUnit{kNoon, kNoon + std::chrono::hours(1)};

/// The bytes with the checksum that belongs to them: one that is wrong ends the reading at once.
[[nodiscard]] std::string with_checksum(std::string_view bytes) {
  std::string block(bytes);
  std::uint32_t checksum = crc32_of(bytes);
  for (int i = 0; i < 4; ++i) {
    block += static_cast<char>(static_cast<unsigned char>(checksum));
    checksum >>= 8U;
  }
  return block;
}

void check_line(const Flow& flow) {
  static const std::unique_ptr<LineFormat> format = make_line_format("rfc5424", LineOptions());
  std::string line;
  (void)format->append_flow(line, flow, kUnit);
  require(is_valid_utf8(line), "a line is no UTF-8", line);
}

void check_kept_again(const Flow& flow) {
  VersionBlockWriter writer;
  if (!writer.add(flow)) return;
  const std::string block = writer.finish();
  std::optional<VersionBlockReader> reader = VersionBlockReader::open(block);
  FlowBatch batch(kUnit);
  require(reader && reader->read(0, batch), "a block of ours cannot be read", block);
}

void check(std::string_view bytes) {
  const std::string block = with_checksum(bytes);
  std::optional<VersionBlockReader> reader = VersionBlockReader::open(block);
  if (!reader) return;
  FlowBatch batch(kUnit);
  for (std::size_t position = 0; position <= kMaxFlowsOfBlock; ++position) {
    const std::optional<Flow> flow = reader->read(position, batch);
    if (!flow) continue;
    require(!flow->id.empty(), "a flow has no id", block);
    check_line(*flow);
    check_kept_again(*flow);
  }
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
