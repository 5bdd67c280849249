#include "service_port.h"

#include <algorithm>
#include <array>

namespace vrni2syslog::simulator {
namespace {

using enum Protocol;

constexpr std::array kWeb{Service{Tcp, 443}, Service{Tcp, 80}, Service{Tcp, 8443}};
constexpr std::array kApp{Service{Tcp, 8080}, Service{Tcp, 9443}, Service{Tcp, 5672},
                          Service{Tcp, 6379}};
constexpr std::array kDatabase{Service{Tcp, 3306}, Service{Tcp, 5432}, Service{Tcp, 1433},
                               Service{Tcp, 1521}};
constexpr std::array kDns{Service{Udp, 53}, Service{Tcp, 53}, Service{Udp, 123}, Service{Udp, 67}};
constexpr std::array kDirectory{Service{Tcp, 389}, Service{Tcp, 88},  Service{Udp, 88},
                                Service{Tcp, 636}, Service{Tcp, 445}, Service{Tcp, 135}};
constexpr std::array kFile{Service{Tcp, 445}, Service{Tcp, 2049}, Service{Tcp, 22}};
constexpr std::array kMail{Service{Tcp, 25}, Service{Tcp, 587}, Service{Tcp, 993}};
constexpr std::array kDesktop{Service{Tcp, 3389}, Service{Tcp, 4172}, Service{Udp, 4172}};
constexpr std::array kOutside{Service{Tcp, 443},  Service{Tcp, 80},  Service{Udp, 443},
                              Service{Tcp, 22},   Service{Udp, 514}, Service{Tcp, 3260},
                              Service{Udp, 161},  Service{Udp, 500}, Service{Tcp, 49152},
                              Service{Udp, 33434}};

struct PortName {
  std::uint16_t port;
  std::string_view name;
};

constexpr std::array kPortNames{
    PortName{22, "ssh"},
    PortName{25, "smtp"},
    PortName{53, "domain"},
    PortName{67, "bootps"},
    PortName{80, "http"},
    PortName{88, "kerberos"},
    PortName{123, "ntp"},
    PortName{135, "epmap"},
    PortName{161, "snmp"},
    PortName{389, "ldap"},
    PortName{443, "https"},
    PortName{445, "microsoft-ds"},
    PortName{500, "isakmp"},
    PortName{514, "syslog"},
    PortName{587, "submission"},
    PortName{636, "ldaps"},
    PortName{993, "imaps"},
    PortName{1433, "ms-sql-s"},
    PortName{1521, "ncube-lm"},
    PortName{2049, "nfs"},
    PortName{3260, "iscsi-target"},
    PortName{3306, "mysql"},
    PortName{3389, "ms-wbt-server"},
    PortName{4172, "pcoip"},
    PortName{5432, "postgresql"},
    PortName{5672, "amqp"},
    PortName{6379, "redis"},
    PortName{8080, "http-alt"},
    PortName{8443, "pcsync-https"},
    PortName{9443, "tungsten-https"},
};

}  // namespace

std::span<const Service> services_of_tier(std::size_t tier) noexcept {
  static constexpr std::array<std::span<const Service>, 8> kTiers{
      kWeb, kApp, kDatabase, kDns, kDirectory, kFile, kMail, kDesktop};
  return kTiers[tier];
}

std::span<const Service> outside_services() noexcept {
  return kOutside;
}

std::string_view iana_name(std::uint16_t port) noexcept {
  const auto found = std::ranges::find(kPortNames, port, &PortName::port);
  return found == kPortNames.end() ? std::string_view{} : found->name;
}

}  // namespace vrni2syslog::simulator
