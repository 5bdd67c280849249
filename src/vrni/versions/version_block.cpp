#include "vrni/versions/version_block.h"

#include "base/crc32.h"
#include "base/text/same_text.h"

#include <array>
#include <chrono>
#include <cstring>
#include <span>

namespace vrni2syslog {
namespace {

/// Change it when the layout of a block changes.
constexpr std::uint32_t kLayout = 1;
constexpr std::size_t kChecksumBytes = 4;
constexpr unsigned kBitsOfByte = 8;
/// Of the numbers that a block has, but for times.
constexpr std::size_t kMostBytesOfNumber = 5;
/// With at most this many texts, the table of hashes has room enough to find a free slot soon.
constexpr std::size_t kMostSharedTexts = 3000;
/// A longer text is seldom that of another flow, and comparing it would cost.
constexpr std::size_t kLongestSharedText = 256;

// A block:
//   number of texts, the length of each; number of flows, the length of each; the texts; the flows;
//   CRC-32 of all that, the lowest byte first.
// A flow:
//   entity id, name, version time; number of fields, the fields; number of unknown fields, and
//   their names and values.
// A field: 2 * (its number less that of the field before it) + (1 if it has several texts), and its
// value. A value of several texts begins with their number. A text is the number of one of the
// block. All numbers are in base 128, the lowest digits first, with the high bit set in all bytes
// but the last.

/// Writes ten bytes at most. Returns their end.
[[nodiscard]] char* put_varint(char* out, std::uint64_t number) noexcept {
  constexpr std::uint64_t kHighBit = 0x80;
  while (number >= kHighBit) {
    *out++ = static_cast<char>(static_cast<unsigned char>(number | kHighBit));
    number >>= 7U;
  }
  *out++ = static_cast<char>(static_cast<unsigned char>(number));
  return out;
}

void append_varint(std::string& out, std::uint64_t number) {
  std::array<char, 10> digits;
  out.append(digits.data(), put_varint(digits.data(), number));
}

/// 12 bits.
[[nodiscard]] std::size_t hash_of(std::string_view text) noexcept {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::uint64_t hash = text.size();
  const auto mix = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * kOdd;
    hash ^= hash >> 32U;
  };
  const auto word_at = [text](std::size_t at) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, kWord);
    return word;
  };
  if (text.size() >= kWord) {
    for (std::size_t at = 0; at + kWord < text.size(); at += kWord) mix(word_at(at));
    mix(word_at(text.size() - kWord));
  } else {
    std::uint64_t word = 0;
    for (const char c : text) word = word << kBitsOfByte | static_cast<unsigned char>(c);
    mix(word);
  }
  // The highest bits depend on all bits of the text.
  return static_cast<std::size_t>(hash >> (64U - 12U));
}

[[nodiscard]] std::optional<std::uint64_t> take_varint(std::string_view& rest) noexcept {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest.empty()) return std::nullopt;
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    number |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80U) return number;
  }
  return std::nullopt;
}

/// The number of items that follow, each of which takes at least one byte.
[[nodiscard]] std::optional<std::size_t> take_count(std::string_view& rest) noexcept {
  const std::optional<std::uint64_t> count = take_varint(rest);
  if (!count || *count > rest.size()) return std::nullopt;
  return static_cast<std::size_t>(*count);
}

[[nodiscard]] std::optional<std::vector<std::size_t>> take_lengths(std::string_view& rest) {
  const std::optional<std::size_t> count = take_count(rest);
  if (!count) return std::nullopt;
  std::vector<std::size_t> lengths;
  lengths.reserve(*count);
  for (std::size_t i = 0; i < *count; ++i) {
    const std::optional<std::uint64_t> length = take_varint(rest);
    if (!length || *length > kMaxBlockBytes) return std::nullopt;
    lengths.push_back(static_cast<std::size_t>(*length));
  }
  return lengths;
}

[[nodiscard]] std::optional<std::string_view> take_bytes(std::string_view& rest,
                                                         std::size_t count) noexcept {
  if (count > rest.size()) return std::nullopt;
  const std::string_view bytes = rest.substr(0, count);
  rest.remove_prefix(count);
  return bytes;
}

void append_lengths(std::string& out, const std::vector<std::uint32_t>& ends) {
  append_varint(out, ends.size());
  std::uint32_t begin = 0;
  for (const std::uint32_t end : ends) {
    append_varint(out, end - begin);
    begin = end;
  }
}

/// Whether the field is one of those that the platform's entities have.
[[nodiscard]] bool is_of_entity(FieldKind kind) noexcept {
  return kind != FieldKind::Counter && kind != FieldKind::History && kind != FieldKind::Record;
}

/// What a flow takes at most, before texts are shared.
struct Extent {
  std::size_t field_count = 0;  ///< that have a value
  std::array<FlowField, kFlowFieldCount> fields;
  std::size_t bytes = 0;
};

[[nodiscard]] std::size_t bytes_of(FieldValue value) noexcept {
  std::size_t bytes = kMostBytesOfNumber;
  for (const std::string_view text : value) bytes += text.size() + kMostBytesOfNumber;
  return bytes;
}

