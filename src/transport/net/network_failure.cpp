#include "transport/net/network_failure.h"

#include "base/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <netdb.h>
#include <string_view>

namespace vrni2syslog {
namespace {

/// The question is in brackets, since the failures of several addresses may be told in one list.
std::string with_question(int error_number, std::string_view question) {
  return fmt::format("{} ({})", errno_text(error_number), question);
}

}  // namespace

std::string connect_failure_text(int error_number, std::uint16_t port) {
  switch (error_number) {
    case ECONNREFUSED:
      return with_question(
          error_number, fmt::format("is the collector running, and listening on port {}?", port));
    case ECONNRESET:
      return with_question(error_number,
                           fmt::format("is the collector behind port {} running?", port));
    case ETIMEDOUT:
      return with_question(
          error_number,
          fmt::format("is the collector up, and does every firewall let port {} pass?", port));
    case EHOSTUNREACH:
      return with_question(error_number, "is the collector's host up, and no firewall in between?");
    case ENETUNREACH:
      return with_question(error_number, "does this computer have a route there?");
    case EACCES:
    case EPERM:
      return with_question(error_number, "does a firewall of this computer forbid it?");
    default:
      return errno_text(error_number);
  }
}

std::string unix_failure_text(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ECONNREFUSED:
      return with_question(error_number, "is the syslog daemon running, and is that its socket?");
    case EACCES:
      return with_question(error_number, "may this user write to the socket?");
    case EAGAIN:
      return "its queue of connections is full (does the syslog daemon hang?)";
    default:
      return errno_text(error_number);
  }
}

std::string lookup_failure_text(int result, int error_number) {
  switch (result) {
    case EAI_NONAME:
      return "the name does not exist (is it spelt right?)";
    case EAI_NODATA:
    case EAI_ADDRFAMILY:
      return "the name has no address (is it the right one?)";
    case EAI_AGAIN:
    case EAI_FAIL:
      return "no name server could tell (are this computer's name servers right, and up?)";
    case EAI_SYSTEM:
      return errno_text(error_number);
    default:
      return ::gai_strerror(result);
  }
}

}  // namespace vrni2syslog
