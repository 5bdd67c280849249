// To be preloaded (LD_PRELOAD) into a program, so that it fails at one of its changes below a
// folder:
//
//   WRITE_FAULT_DIRECTORY  the folder, an absolute path
//   WRITE_FAULT_CALL       at which call there, from 1 on
//   WRITE_FAULT_ONLY       of these alone, as in the log: "pwrite64 /folder/file"
//   WRITE_FAULT_TEXT       and of what writes, only what writes this text
//   WRITE_FAULT_ACTION     kill: the process is killed in place of the call
//                          after: it is killed once the call is done
//                          torn: as kill, but half of what was to be written is
//                          stall: the call never returns
//                          fail: from that call on, nothing can be changed
//   WRITE_FAULT_ERROR      why it cannot: ENOSPC, EDQUOT or EROFS
//   WRITE_FAULT_LOG        a file that gets a line for each call: its name and the path
//
// Calls are those that make, change, name, sync or close a file.

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>

namespace {

enum class Fault { None, Kill, After, Torn, Stall, Fail };

[[nodiscard]] std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

[[nodiscard]] std::string path_of(std::string_view path) {
  return std::string(path);
}

[[nodiscard]] std::string path_of(int descriptor) {
  char link[64];
  char target[PATH_MAX];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = ::readlink(link, target, sizeof target);
  return length > 0 ? std::string(target, static_cast<std::size_t>(length)) : std::string();
}

template <typename Function>
[[nodiscard]] Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

void log_call(const char* name, const std::string& path) {
  static const std::string_view file = variable("WRITE_FAULT_LOG");
  if (file.empty()) return;
  static const int log = next<int(const char*, int, ...)>("open64")(
      file.data(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string line = std::string(name) + " " + path + "\n";
  static_cast<void>(
      next<ssize_t(int, const void*, std::size_t)>("write")(log, line.data(), line.size()));
}

/// What is to happen to a call that changes something at a path.
[[nodiscard]] Fault fault_of(const char* name, const std::string& path) {
  static const std::string_view directory = variable("WRITE_FAULT_DIRECTORY");
  static std::atomic<long> calls{0};
  static const long wanted = std::atol(variable("WRITE_FAULT_CALL").data());
  static const std::string_view action = variable("WRITE_FAULT_ACTION");
  if (directory.empty() || !path.starts_with(directory)) return Fault::None;
  log_call(name, path);
  static const std::string_view only = variable("WRITE_FAULT_ONLY");
  if (!only.empty() && only != std::string(name) + " " + path) return Fault::None;
  const long call = ++calls;
  if (action == "fail") return call >= wanted ? Fault::Fail : Fault::None;
  if (call != wanted) return Fault::None;
  if (action == "after") return Fault::After;
  if (action == "stall") return Fault::Stall;
  return action == "torn" ? Fault::Torn : Fault::Kill;
}

template <typename Place>
[[nodiscard]] Fault fault_at(const char* name, Place place) {
  return fault_of(name, path_of(place));
}

[[noreturn]] void stall() {
  for (;;) ::pause();
}

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  stall();
}

[[nodiscard]] int fail() {
  const std::string_view name = variable("WRITE_FAULT_ERROR");
  errno = name == "EROFS" ? EROFS : name == "EDQUOT" ? EDQUOT : ENOSPC;
  return -1;
}

/// `function` does the call.
template <typename Place, typename Function>
int call(const char* name, Place place, const Function& function) {
  const Fault fault = fault_at(name, place);
  if (fault == Fault::Fail) return fail();
  if (fault == Fault::Stall) stall();
  if (fault == Fault::Kill || fault == Fault::Torn) die();
  const int result = function();
  if (fault == Fault::After) die();
  return result;
}

template <typename Function, typename Place, typename... Arguments>
int call_next(const char* name, Place place, Arguments... arguments) {
  return call(name, place, [&] { return next<Function>(name)(arguments...); });
}

[[nodiscard]] bool has_wanted_text(std::string_view bytes) {
  static const std::string_view text = variable("WRITE_FAULT_TEXT");
  return bytes.find(text) != std::string_view::npos;
}

/// `write` writes so many bytes of these.
template <typename Write>
ssize_t call_writer(const char* name, int descriptor, std::string_view bytes, const Write& write) {
  const std::size_t count = bytes.size();
  switch (has_wanted_text(bytes) ? fault_at(name, descriptor) : Fault::None) {
    case Fault::None:
      return write(count);
    case Fault::Fail:
      return fail();
    case Fault::Stall:
      stall();
    case Fault::Torn:
      static_cast<void>(write(count / 2));
      break;
    case Fault::After:
      static_cast<void>(write(count));
      break;
    case Fault::Kill:
      break;
  }
  die();
}

}  // namespace

extern "C" {

int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  static const auto real = next<int(const char*, int, ...)>("open64");
  const auto open = [&] { return real(path, flags, mode); };
  return (flags & O_CREAT) != 0 ? call("open", std::string_view(path), open) : open();
}

int mkostemp64(char* path, int flags) {
  return call_next<int(char*, int)>("mkostemp64", std::string_view(path), path, flags);
}

ssize_t write(int descriptor, const void* bytes, std::size_t count) {
  static const auto real = next<ssize_t(int, const void*, std::size_t)>("write");
  return call_writer("write", descriptor, {static_cast<const char*>(bytes), count},
                     [&](std::size_t part) { return real(descriptor, bytes, part); });
}

ssize_t pwrite64(int descriptor, const void* bytes, std::size_t count, off64_t offset) {
  static const auto real = next<ssize_t(int, const void*, std::size_t, off64_t)>("pwrite64");
  return call_writer("pwrite64", descriptor, {static_cast<const char*>(bytes), count},
                     [&](std::size_t part) { return real(descriptor, bytes, part, offset); });
}

int fsync(int descriptor) {
  return call_next<int(int)>("fsync", descriptor, descriptor);
}

int fdatasync(int descriptor) {
  return call_next<int(int)>("fdatasync", descriptor, descriptor);
}

int ftruncate64(int descriptor, off64_t length) noexcept {
  return call_next<int(int, off64_t)>("ftruncate64", descriptor, descriptor, length);
}

int fchmod(int descriptor, mode_t mode) noexcept {
  return call_next<int(int, mode_t)>("fchmod", descriptor, descriptor, mode);
}

int close(int descriptor) {
  static const auto real = next<int(int)>("close");
  const Fault fault = fault_at("close", descriptor);
  if (fault == Fault::Stall) stall();
  if (fault == Fault::Kill || fault == Fault::Torn) die();
  // What has been synced can be closed on any disk.
  const int result = real(descriptor);
  if (fault == Fault::After) die();
  return result;
}

int rename(const char* from, const char* to) noexcept {
  return call_next<int(const char*, const char*)>("rename", std::string_view(to), from, to);
}

int link(const char* from, const char* to) noexcept {
  return call_next<int(const char*, const char*)>("link", std::string_view(to), from, to);
}

int unlink(const char* path) noexcept {
  return call_next<int(const char*)>("unlink", std::string_view(path), path);
}

int mkdir(const char* path, mode_t mode) noexcept {
  return call_next<int(const char*, mode_t)>("mkdir", std::string_view(path), path, mode);
}

}  // extern "C"
