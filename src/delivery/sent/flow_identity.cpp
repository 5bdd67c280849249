#include "delivery/sent/flow_identity.h"

#include "base/sha256.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace vrni2syslog {
namespace {

constexpr std::array kKeyFields{FlowField::SourceIp, FlowField::DestinationIp,
                                FlowField::DestinationPort, FlowField::DestinationPortEnd,
                                FlowField::Protocol};
constexpr std::array kFactFields{FlowField::Action,
                                 FlowField::RuleId,
                                 FlowField::SourceVm,
                                 FlowField::DestinationVm,
                                 FlowField::SourceVmTags,
                                 FlowField::DestinationVmTags,
                                 FlowField::SourceSecurityTags,
                                 FlowField::DestinationSecurityTags};

void append_number(std::string& out, std::size_t number) {
  for (int shift = 0; shift < 64; shift += 8) {
    out += static_cast<char>(std::uint64_t{number} >> shift & 0xFFU);
  }
}

void append_text(std::string& out, std::string_view text) {
  append_number(out, text.size());
  out += text;
}

/// A list says the same in any order, and the platform promises none.
void append_texts(std::string& out, FieldValue value) {
  if (value.size() < 2) {
    append_number(out, value.size());
    for (const std::string_view text : value) append_text(out, text);
    return;
  }
  std::vector<std::string_view> texts(value.begin(), value.end());
  std::ranges::sort(texts);
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  append_number(out, texts.size());
  for (const std::string_view text : texts) append_text(out, text);
}

template <std::size_t N>
[[nodiscard]] std::array<unsigned char, N> digest_of(std::string_view salt,
                                                     std::string_view encoded) {
  Sha256 sha;
  sha.update(salt);
  sha.update(encoded);
  const Sha256Digest digest = sha.finish();
  std::array<unsigned char, N> cut;
  std::ranges::copy_n(digest.begin(), N, cut.begin());
  return cut;
}

}  // namespace

FlowIdentifier::FlowIdentifier(std::string salt, const std::string& scope)
    : salt_(std::move(salt)) {
  append_text(salt_, scope);
}

std::optional<FlowIdentity> FlowIdentifier::identify(const Flow& flow) {
  if (flow.is_partial || flow.text(FlowField::SourceIp).empty() ||
      flow.text(FlowField::DestinationIp).empty()) {
    return std::nullopt;
  }
  FlowIdentity identity;
  encoded_ = "key";
  append_text(encoded_, flow.id);
  for (const FlowField field : kKeyFields) append_texts(encoded_, flow.value(field));
  identity.key = digest_of<sizeof(FlowKey)>(salt_, encoded_);
  encoded_ = "facts";
  for (const FlowField field : kFactFields) append_texts(encoded_, flow.value(field));
  identity.facts = digest_of<sizeof(FlowFacts)>(salt_, encoded_);
  return identity;
}

}  // namespace vrni2syslog
