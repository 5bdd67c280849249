#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "transport/net/address_race.h"
#include "transport/net/socket_address.h"
#include "transport/net/watched_descriptor.h"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace vrni2syslog {

/// A socket that is connected or about to be.
struct StartedConnect {
  FileDescriptor socket;
  int error_number = 0;  ///< 0: connected; EINPROGRESS: it takes time; any other: it has failed
};

/// Begins to connect a non-blocking socket of `socket_type` (SOCK_STREAM or SOCK_DGRAM). Only a TCP
/// connection takes time.
[[nodiscard]] StartedConnect start_connect(const SocketAddress& address, int socket_type);

/// Connects to the first of a collector's addresses that answers, in the order and at the times of
/// AddressRace, and to the next one if that connection is of no use. Belongs to the loop's thread.
class ConnectionRace {
 public:
  /// A connection, if any address is left.
  struct Winner {
    Winner() = default;
    Winner(std::unique_ptr<WatchedDescriptor> connected, std::size_t number, SteadyTime limit)
        : socket(std::move(connected)), address(number), until(limit) {}

    std::unique_ptr<WatchedDescriptor> socket;  ///< null if every address has failed
    std::size_t address = 0;                    ///< its number
    SteadyTime until;                           ///< when the time of this attempt is over
  };

  /// Tries the addresses in this order, each for `timeout`. `port` is for messages. Throws
  /// Error(Unreachable) if the system has no descriptor left.
  ConnectionRace(asio::io_context& loop, std::vector<SocketAddress> addresses, std::uint16_t port,
                 std::chrono::milliseconds timeout);
  ~ConnectionRace();

  /// Connects to the first that answers of the addresses that have not failed.
  asio::awaitable<Winner> next();
  /// The connection to the address was of no use, for this reason.
  void reject(std::size_t address, const Error& reason);

  [[nodiscard]] const std::vector<SocketAddress>& addresses() const noexcept { return addresses_; }
  /// For each address why it failed; nullopt for those that have not.
  [[nodiscard]] const std::vector<std::optional<Error>>& failures() const noexcept {
    return failures_;
  }

 private:
  struct Attempt;

  void start_due();
  void start(std::size_t address, SteadyTime now);
  [[nodiscard]] std::optional<Winner> take_connected();
  [[nodiscard]] Winner end_race(Attempt& winner);
  void fail(std::size_t address, int error_number);
  [[nodiscard]] SteadyTime next_event() const noexcept;

  asio::io_context& loop_;
  std::vector<SocketAddress> addresses_;
  std::uint16_t port_;
  std::chrono::milliseconds timeout_;
  AddressRace race_;
  std::vector<std::optional<Error>> failures_;
  std::vector<Attempt> attempts_;
  /// An epoll(7) of the sockets under way, so that one wait is for all of them.
  WatchedDescriptor events_;
};

}  // namespace vrni2syslog
