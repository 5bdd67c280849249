// To be preloaded (LD_PRELOAD) into a program, so that it fails at one of its changes below a
// folder:
//
//   WRITE_FAULT_DIRECTORY  the folder, an absolute path
//   WRITE_FAULT_CALL       at which call that changes something there, from 1 on
//   WRITE_FAULT_ACTION     kill: the process is killed in place of the call
//                          torn: the same, but half of what was to be written is
//                          full: from that call on, nothing can be written: ENOSPC

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <limits.h>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>

namespace {

enum class Fault { None, Kill, Torn, Full };

[[nodiscard]] std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

[[nodiscard]] bool is_below(std::string_view path) {
  static const std::string_view directory = variable("WRITE_FAULT_DIRECTORY");
  return !directory.empty() && path.starts_with(directory);
}

[[nodiscard]] bool is_below(int descriptor) {
  char link[64];
  char target[PATH_MAX];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = ::readlink(link, target, sizeof target);
  return length > 0 && is_below(std::string_view(target, static_cast<std::size_t>(length)));
}

/// What is to happen to a call that changes something at a place.
template <typename Place>
[[nodiscard]] Fault fault_at(Place place) {
  static std::atomic<long> calls{0};
  static const long wanted = std::atol(variable("WRITE_FAULT_CALL").data());
  static const std::string_view action = variable("WRITE_FAULT_ACTION");
  if (!is_below(place)) return Fault::None;
  const long call = ++calls;
  if (action == "full") return call >= wanted ? Fault::Full : Fault::None;
  if (call != wanted) return Fault::None;
  return action == "torn" ? Fault::Torn : Fault::Kill;
}

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

template <typename Function>
[[nodiscard]] Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

template <typename Function, typename Place, typename... Arguments>
int call(const char* name, Place place, Arguments... arguments) {
  const Fault fault = fault_at(place);
  if (fault == Fault::Kill || fault == Fault::Torn) die();
  return next<Function>(name)(arguments...);
}

/// `write` writes so many bytes.
template <typename Write>
ssize_t call_writer(int descriptor, std::size_t count, const Write& write) {
  switch (fault_at(descriptor)) {
    case Fault::None:
      return write(count);
    case Fault::Full:
      errno = ENOSPC;
      return -1;
    case Fault::Torn:
      static_cast<void>(write(count / 2));
      [[fallthrough]];
    case Fault::Kill:
      break;
  }
  die();
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, std::size_t count) {
  static const auto real = next<ssize_t(int, const void*, std::size_t)>("write");
  return call_writer(descriptor, count,
                     [&](std::size_t part) { return real(descriptor, bytes, part); });
}

ssize_t pwrite64(int descriptor, const void* bytes, std::size_t count, off64_t offset) {
  static const auto real = next<ssize_t(int, const void*, std::size_t, off64_t)>("pwrite64");
  return call_writer(descriptor, count,
                     [&](std::size_t part) { return real(descriptor, bytes, part, offset); });
}

int fsync(int descriptor) {
  return call<int(int)>("fsync", descriptor, descriptor);
}

int fdatasync(int descriptor) {
  return call<int(int)>("fdatasync", descriptor, descriptor);
}

int ftruncate64(int descriptor, off64_t length) noexcept {
  return call<int(int, off64_t)>("ftruncate64", descriptor, descriptor, length);
}

int unlink(const char* path) noexcept {
  return call<int(const char*)>("unlink", std::string_view(path), path);
}

int link(const char* from, const char* to) noexcept {
  return call<int(const char*, const char*)>("link", std::string_view(to), from, to);
}

int mkdir(const char* path, mode_t mode) noexcept {
  return call<int(const char*, mode_t)>("mkdir", std::string_view(path), path, mode);
}

}  // extern "C"
