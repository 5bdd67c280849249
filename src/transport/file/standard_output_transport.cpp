#include "transport/file/standard_output_transport.h"

#include "base/error.h"
#include "base/file.h"
#include "transport/contract/framing.h"
#include "transport/net/watched_descriptor.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <string_view>
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
/// for a file, which needs no waiting.
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
/// loop with it. Writing without waiting needs an open file of our own, since other processes share
/// standard output. Not open for anything but a terminal, or if the terminal cannot be opened.
FileDescriptor open_terminal_again(int descriptor) {
  if (::isatty(descriptor) == 0) return FileDescriptor();
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  return FileDescriptor(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

class StandardOutputTransport final : public Transport {
 public:
  StandardOutputTransport(asio::io_context& loop, int descriptor);

  asio::awaitable<void> send(const LineBatch& lines) override;
  asio::awaitable<Receipt> commit() override;
  [[nodiscard]] std::string peer_description() const override { return "standard output"; }

 private:
  asio::awaitable<void> flush();
  [[nodiscard]] std::size_t write_some(std::string_view bytes) const;
  [[nodiscard]] bool can_write() const;

  int descriptor_;
  FileDescriptor terminal_;  ///< if descriptor_ is a terminal, the same one opened once more
  /// Tells when a pipe or terminal takes more; null for a file, which always does.
  std::unique_ptr<WatchedDescriptor> writable_;
  std::string buffer_;
};

StandardOutputTransport::StandardOutputTransport(asio::io_context& loop, int descriptor)
    : descriptor_(descriptor), terminal_(open_terminal_again(descriptor)) {
  if (terminal_.is_open()) descriptor_ = terminal_.get();
  FileDescriptor watch = watch_writability(descriptor_);
  if (watch.is_open()) writable_ = std::make_unique<WatchedDescriptor>(loop, std::move(watch));
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

/// Returns how many bytes were written; 0 if none could be.
std::size_t StandardOutputTransport::write_some(std::string_view bytes) const {
  // A writable pipe takes this much at once, so that neither we nor the loop have to wait.
  const std::size_t size = writable_ ? std::min<std::size_t>(bytes.size(), PIPE_BUF) : bytes.size();
  const ssize_t written = ::write(descriptor_, bytes.data(), size);
  if (written >= 0) return static_cast<std::size_t>(written);
  if (errno == EPIPE) throw Error(Fault::OutputClosed, "its reader has closed it");
  if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) fail(errno);
  return 0;
}

asio::awaitable<Receipt> StandardOutputTransport::commit() {
  Receipt receipt;
  receipt.verdict = Verdict::Written;
  co_return receipt;
}

}  // namespace

std::unique_ptr<Transport> make_output_transport(asio::io_context& loop, int descriptor) {
  return std::make_unique<StandardOutputTransport>(loop, descriptor);
}

asio::awaitable<std::unique_ptr<Transport>> open_standard_output(asio::io_context& loop,
                                                                 const Endpoint&,
                                                                 const CollectorOptions&) {
  co_return make_output_transport(loop, STDOUT_FILENO);
}

}  // namespace vrni2syslog
