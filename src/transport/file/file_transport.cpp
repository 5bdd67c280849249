#include "transport/file/file_transport.h"

#include "base/error.h"
#include "base/file.h"
#include "base/file_trust.h"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
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
  /// Opens the file. Throws Error(CannotCreate).
  explicit FileTransport(const Endpoint& endpoint)
      : path_(endpoint.path), framing_(endpoint.framing) {
    open();
  }

  asio::awaitable<void> send(const LineBatch& lines) override;
  asio::awaitable<Receipt> commit() override;
  [[nodiscard]] std::string peer_description() const override { return printable(path_.string()); }

 private:
  void open();
  void end_cut_line();
  void flush();
  void write_whole(std::string_view rest);
  void sync_directory() const;
  [[nodiscard]] bool has_its_name() const;
  [[nodiscard]] std::string loss() const;

  std::filesystem::path path_;
  Framing framing_;
  FileDescriptor file_;
  std::string buffer_;
  bool has_written_ = false;
  off_t end_ = 0;         ///< the place in the file behind the last byte that was written
  bool was_cut_ = false;  ///< a write went to an earlier place than the one before it had reached
};

/// Makes the file, if root runs this, for the owner of its directory, such as a service's user: to
/// root's file, that user could not append any more. A file system that does not let root do so has
/// an owner of its own choice.
void make_for_owner_of_directory(const std::filesystem::path& path) {
  struct stat status {};
  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : ".";
  if (::geteuid() != kRoot || ::stat(directory.c_str(), &status) != 0) return;
  if (status.st_uid == kRoot || (status.st_mode & S_ISVTX) != 0) return;
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  const FileDescriptor made(::open(path.c_str(), kFlags, kMode));
  if (made.is_open()) [[maybe_unused]]
    const int result = ::fchown(made.get(), status.st_uid, status.st_gid);
}

void FileTransport::open() {
  make_for_owner_of_directory(path_);
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
}

/// A crash may have left half a line at the file's end: ends it, so that it does not spoil our
/// first line.
void FileTransport::end_cut_line() {
  buffer_.clear();
  if (framing_ == Framing::Octet) return;
  const char expected = framing_ == Framing::Lf ? '\n' : '\0';
  char last = expected;
  const off_t size = ::lseek(file_.get(), 0, SEEK_END);
  // The end of a file that we may not read stays as it is.
  if (size > 0 && ::pread(file_.get(), &last, 1, size - 1) == 1 && last != expected)
    buffer_ += expected;
}

asio::awaitable<void> FileTransport::send(const LineBatch& lines) {
  // The platform may have been slow, and the file may have been renamed or cut meanwhile.
  if (!has_written_) open();
  for (std::size_t i = 0; i < lines.line_count(); ++i) {
    append_frame(buffer_, lines.line(i), framing_);
    if (buffer_.size() >= kFileBufferBytes) flush();
  }
  flush();
  co_return;
}

void FileTransport::flush() {
  write_whole(buffer_);
  buffer_.clear();
}

void FileTransport::write_whole(std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(Fault::CannotWrite, "write", errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
    // With O_APPEND the descriptor's place is where the write has ended.
    const off_t end = ::lseek(file_.get(), 0, SEEK_CUR);
    was_cut_ = was_cut_ || (has_written_ && end < end_ + written);
    end_ = end;
    has_written_ = true;
  }
}

/// Lines in a file that nobody finds any more are lost, even though they are on disk.
asio::awaitable<Receipt> FileTransport::commit() {
  if (::fsync(file_.get()) != 0) fail(Fault::CannotWrite, "sync", errno);
  sync_directory();
  Receipt receipt;
  receipt.detail = has_written_ ? loss() : "";
  if (receipt.detail.empty()) receipt.verdict = Verdict::Consumed;
  co_return receipt;
}

/// Whether the path still leads to the file that is open.
bool FileTransport::has_its_name() const {
  struct stat open_file {};
  struct stat named_file {};
  return ::fstat(file_.get(), &open_file) == 0 && ::stat(path_.c_str(), &named_file) == 0 &&
         open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

/// What has happened to the lines since they were written; empty if they are all there.
std::string FileTransport::loss() const {
  if (!has_its_name()) {
    return "the file was renamed, removed or replaced while lines were written to it (log "
           "rotation?); the file that has its name now gets all of them";
  }
  struct stat status {};
  if (was_cut_ || ::fstat(file_.get(), &status) != 0 || status.st_size < end_) {
    return "the file was cut while lines were written to it (log rotation with copytruncate?); it "
           "gets all of them again";
  }
  return {};
}

/// Puts the name of a new file on disk as well.
void FileTransport::sync_directory() const {
  const FileDescriptor directory(
      ::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // If we may not read the directory, the file was in it before.
  if (directory.is_open() && ::fsync(directory.get()) != 0 && errno != EINVAL)
    fail(Fault::CannotWrite, "sync its directory", errno);
}

}  // namespace

asio::awaitable<std::unique_ptr<Transport>> open_file(asio::io_context&, const Endpoint& endpoint,
                                                      const CollectorOptions&) {
  co_return std::make_unique<FileTransport>(endpoint);
}

}  // namespace vrni2syslog
