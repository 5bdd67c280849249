#include "vrni/login/platform_token_login.h"

#include <fmt/format.h>

namespace vrni2syslog {

std::string PlatformTokenLogin::header(const Token& token) const {
  return fmt::format("Authorization: NetworkInsight {}", token.text.reveal());
}

std::string PlatformTokenLogin::refused_token() const {
  return "the platform refuses the token that it has just given (401); is a load balancer in front "
         "of nodes that do not know each other's tokens?";
}

}  // namespace vrni2syslog
