#include "http/curl_failure.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vrni2syslog {
namespace {

constexpr long kFirstErrorStatus = 400;
constexpr long kProxyAuthenticationRequired = 407;

/// A reason of libcurl without the text that it puts between quotes, if that may hold a password.
[[nodiscard]] std::string without_quoted_address(std::string_view reason) {
  const std::size_t quote = reason.find('\'');
  const bool may_hold_password =
      quote != std::string_view::npos && reason.find('@', quote) != std::string_view::npos;
  if (!may_hold_password) return std::string(reason);
  return std::string(reason.substr(0, quote)) + "the address, which is not shown";
}

/// What messages say to whoever has to mend something.
struct PeerWords {
  std::string_view noun;
  std::string_view address;       ///< which address is right
  std::string_view certificates;  ///< what to do if it demands a client certificate
  std::string_view timeout_remedy;
};

[[nodiscard]] const PeerWords& words_of(HttpPeer peer) {
  static constexpr PeerWords kPlatform{
      .noun = "platform",
      .address = "give the address of the platform itself",
      .certificates =
          "which no platform does: give the address of the platform itself, and not of "
          "a gateway",
      .timeout_remedy =
          "the platform is overloaded, or the window is too large for one search "
          "(--resolution cuts it)"};
  static constexpr PeerWords kCollector{
      .noun = "collector",
      .address = "give the address of the collector itself",
      .certificates = "give it with --collector-certificate",
      .timeout_remedy =
          "the collector is overloaded or hangs, or something on the way swallows "
          "what is sent (--send-timeout is the longest time without progress)"};
  return peer == HttpPeer::Platform ? kPlatform : kCollector;
}

/// Why a handshake cannot succeed, in the words of OpenSSL, and what it means.
struct HandshakeRefusal {
  std::string_view words;
  std::string_view meaning;
  std::string_view PeerWords::*remedy = nullptr;  ///< null if `meaning` tells it
  std::string_view end = {};
  bool is_lasting = false;  ///< the server's settings are the reason, so repeating cures nothing
};
constexpr std::string_view kNoCommonVersion =
    "the server offers neither TLS 1.2 nor TLS 1.3: update it, or what is in front of it";
constexpr std::array kHandshakeRefusals{
    HandshakeRefusal{.words = "alert certificate required",
                     .meaning = "the server demands a client certificate, ",
                     .remedy = &PeerWords::certificates,
                     .is_lasting = true},
    HandshakeRefusal{.words = "alert no application protocol",
                     .meaning = "the server does not speak HTTP/1.1, but perhaps HTTP/2 only: ",
                     .remedy = &PeerWords::address,
                     .end = ", or let what is in front of it speak HTTP/1.1, too",
                     .is_lasting = true},
    // Also where the two have no cipher in common, and while a server starts.
    HandshakeRefusal{.words = "alert handshake failure",
                     .meaning = "the server refuses the TLS handshake: it may demand a client "
                                "certificate, ",
                     .remedy = &PeerWords::certificates},
    // With TLS 1.3 the client's side of the handshake is over before the server judges the client's
    // certificate. Where the server then resets the connection at once, libcurl finds nobody at its
    // other end and does not read the alert.
    HandshakeRefusal{.words = "getpeername() failed",
                     .meaning = "the server ended the connection as soon as it was made: it may "
                                "demand a client certificate, ",
                     .remedy = &PeerWords::certificates},
    HandshakeRefusal{
        .words = "alert protocol version", .meaning = kNoCommonVersion, .is_lasting = true},
    HandshakeRefusal{
        .words = "unsupported protocol", .meaning = kNoCommonVersion, .is_lasting = true},
    HandshakeRefusal{
        .words = "dh key too small",
        .meaning =
            "the server's Diffie-Hellman parameters are too weak: have it use ECDHE, or 2048 bits",
        .is_lasting = true},
    HandshakeRefusal{.words = "unsafe legacy renegotiation disabled",
                     .meaning = "the server's TLS is from before RFC 5746: update it",
                     .is_lasting = true},
    HandshakeRefusal{.words = "unrecognized name",
                     .meaning = "the server does not know the host name: connect by a name that it "
                                "knows, and not by an address, with which no name is sent",
                     .is_lasting = true},
};

[[nodiscard]] const HandshakeRefusal* refusal_in(std::string_view reason) {
  const auto* const found =
      std::ranges::find_if(kHandshakeRefusals, [&](const HandshakeRefusal& refusal) {
        return reason.find(refusal.words) != std::string_view::npos;
      });
  return found == kHandshakeRefusals.end() ? nullptr : found;
}

[[nodiscard]] std::string describe(const HandshakeRefusal& refusal, const CurlFailure& failure) {
  const std::string_view remedy =
      refusal.remedy == nullptr ? "" : words_of(failure.peer).*refusal.remedy;
  return fmt::format("{}{}{} ({})", refusal.meaning, remedy, refusal.end,
                     printable(failure.reason));
}

[[nodiscard]] std::string no_connection(const CurlFailure& failure) {
  if (failure.proxy_status >= kFirstErrorStatus) {
    return fmt::format(
        "the proxy refuses to connect ({}): check https_proxy, or name the {} in no_proxy",
        failure.proxy_status, words_of(failure.peer).noun);
  }
  if (const HandshakeRefusal* const refusal = refusal_in(failure.reason))
    return "cannot connect: " + describe(*refusal, failure);
  // If libcurl cannot read the address of the proxy, it quotes all of it, with the password.
  return fmt::format(
      "cannot connect ({}); check the address, the network, and https_proxy if there is one",
      printable(without_quoted_address(failure.reason)));
}

[[nodiscard]] std::string undecodable(const CurlFailure& failure) {
  const PeerWords& words = words_of(failure.peer);
  if (failure.reason.find("HTTP/0.9") != std::string_view::npos) {
    return fmt::format(
        "the answer cannot be decoded ({}): this is no HTTP/1.1, but perhaps HTTP/2 only; {}",
        printable(failure.reason), words.address);
  }
  return fmt::format(
      "the answer cannot be decoded ({}): does something in front of the {} change its answers?",
      printable(failure.reason), words.noun);
}

[[nodiscard]] std::string refused_certificate(const CurlFailure& failure) {
  if (failure.is_proxys_certificate) {
    return fmt::format(
        "the certificate of the https proxy is not accepted ({}): add its authority to the "
        "system's, or name the {} in no_proxy",
        printable(failure.reason), words_of(failure.peer).noun);
  }
  if (!failure.refusal.empty()) return std::string(failure.refusal);
  if (const HandshakeRefusal* const refusal = refusal_in(failure.reason))
    return describe(*refusal, failure);
  return printable(failure.reason);
}

/// curl has one code for a connection that breaks and for a chunk without a size.
[[nodiscard]] HttpOutcome outcome_of_broken_transfer(std::string_view reason) noexcept {
  const bool is_chunk_damaged = reason.find("chunked-encoding") != std::string_view::npos;
  return is_chunk_damaged ? HttpOutcome::Undecodable : HttpOutcome::CutOff;
}

}  // namespace

