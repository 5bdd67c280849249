#include "transport/contract/endpoint.h"

#include "base/error.h"

#include <fmt/format.h>

namespace vrni2syslog {

std::string Endpoint::display_name() const {
  if (scheme == "-") return "standard output";
  if (!path.empty()) return fmt::format("{}://{}", scheme, printable(path.string()));
  if (!kafka.brokers.empty()) return fmt::format("{}://{}/{}", scheme, kafka.brokers, kafka.topic);
  const bool is_bracketed = host.find(':') != std::string::npos;
  return is_bracketed ? fmt::format("{}://[{}]:{}", scheme, printable(host), port)
                      : fmt::format("{}://{}:{}", scheme, printable(host), port);
}

std::string list_names(const CollectorAddress& address) {
  std::string names;
  for (const Endpoint& endpoint : address) {
    if (!names.empty()) names += ",";
    names += endpoint.display_name();
  }
  return names;
}

}  // namespace vrni2syslog