[[nodiscard]] Extent extent_of(const Flow& flow) {
  Extent extent;
  extent.bytes = flow.id.size() + flow.name.size() + 6 * kMostBytesOfNumber;
  flow.for_each_value([&extent](FlowField field, FieldValue value) {
    if (!is_of_entity(info_of(field).kind)) return;
    extent.fields[extent.field_count++] = field;
    extent.bytes += bytes_of(value) + kMostBytesOfNumber;
  });
  for (const UnknownField& field : flow.unknown_fields)
    extent.bytes += field.api_name.size() + bytes_of(field.value) + kMostBytesOfNumber;
  return extent;
}

[[nodiscard]] std::string_view view(const std::string& bytes, std::uint32_t begin,
                                    std::uint32_t end) noexcept {
  return std::string_view(bytes).substr(begin, end - begin);
}

[[nodiscard]] std::string checksum_of(std::string_view bytes) {
  std::uint32_t checksum = crc32_of(bytes);
  std::string text;
  for (std::size_t i = 0; i < kChecksumBytes; ++i) {
    text += static_cast<char>(static_cast<unsigned char>(checksum));
    checksum >>= kBitsOfByte;
  }
  return text;
}

}  // namespace

std::uint32_t block_format() noexcept {
  static const std::uint32_t format = [] {
    std::string table;
    append_varint(table, kLayout);
    for (const FlowFieldInfo& row : flow_fields()) {
      append_varint(table, static_cast<std::uint64_t>(row.kind));
      table += row.name;
      table += row.api_name;
      table += '\0';
    }
    return crc32_of(table);
  }();
  return format;
}

std::optional<std::size_t> VersionBlockWriter::add(const Flow& flow) {
  const Extent extent = extent_of(flow);
  if (flow_ends_.size() == kMaxFlowsOfBlock) return std::nullopt;
  if (flow_bytes_ + texts_.size() + extent.bytes > kMaxBlockBytes) return std::nullopt;
  char* out = flows_.data() + flow_bytes_;
  // The id and the name are those of this flow alone.
  out = put_varint(out, new_number(flow.id));
  out = put_varint(out, new_number(flow.name));
  out = put_varint(out, static_cast<std::uint64_t>(flow.version_time.time_since_epoch().count()));
  out = put_varint(out, extent.field_count);
  std::size_t previous = 0;
  for (std::size_t i = 0; i < extent.field_count; ++i) {
    const auto field = static_cast<std::size_t>(extent.fields[i]);
    const FieldValue value = flow.value(extent.fields[i]);
    const bool is_single = value.size() == 1;
    out = put_varint(out, 2 * (field - previous) + (is_single ? 0 : 1));
    out =
        is_single ? put_varint(out, number_of_single(field, value.front())) : put_value(out, value);
    previous = field;
  }
  out = put_varint(out, flow.unknown_fields.size());
  for (const UnknownField& field : flow.unknown_fields) {
    out = put_varint(out, shared_number(field.api_name));
    out = put_value(out, field.value);
  }
  flow_bytes_ = static_cast<std::size_t>(out - flows_.data());
  flow_ends_.push_back(static_cast<std::uint32_t>(flow_bytes_));
  return flow_ends_.size() - 1;
}

VersionBlockWriter::TextNumber VersionBlockWriter::number_of_single(std::size_t field,
                                                                    std::string_view text) {
  // Flow after flow many fields have the same value.
  TextNumber& last = last_[field];
  if (last != 0) {
    const std::uint32_t begin = last == 1 ? 0 : text_ends_[last - 2];
    if (is_same_text(view(texts_, begin, text_ends_[last - 1]), text)) return last - 1;
  }
  const TextNumber number = shared_number(text);
  last = number + 1;
  return number;
}

char* VersionBlockWriter::put_value(char* out, FieldValue value) {
  out = put_varint(out, value.size());
  for (const std::string_view text : value) out = put_varint(out, shared_number(text));
  return out;
}

VersionBlockWriter::TextNumber VersionBlockWriter::shared_number(std::string_view text) {
  if (text.size() > kLongestSharedText) return new_number(text);
  for (std::size_t slot = hash_of(text);; slot = (slot + 1) % kSlots) {
    if (slots_[slot] == 0) {
      const TextNumber number = new_number(text);
      if (number < kMostSharedTexts) slots_[slot] = number + 1;
      return number;
    }
    const TextNumber number = slots_[slot] - 1;
    const std::uint32_t begin = number == 0 ? 0 : text_ends_[number - 1];
    if (is_same_text(view(texts_, begin, text_ends_[number]), text)) return number;
  }
}

VersionBlockWriter::TextNumber VersionBlockWriter::new_number(std::string_view text) {
  texts_ += text;
  text_ends_.push_back(static_cast<std::uint32_t>(texts_.size()));
  return static_cast<TextNumber>(text_ends_.size() - 1);
}

