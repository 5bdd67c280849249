#include "transport/file/file_transport.h"

#include "base/error.h"
#include "base/file.h"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

constexpr std::size_t kFileBufferBytes = 256U * 1024;
constexpr mode_t kMode = 0640;

[[noreturn]] void fail(Fault fault, std::string_view what, int error_number) {
  throw Error(fault, fmt::format("cannot {}: {}", what, errno_text(error_number)));
}

class FileTransport final : public Transport {
 public:
  explicit FileTransport(const TransportContext& context)
      : path_(context.endpoint.path), framing_(context.endpoint.framing) {}

  asio::awaitable<void> open() override;
  asio::awaitable<void> send(const LineBatch& lines) override;
  asio::awaitable<Receipt> close() override;
  [[nodiscard]] std::string peer_description() const override { return printable(path_.string()); }

 private:
  void end_cut_line();
  void flush();
  void sync_directory() const;

  std::filesystem::path path_;
  Framing framing_;
  FileDescriptor file_;
  std::string buffer_;
};

asio::awaitable<void> FileTransport::open() {
  // Without O_NONBLOCK a named pipe would wait for its reader.
  constexpr int kFlags = O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  file_ = FileDescriptor(::open(path_.c_str(), O_RDWR | kFlags, kMode));
  if (!file_.is_open() && errno == EACCES)
    file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | kFlags, kMode));
  if (!file_.is_open()) fail(Fault::CannotCreate, "open", errno);

  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) fail(Fault::CannotCreate, "open", errno);
  if (!S_ISREG(status.st_mode)) {
    throw Error(Fault::CannotCreate, "this is not a regular file; use \"-\" for standard output");
  }
  end_cut_line();
  co_return;
}

/// Ends the line that a crash may have left at the file's end, so that it does not spoil the first
/// of ours.
void FileTransport::end_cut_line() {
  if (framing_ == Framing::Octet) return;
  const char expected = framing_ == Framing::Lf ? '\n' : '\0';
  char last = expected;
  const off_t size = ::lseek(file_.get(), 0, SEEK_END);
  // A file that we may not read keeps what it has.
  if (size > 0 && ::pread(file_.get(), &last, 1, size - 1) == 1 && last != expected)
    buffer_ += expected;
}

asio::awaitable<void> FileTransport::send(const LineBatch& lines) {
  for (std::size_t i = 0; i < lines.line_count(); ++i) {
    append_frame(buffer_, lines.line(i), framing_);
    if (buffer_.size() >= kFileBufferBytes) flush();
  }
  flush();
  co_return;
}

void FileTransport::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(Fault::CannotWrite, "write", errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

asio::awaitable<Receipt> FileTransport::close() {
  flush();
  if (::fsync(file_.get()) != 0) fail(Fault::CannotWrite, "sync", errno);
  sync_directory();
  file_.reset();
  Receipt receipt;
  receipt.verdict = Verdict::Consumed;
  co_return receipt;
}

/// Puts the name of a new file on disk as well.
void FileTransport::sync_directory() const {
  const FileDescriptor directory(
      ::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A directory that we may not read held the file before.
  if (directory.is_open() && ::fsync(directory.get()) != 0 && errno != EINVAL)
    fail(Fault::CannotWrite, "sync its directory", errno);
}

}  // namespace

std::unique_ptr<Transport> make_file_transport(const TransportContext& context) {
  return std::make_unique<FileTransport>(context);
}

}  // namespace vrni2syslog
