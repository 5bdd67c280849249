#pragma once

#include "transport/contract/collector_options.h"
#include "transport/contract/endpoint.h"
#include "transport/contract/receipt.h"
#include "transport/contract/transport.h"
#include "transport/contract/url.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// What follows "scheme://".
enum class Location {
  Network,   ///< host and port
  Topic,     ///< hosts and ports of brokers with commas between them, and the path is a topic
  Path,      ///< a path of this computer
  Standard,  ///< nothing: "-"
};

inline constexpr std::size_t kNoLineLimit = static_cast<std::size_t>(-1);

/// One row of the table: a kind of transport and how its addresses are written.
struct Scheme {
  std::string_view name;
  Location location = Location::Network;
  std::uint16_t default_port = 0;  ///< 0 for a scheme without ports
  /// The name of the only line format that the scheme takes, whatever --format says; empty if it
  /// takes every one. Only where this is not empty may Scheme::read_options put another one into
  /// Endpoint::format: otherwise ?format=, or its absence, replaces what it chose.
  std::string_view own_format = {};
  std::size_t max_line_bytes = kNoLineLimit;  ///< kNoLineLimit if the transport has no limit
  Verdict best_verdict = Verdict::Consumed;   ///< the most that a receipt can say
  /// Takes the scheme's own options from the URL's query into the endpoint; null if it has none.
  /// `tls` is what --collector-ca-file and its like set for all collectors. Throws Error(Usage).
  void (*read_options)(UrlOptions& options, const TlsSettings& tls, Endpoint& endpoint) = nullptr;
  /// Makes a transport that is ready to send, on the transport loop's thread. The loop outlives the
  /// transport, which copies the rest. Throws Error(Unreachable) with the remedy, Error(Refused),
  /// Error(LoginRefused), Error(Configuration), Error(CannotCreate).
  asio::awaitable<std::unique_ptr<Transport>> (*connect)(asio::io_context& loop,
                                                         const Endpoint& endpoint,
                                                         const CollectorOptions& options) = nullptr;
};

/// Null if the table has no such scheme. The name is in lower case.
[[nodiscard]] const Scheme* find_scheme(std::string_view name) noexcept;
/// "tls://, tcp://, ...", for messages.
[[nodiscard]] std::string scheme_list();

/// Takes what a URL's query says into the endpoint: the scheme's own options and ?format=, in whose
/// place a scheme's own format stands. Throws Error(Usage) for an option that the scheme does not
/// have, and what Scheme::read_options throws.
void read_url_options(const Url& url, const Scheme& scheme, const TlsSettings& tls,
                      Endpoint& endpoint);

}  // namespace vrni2syslog
