#include "transport/net/connection_race.h"

#include "transport/net/network_failure.h"

#include <algorithm>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::steady_clock;

FileDescriptor make_epoll() {
  FileDescriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_open()) throw Error(Fault::Unreachable, "cannot connect: " + errno_text(errno));
  return epoll;
}

int pending_error(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

/// Whether a connect in progress has succeeded. A wait for it may end early, so getpeername(2) is
/// asked.
bool is_connected(int socket) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  return ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

/// 0 once the socket is connected, EINPROGRESS, or the errno value of its failure, which the kernel
/// tells only once.
int connect_state(int socket) {
  const int error = pending_error(socket);
  if (error != 0) return error;
  return is_connected(socket) ? 0 : EINPROGRESS;
}

}  // namespace

StartedConnect start_connect(const SocketAddress& address, int socket_type) {
  StartedConnect started;
  started.socket =
      FileDescriptor(::socket(address.family(), socket_type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const bool is_connected = started.socket.is_open() &&
                            ::connect(started.socket.get(), address.data(), address.size()) == 0;
  if (!is_connected) started.error_number = errno;
  return started;
}

struct ConnectionRace::Attempt {
  std::size_t address;
  FileDescriptor socket;
  SteadyTime until;
};

ConnectionRace::ConnectionRace(asio::io_context& loop, std::vector<SocketAddress> addresses,
                               std::uint16_t port, std::chrono::milliseconds timeout)
    : loop_(loop),
      addresses_(std::move(addresses)),
      port_(port),
      timeout_(timeout),
      race_(addresses_.size()),
      failures_(addresses_.size()),
      events_(loop, make_epoll()) {}

ConnectionRace::~ConnectionRace() = default;

asio::awaitable<ConnectionRace::Winner> ConnectionRace::next() {
  while (true) {
    start_due();
    std::optional<Winner> winner = take_connected();
    if (winner) co_return std::move(*winner);
    if (race_.is_lost()) co_return Winner();
    co_await events_.wait(Readiness::Readable, next_event());
  }
}

void ConnectionRace::reject(std::size_t address, const Error& reason) {
  failures_[address] = reason;
  race_.fail(address, steady_clock::now());
}

void ConnectionRace::start_due() {
  const SteadyTime now = steady_clock::now();
  while (const std::optional<std::size_t> address = race_.take_due(now)) start(*address, now);
}

void ConnectionRace::start(std::size_t address, SteadyTime now) {
  StartedConnect started = start_connect(addresses_[address], SOCK_STREAM);
  int error = started.error_number;
  epoll_event event{};
  event.events = EPOLLOUT;
  // A socket that is connected already is found in the same way as the others.
  if ((error == 0 || error == EINPROGRESS) &&
      ::epoll_ctl(events_.get(), EPOLL_CTL_ADD, started.socket.get(), &event) == 0) {
    attempts_.push_back({address, std::move(started.socket), now + timeout_});
    return;
  }
  if (error == 0 || error == EINPROGRESS) error = errno;
  fail(address, error);
}

/// The first attempt that is connected, if any; records those before it that have failed.
std::optional<ConnectionRace::Winner> ConnectionRace::take_connected() {
  const SteadyTime now = steady_clock::now();
  for (auto attempt = attempts_.begin(); attempt != attempts_.end();) {
    int state = connect_state(attempt->socket.get());
    if (state == 0) return end_race(*attempt);
    if (state == EINPROGRESS && now < attempt->until) {
      ++attempt;
      continue;
    }
    if (state == EINPROGRESS) state = ETIMEDOUT;
    const std::size_t address = attempt->address;
    attempt = attempts_.erase(attempt);
    fail(address, state);
  }
  return std::nullopt;
}

ConnectionRace::Winner ConnectionRace::end_race(Attempt& winner) {
  race_.win(winner.address);
  ::epoll_ctl(events_.get(), EPOLL_CTL_DEL, winner.socket.get(), nullptr);
  auto socket = std::make_unique<WatchedDescriptor>(loop_, std::move(winner.socket));
  Winner result(std::move(socket), winner.address, winner.until);
  attempts_.clear();
  return result;
}

void ConnectionRace::fail(std::size_t address, int error_number) {
  reject(address, Error(Fault::Unreachable, connect_failure_text(error_number, port_)));
}

SteadyTime ConnectionRace::next_event() const noexcept {
  SteadyTime next = race_.next_due();
  for (const Attempt& attempt : attempts_) next = std::min(next, attempt.until);
  return next;
}

}  // namespace vrni2syslog