std::string VersionBlockWriter::finish() {
  std::string block;
  block.reserve(texts_.size() + flow_bytes_ + 3 * (text_ends_.size() + flow_ends_.size()) + 16);
  append_lengths(block, text_ends_);
  append_lengths(block, flow_ends_);
  block += texts_;
  block.append(flows_.data(), flow_bytes_);
  block += checksum_of(block);
  begin();
  return block;
}

void VersionBlockWriter::begin() {
  flow_ends_.clear();
  flow_bytes_ = 0;
  text_ends_.clear();
  texts_.clear();
  slots_.fill(0);
  last_.fill(0);
}

std::optional<VersionBlockReader> VersionBlockReader::open(std::string_view block) {
  if (block.size() < kChecksumBytes || block.size() > 2 * kMaxBlockBytes) return std::nullopt;
  std::string_view rest = block.substr(0, block.size() - kChecksumBytes);
  if (block.substr(rest.size()) != checksum_of(rest)) return std::nullopt;
  const auto text_lengths = take_lengths(rest);
  if (!text_lengths) return std::nullopt;
  const auto flow_lengths = take_lengths(rest);
  if (!flow_lengths || flow_lengths->size() > kMaxFlowsOfBlock) return std::nullopt;
  VersionBlockReader reader;
  reader.texts_.reserve(text_lengths->size());
  for (const std::size_t length : *text_lengths) {
    const auto bytes = take_bytes(rest, length);
    if (!bytes) return std::nullopt;
    reader.texts_.push_back({.bytes = *bytes});
  }
  reader.flows_.reserve(flow_lengths->size());
  for (const std::size_t length : *flow_lengths) {
    const auto bytes = take_bytes(rest, length);
    if (!bytes) return std::nullopt;
    reader.flows_.push_back(*bytes);
  }
  if (!rest.empty()) return std::nullopt;
  return reader;
}

std::optional<Flow> VersionBlockReader::read(std::size_t position, FlowBatch& batch) {
  if (position >= flows_.size()) return std::nullopt;
  std::string_view rest = flows_[position];
  const auto id = read_text(rest, batch);
  const auto name = read_text(rest, batch);
  const auto time = take_varint(rest);
  if (!id || id->empty() || !name || !time) return std::nullopt;
  Flow flow;
  flow.id = *id;
  flow.name = *name;
  flow.version_time = UnixSeconds(std::chrono::seconds(static_cast<std::int64_t>(*time)));
  if (!read_fields(rest, flow, batch) || !read_unknown_fields(rest, flow, batch) || !rest.empty())
    return std::nullopt;
  return flow;
}

bool VersionBlockReader::read_fields(std::string_view& rest, Flow& flow, FlowBatch& batch) {
  const std::optional<std::size_t> fields = take_count(rest);
  if (!fields) return false;
  std::size_t field = 0;
  for (std::size_t i = 0; i < *fields; ++i) {
    const auto step = take_varint(rest);
    if (!step || *step / 2 >= kFlowFieldCount) return false;
    field += static_cast<std::size_t>(*step / 2);
    if (field >= kFlowFieldCount || !is_of_entity(flow_fields()[field].kind)) return false;
    const std::optional<std::uint64_t> texts = *step % 2 == 0 ? 1 : take_varint(rest);
    if (!texts) return false;
    const std::optional<FieldValue> value = read_value(rest, *texts, batch);
    if (!value) return false;
    flow.set(static_cast<FlowField>(field), *value);
  }
  return true;
}

bool VersionBlockReader::read_unknown_fields(std::string_view& rest, Flow& flow, FlowBatch& batch) {
  const std::optional<std::size_t> count = take_count(rest);
  // A field has at least its name and the number of its texts.
  if (!count || 2 * *count > rest.size()) return false;
  const std::span<UnknownField> fields = batch.new_unknown_fields(*count);
  for (UnknownField& field : fields) {
    const auto name = read_text(rest, batch);
    const auto texts = take_varint(rest);
    if (!name || !texts) return false;
    const std::optional<FieldValue> value = read_value(rest, *texts, batch);
    if (!value) return false;
    field = {.api_name = *name, .value = *value};
  }
  flow.unknown_fields = fields;
  return true;
}

std::optional<FieldValue> VersionBlockReader::read_value(std::string_view& rest,
                                                         std::uint64_t count, FlowBatch& batch) {
  if (count > rest.size()) return std::nullopt;
  const std::span<std::string_view> texts = batch.new_texts(static_cast<std::size_t>(count));
  for (std::string_view& text : texts) {
    const auto read = read_text(rest, batch);
    if (!read) return std::nullopt;
    text = *read;
  }
  return texts;
}

std::optional<std::string_view> VersionBlockReader::read_text(std::string_view& rest,
                                                              FlowBatch& batch) {
  const auto number = take_varint(rest);
  if (!number || *number >= texts_.size()) return std::nullopt;
  Text& text = texts_[static_cast<std::size_t>(*number)];
  if (!text.is_copied) text = {.bytes = batch.copy(text.bytes), .is_copied = true};
  return text.bytes;
}

}  // namespace vrni2syslog
