#include "transport/stream/handshake.h"

#include "base/error.h"

namespace vrni2syslog {

asio::awaitable<void> shake_hands(ByteStream& stream, WatchedDescriptor& socket, SteadyTime until) {
  while (true) {
    const IoStatus status = stream.handshake();
    if (status == IoStatus::Done) co_return;
    const Readiness wanted =
        status == IoStatus::WantWrite ? Readiness::Writable : Readiness::Readable;
    const bool is_ready = co_await socket.wait(wanted, until);
    if (!is_ready) {
      throw Error(Fault::Unreachable,
                  "the TLS handshake took too long; does it speak TLS on this port?");
    }
  }
}

}  // namespace vrni2syslog
