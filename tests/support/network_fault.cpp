// To be preloaded (LD_PRELOAD) into a program, so that its network is not what it should be.
//
// Names, where NETWORK_FAULT_NAMES is set, a file that is read at each lookup. A line is a name and
// its addresses, or what happens in their place: NXDOMAIN, SERVFAIL, or HANG for a name server that
// never answers. Names that it lacks are looked up as ever.
//
// System calls on connected sockets, where NETWORK_FAULT_PORT is the port of their peer:
//
//   NETWORK_FAULT_CALLS   odd: some are interrupted (EINTR), some would have to wait (EAGAIN), and
//                         all others of streams move but a few bytes; datagrams also find the
//                         device's queue full (ENOBUFS). Which of them, NETWORK_FAULT_SEED decides.
//                         full: nothing can be sent: ENOBUFS
//   NETWORK_FAULT_REPORT  a file that gets the number of such faults when the program ends

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <netdb.h>
#include <netinet/in.h>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

template <typename Function>
[[nodiscard]] Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

[[nodiscard]] std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Names.

using GetAddressInfo = int(const char*, const char*, const addrinfo*, addrinfo**);

/// The words behind a name in the file; none where it is not there.
[[nodiscard]] std::vector<std::string> answer_for(std::string_view wanted) {
  std::ifstream file{std::string(variable("NETWORK_FAULT_NAMES"))};
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word != wanted) continue;
    std::vector<std::string> answer;
    while (words >> word) answer.push_back(word);
    return answer;
  }
  return {};
}

/// Fills `result` with one list of all the addresses.
int list_addresses(const std::vector<std::string>& addresses, const char* service,
                   const addrinfo* hints, addrinfo** result) {
  static const auto real = next<GetAddressInfo>("getaddrinfo");
  addrinfo numeric = hints == nullptr ? addrinfo{} : *hints;
  numeric.ai_flags |= AI_NUMERICHOST;
  addrinfo** end = result;
  for (const std::string& address : addresses) {
    const int error = real(address.c_str(), service, &numeric, end);
    if (error != 0) return error;
    while (*end != nullptr) end = &(*end)->ai_next;
  }
  return 0;
}

// System calls.

enum class Fault { None, Interrupted, MustWait, NoBuffers, Part };

std::atomic<unsigned long> faults{0};

[[nodiscard]] std::uint32_t random_number() {
  static std::atomic<std::uint32_t> state{
      static_cast<std::uint32_t>(std::atol(variable("NETWORK_FAULT_SEED").data())) * 2654435761U +
      1};
  std::uint32_t value = state;
  value ^= value << 13;
  value ^= value >> 17;
  value ^= value << 5;
  state = value;
  return value;
}

[[nodiscard]] bool is_concerned(int socket) {
  static const int port = std::atoi(variable("NETWORK_FAULT_PORT").data());
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (port == 0 || ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0)
    return false;
  if (peer.ss_family == AF_INET)
    return ntohs(reinterpret_cast<const sockaddr_in*>(&peer)->sin_port) == port;
  return peer.ss_family == AF_INET6 &&
         ntohs(reinterpret_cast<const sockaddr_in6*>(&peer)->sin6_port) == port;
}

[[nodiscard]] bool is_datagram(int socket) {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM;
}

[[nodiscard]] Fault choose(int socket, bool is_sending) {
  static const std::string_view calls = variable("NETWORK_FAULT_CALLS");
  if (calls.empty() || !is_concerned(socket)) return Fault::None;
  if (calls == "full") return is_sending ? Fault::NoBuffers : Fault::None;
  switch (random_number() % 4) {
    case 0:
      return Fault::Interrupted;
    case 1:
      return Fault::MustWait;
    default:
      break;
  }
  if (!is_datagram(socket)) return Fault::Part;
  return is_sending && random_number() % 2 == 0 ? Fault::NoBuffers : Fault::None;
}

/// `call` moves at most so many bytes.
template <typename Call>
ssize_t fail_or(int socket, bool is_sending, std::size_t count, const Call& call) {
  const Fault fault = choose(socket, is_sending);
  if (fault == Fault::None) return call(count);
  ++faults;
  if (fault == Fault::Part) return call(std::min<std::size_t>(count, 1 + random_number() % 700));
  errno = fault == Fault::Interrupted ? EINTR : fault == Fault::MustWait ? EAGAIN : ENOBUFS;
  return -1;
}

struct Report {
  ~Report() {
    const std::string path(variable("NETWORK_FAULT_REPORT"));
    if (!path.empty()) std::ofstream(path) << faults << '\n';
  }
} report;

}  // namespace

extern "C" {

int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** result) {
  static const auto real = next<GetAddressInfo>("getaddrinfo");
  const bool is_number = hints != nullptr && (hints->ai_flags & AI_NUMERICHOST) != 0;
  const std::vector<std::string> answer =
      host == nullptr || is_number ? std::vector<std::string>{} : answer_for(host);
  if (answer.empty()) return real(host, service, hints, result);
  if (answer.front() == "NXDOMAIN") return EAI_NONAME;
  if (answer.front() == "SERVFAIL") return EAI_AGAIN;
  if (answer.front() == "HANG") {
    std::ofstream(std::string(variable("NETWORK_FAULT_NAMES")) + ".asked") << host << '\n';
    for (;;) ::pause();
  }
  return list_addresses(answer, service, hints, result);
}

ssize_t send(int socket, const void* bytes, std::size_t count, int flags) {
  static const auto real = next<ssize_t(int, const void*, std::size_t, int)>("send");
  return fail_or(socket, true, count,
                 [&](std::size_t part) { return real(socket, bytes, part, flags); });
}

ssize_t recv(int socket, void* bytes, std::size_t count, int flags) {
  static const auto real = next<ssize_t(int, void*, std::size_t, int)>("recv");
  return fail_or(socket, false, count,
                 [&](std::size_t part) { return real(socket, bytes, part, flags); });
}

ssize_t write(int descriptor, const void* bytes, std::size_t count) {
  static const auto real = next<ssize_t(int, const void*, std::size_t)>("write");
  return fail_or(descriptor, true, count,
                 [&](std::size_t part) { return real(descriptor, bytes, part); });
}

ssize_t read(int descriptor, void* bytes, std::size_t count) {
  static const auto real = next<ssize_t(int, void*, std::size_t)>("read");
  return fail_or(descriptor, false, count,
                 [&](std::size_t part) { return real(descriptor, bytes, part); });
}

}  // extern "C"
