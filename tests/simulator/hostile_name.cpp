#include "hostile_name.h"

#include <array>
#include <string_view>

namespace vrni2syslog::simulator {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kOversizedBytes = 70'000;

constexpr std::array kSuffixes{
    " \"quoted\" 'single'"sv,
    " [brackets] ] x=\"y\" ]"sv,
    " back\\slash \\n \\\" \\] \\"sv,
    "\r\n second line\n\nfourth\r"sv,
    "\n<166>1 2020-01-01T00:00:00Z forged vrni2syslog 1 FLOW_ALLOW - forged line"sv,
    " nul\0 inside"sv,
    " \u202Eright to left\u202C \u200F"sv,
    " line\u2028separator\u2029paragraph\u0085next"sv,
    " lone \xED\xA0\x80 high \xED\xB0\x80 low"sv,
    " \U0001F4A9\U0001F468\u200D\U0001F4BB emoji"sv,
    " a,b=c|d;e%s%n${jndi:ldap://x} <b>&amp;</b>"sv,
    "\t\b\f\v\x1B[31mred\x7F bell\a"sv,
    " \uFEFFbom \u0301combining \uFFFDreplaced"sv,
};

}  // namespace

std::size_t hostile_kind_count() noexcept {
  return kSuffixes.size();
}

std::string hostile_name(const std::string& plain, std::uint64_t kind) {
  return plain + std::string(kSuffixes[kind % kSuffixes.size()]);
}

std::string oversized_name(const std::string& plain) {
  constexpr std::string_view kFilling = " 0123456789 \u00E9t\u00E9";
  std::string name = plain;
  name.reserve(kOversizedBytes + kFilling.size());
  while (name.size() < kOversizedBytes) name += kFilling;
  return name;
}

}  // namespace vrni2syslog::simulator
