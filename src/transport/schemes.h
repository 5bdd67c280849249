#pragma once

#include "transport/contract/framing.h"
#include "transport/contract/receipt.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vrni2syslog {

class Transport;
struct TransportContext;

/// What follows "scheme://".
enum class Location {
  Network,   ///< host and port
  Path,      ///< a path of this computer
  Standard,  ///< nothing: "-"
};

inline constexpr std::size_t kNoLineLimit = static_cast<std::size_t>(-1);

/// One row of the table: a kind of transport and how its addresses are written.
struct Scheme {
  std::string_view name;
  Location location;
  std::uint16_t default_port;  ///< 0 where there are none
  bool has_framing;            ///< whether ?framing= makes sense: a stream, not datagrams
  Framing default_framing;
  bool has_tls;                ///< whether ?fingerprint= and its like make sense
  std::size_t max_line_bytes;  ///< kNoLineLimit where the transport has no limit of its own
  Verdict best_verdict;        ///< the most that a receipt can say
  std::unique_ptr<Transport> (*make)(const TransportContext& context);
};

/// The table.
[[nodiscard]] std::span<const Scheme> all_schemes() noexcept;
/// Null where the table has no such scheme. The name is in lower case.
[[nodiscard]] const Scheme* find_scheme(std::string_view name) noexcept;
/// "tls://, tcp://, ...", for messages.
[[nodiscard]] std::string scheme_list();

}  // namespace vrni2syslog
