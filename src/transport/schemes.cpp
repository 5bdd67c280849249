#include "transport/schemes.h"

#include "transport/datagram/udp_transport.h"
#include "transport/file/file_transport.h"
#include "transport/file/standard_output_transport.h"
#include "transport/relp/relp_frame_parser.h"
#include "transport/relp/relp_transport.h"
#include "transport/stream/tcp_transport.h"
#include "transport/stream/tls_transport.h"
#include "transport/unix/unix_transport.h"

#include <array>

namespace vrni2syslog {
namespace {

/// What every receiver should take in one datagram (RFC 5426 section 3.2).
constexpr std::size_t kMaxDatagramLine = 2048;

using enum Location;
using enum Framing;

// clang-format off
constexpr auto kSchemes = std::to_array<Scheme>({
  // name    location  port  framing?      TLS?   longest line       best verdict       maker
  {"tls",   Network,  6514, true,  Octet, true,  kNoLineLimit,      Verdict::Consumed, make_tls_transport},
  {"tcp",   Network,  514,  true,  Lf,    false, kNoLineLimit,      Verdict::Consumed, make_tcp_transport},
  {"udp",   Network,  514,  false, Lf,    false, kMaxDatagramLine,  Verdict::Written,  make_udp_transport},
  {"relp",  Network,  2514, false, Lf,    false, kMaxRelpDataBytes, Verdict::Consumed, make_relp_transport},
  {"relps", Network,  2514, false, Lf,    true,  kMaxRelpDataBytes, Verdict::Consumed, make_relps_transport},
  {"unix",  Path,     0,    true,  Lf,    false, kNoLineLimit,      Verdict::Consumed, make_unix_transport},
  {"file",  Path,     0,    true,  Lf,    false, kNoLineLimit,      Verdict::Consumed, make_file_transport},
  {"-",     Standard, 0,    false, Lf,    false, kNoLineLimit,      Verdict::Written,  make_standard_output_transport},
});
// clang-format on

}  // namespace

std::span<const Scheme> all_schemes() noexcept {
  return kSchemes;
}

const Scheme* find_scheme(std::string_view name) noexcept {
  for (const Scheme& scheme : kSchemes) {
    if (scheme.name == name) return &scheme;
  }
  return nullptr;
}

std::string scheme_list() {
  std::string list;
  for (const Scheme& scheme : kSchemes) {
    if (!list.empty()) list += ", ";
    list += scheme.name;
    if (scheme.location != Location::Standard) list += "://";
  }
  return list;
}

}  // namespace vrni2syslog
