#include "entity_id.h"

#include "hash.h"

#include <fmt/format.h>

#include <charconv>

namespace vrni2syslog::simulator {
namespace {

constexpr std::string_view kCustomer = "10000:";
constexpr std::uint64_t kMask = ~std::uint64_t{0} >> 1U;  // 63 bits: ids are Java longs
constexpr std::uint64_t kFactor = 0x5851F42D4C957F2DU;

// An odd number has an inverse modulo a power of two; each Newton step doubles the correct bits.
constexpr std::uint64_t inverse(std::uint64_t odd) noexcept {
  std::uint64_t result = odd;
  for (int step = 0; step < 6; ++step) result *= 2U - odd * result;
  return result;
}
static_assert(kFactor * inverse(kFactor) == 1);

template <typename Number>
bool parse_whole(std::string_view text, Number& number) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::optional<EntityId> parse_entity_id(std::string_view text) noexcept {
  if (!text.starts_with(kCustomer)) return std::nullopt;
  text.remove_prefix(kCustomer.size());
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  EntityId id;
  if (!parse_whole(text.substr(0, colon), id.type_code)) return std::nullopt;
  if (!parse_whole(text.substr(colon + 1), id.number)) return std::nullopt;
  return id;
}

std::string EntityIds::text(std::uint32_t type_code, std::uint64_t index) const {
  const auto number = (index * kFactor + offset(type_code)) & kMask;
  return fmt::format("{}{}:{}", kCustomer, type_code, number);
}

std::uint64_t EntityIds::index(const EntityId& id) const noexcept {
  if (id.number > kMask) return kMask;
  return ((id.number - offset(id.type_code)) * inverse(kFactor)) & kMask;
}

std::uint64_t EntityIds::offset(std::uint32_t type_code) const noexcept {
  return mix(seed_ ^ (std::uint64_t{type_code} << 32U));
}

}  // namespace vrni2syslog::simulator
