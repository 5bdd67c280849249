#pragma once

#include "vrni/login/login.h"

#include <string>
#include <utility>

namespace vrni2syslog {

/// What a login asks for, and the token that it makes of an answer.
struct Asked {
  TokenRequest request;
  Token token;
};

/// Lets a login obtain a token from one answer.
[[nodiscard]] inline Asked obtain_from(Login& login, std::string answer, WallTime now = {}) {
  Asked asked;
  asked.token = login.obtain([&](const TokenRequest& request) {
    asked.request = request;
    Token token;
    (void)request.read(answer, now, token);
    return token;
  });
  return asked;
}

}  // namespace vrni2syslog
