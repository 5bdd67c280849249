#include "tls/peer_certificate.h"

#include "base/error.h"
#include "base/freed_by.h"
#include "base/timestamp.h"
#include "tls/tls_settings.h"

#include <fmt/core.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <netinet/in.h>
#include <sys/socket.h>

namespace vrni2syslog {
namespace {

std::string text_of(const X509_NAME* name) {
  const std::unique_ptr<BIO, FreedBy<BIO_free>> bio(BIO_new(BIO_s_mem()));
  // The form of RFC 2253, but without escapes for UTF-8: printable() checks the text.
  constexpr unsigned long kFormat =
      XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (!bio || X509_NAME_print_ex(bio.get(), name, 0, kFormat) < 0) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  if (size <= 0) return "(no name)";
  return printable(std::string_view(data, static_cast<std::size_t>(size)));
}

std::optional<UnixSeconds> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  using namespace std::chrono;
  const sys_days day = year(parts.tm_year + 1900) / month(static_cast<unsigned>(parts.tm_mon + 1)) /
                       std::chrono::day(static_cast<unsigned>(parts.tm_mday));
  return day + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec);
}

std::string text_of(const ASN1_STRING& string) {
  const int size = ASN1_STRING_length(&string);
  const auto* data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(&string));
  return printable(std::string_view(data, static_cast<std::size_t>(size)));
}

std::string address_text(const ASN1_OCTET_STRING& address) {
  const int size = ASN1_STRING_length(&address);
  if (size != 4 && size != 16) return "(unreadable address)";
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(&address), text.data(),
              static_cast<socklen_t>(text.size()));
  return text.data();
}

std::vector<std::string> alternative_names(const X509& certificate) {
  const std::unique_ptr<GENERAL_NAMES, FreedBy<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> texts;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) texts.push_back(text_of(*name->d.dNSName));
    if (name->type == GEN_IPADD) texts.push_back(address_text(*name->d.iPAddress));
  }
  return texts;
}

std::vector<std::string> names_of(const X509& certificate) {
  std::vector<std::string> names = alternative_names(certificate);
  if (!names.empty()) return names;
  const X509_NAME* subject = X509_get_subject_name(&certificate);
  const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (index >= 0)
    names.push_back(text_of(*X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index))));
  return names;
}

}  // namespace

PeerCertificate describe_certificate(const X509& certificate) {
  PeerCertificate result;
  result.subject = text_of(X509_get_subject_name(&certificate));
  result.issuer = text_of(X509_get_issuer_name(&certificate));
  result.valid_from = time_of(X509_get0_notBefore(&certificate));
  result.expires = time_of(X509_get0_notAfter(&certificate));
  result.names = names_of(certificate);
  unsigned int size = 0;
  if (X509_digest(&certificate, EVP_sha256(), result.fingerprint.data(), &size) != 1)
    result.fingerprint.fill(0);
  return result;
}

std::string certificate_time_text(const std::optional<UnixSeconds>& time) {
  return time ? to_rfc3339(*time) : "(unreadable time)";
}

std::string summary_of(const PeerCertificate& certificate) {
  return fmt::format("certificate {}, expires {}, {}", certificate.subject,
                     certificate_time_text(certificate.expires),
                     format_fingerprint(certificate.fingerprint));
}

}  // namespace vrni2syslog
