#include "transport/file/standard_output_transport.h"

#include "base/error.h"
#include "base/file.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <utility>

namespace vrni2syslog {
namespace {

constexpr std::size_t kOutputBufferBytes = 64U * 1024;

[[noreturn]] void fail(int error_number) {
  throw Error(Fault::CannotWrite, "cannot write: " + errno_text(error_number));
}

/// An epoll instance that is readable when `descriptor` is writable. Standard output itself must
/// not be given to Asio: that would make it non-blocking for every process that shares it. Not open
/// where nothing needs waiting for.
FileDescriptor watch_writability(int descriptor) {
  FileDescriptor watch(::epoll_create1(EPOLL_CLOEXEC));
  if (!watch.is_open()) fail(errno);
  epoll_event event{};
  event.events = EPOLLOUT;
  if (::epoll_ctl(watch.get(), EPOLL_CTL_ADD, descriptor, &event) == 0) return watch;
  if (errno != EPERM) fail(errno);
  return FileDescriptor();
}

/// A terminal may be stopped (Ctrl-S) in the middle of a write, which then waits, and the whole
/// loop with it. One that does not wait needs an open file of its own, since others share ours. Not
/// open where that cannot be had.
FileDescriptor open_terminal_again(int descriptor) {
  if (::isatty(descriptor) == 0) return FileDescriptor();
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  return FileDescriptor(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

}  // namespace

asio::awaitable<void> StandardOutputTransport::open() {
  if (!terminal_.is_open()) terminal_ = open_terminal_again(descriptor_);
  if (terminal_.is_open()) descriptor_ = terminal_.get();
  FileDescriptor watch = watch_writability(descriptor_);
  if (watch.is_open()) writable_ = std::make_unique<WatchedDescriptor>(loop_, std::move(watch));
  co_return;
}

asio::awaitable<void> StandardOutputTransport::send(const LineBatch& lines) {
  for (std::size_t i = 0; i < lines.line_count(); ++i) {
    append_frame(buffer_, lines.line(i), Framing::Lf);
    if (buffer_.size() >= kOutputBufferBytes) co_await flush();
  }
  co_await flush();
}

asio::awaitable<void> StandardOutputTransport::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    if (can_write())
      rest.remove_prefix(write_some(rest));
    else
      co_await writable_->wait(Readiness::Readable, SteadyTime::max());
  }
  buffer_.clear();
}

bool StandardOutputTransport::can_write() const {
  if (!writable_) return true;
  pollfd state{descriptor_, POLLOUT, 0};
  return ::poll(&state, 1, 0) == 1;
}

/// Returns how much was written, 0 where nothing could be.
std::size_t StandardOutputTransport::write_some(std::string_view bytes) const {
  // A pipe that is writable takes this much without making us, and so the whole loop, wait.
  const std::size_t size = writable_ ? std::min<std::size_t>(bytes.size(), PIPE_BUF) : bytes.size();
  const ssize_t written = ::write(descriptor_, bytes.data(), size);
  if (written >= 0) return static_cast<std::size_t>(written);
  if (errno == EPIPE) throw Error(Fault::OutputClosed, "its reader has closed it");
  if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) fail(errno);
  return 0;
}

asio::awaitable<Receipt> StandardOutputTransport::close() {
  Receipt receipt;
  receipt.verdict = Verdict::Written;
  co_return receipt;
}

std::unique_ptr<Transport> make_standard_output_transport(const TransportContext& context) {
  return std::make_unique<StandardOutputTransport>(context, STDOUT_FILENO);
}

}  // namespace vrni2syslog