HttpOutcome outcome_of(CURLcode code, bool is_connected, long proxy_status,
                       std::string_view reason) {
  // curl has a code for a login that is refused, and does not use it here.
  if (code != CURLE_OK && proxy_status == kProxyAuthenticationRequired)
    return HttpOutcome::ProxyLoginRefused;
  switch (code) {
    case CURLE_OK:
      return HttpOutcome::Answered;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PROXY:
      return HttpOutcome::CannotConnect;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_CLIENTCERT:
      return HttpOutcome::CertificateRefused;
    case CURLE_OPERATION_TIMEDOUT:
      return is_connected ? HttpOutcome::TimedOut : HttpOutcome::CannotConnect;
    case CURLE_FILESIZE_EXCEEDED:
      return HttpOutcome::TooLarge;
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:  // an answer without headers, as of HTTP/0.9
    case CURLE_WRITE_ERROR:           // of curl's decoder: ours come with an interruption
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
#endif
      return is_connected ? HttpOutcome::Undecodable : HttpOutcome::CannotConnect;
    default:
      break;
  }
  return is_connected ? outcome_of_broken_transfer(reason) : HttpOutcome::CannotConnect;
}

bool is_lasting_refusal(std::string_view reason) {
  const HandshakeRefusal* const refusal = refusal_in(reason);
  return refusal != nullptr && refusal->is_lasting;
}

std::string describe_failure(HttpOutcome outcome, const CurlFailure& failure) {
  switch (outcome) {
    case HttpOutcome::Answered:
      return {};
    case HttpOutcome::CannotConnect:
      return no_connection(failure);
    case HttpOutcome::ProxyLoginRefused:
      return fmt::format(
          "the proxy refuses the login (407): give https_proxy the right user and password "
          "(http://user:password@host:port), or name the {} in no_proxy",
          words_of(failure.peer).noun);
    case HttpOutcome::CertificateRefused:
      return refused_certificate(failure);
    case HttpOutcome::TimedOut:
      return fmt::format("no whole answer in time ({}); {}", printable(failure.reason),
                         words_of(failure.peer).timeout_remedy);
    case HttpOutcome::CutOff:
      return fmt::format("the connection broke before the answer was whole ({})",
                         printable(failure.reason));
    case HttpOutcome::TooLarge:
      return fmt::format(
          "the answer is longer than {} MiB, or its headers are longer than any of "
          "the API",
          failure.max_response_bytes / (1024 * 1024));
    case HttpOutcome::Undecodable:
      return undecodable(failure);
  }
  return printable(failure.reason);
}

}  // namespace vrni2syslog
