#include "vrni/token.h"

#include "base/error.h"
#include "vrni/json_records.h"

#include <fmt/format.h>

#include <algorithm>

namespace vrni2syslog {

std::string Token::login_body() const {
  std::string body = "{\"username\":";
  append_json_string(body, credentials_.username);
  body += ",\"password\":";
  append_json_string(body, credentials_.password.reveal());
  body += ",\"domain\":{\"domain_type\":";
  append_json_string(body, credentials_.domain_type);
  if (!credentials_.domain_value.empty()) {
    body += ",\"value\":";
    append_json_string(body, credentials_.domain_value);
  }
  body += "}}";
  return body;
}

std::optional<std::string> Token::accept(std::string& body) {
  JsonRecords answer("");
  if (std::optional<std::string> problem = read_records(body, answer)) return problem;
  const std::string_view token = answer.text("token");
  if (token.empty()) return "the answer holds no token";
  // It becomes part of a header line.
  const bool is_printable = std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
  if (!is_printable) return "the token holds bytes that no HTTP header may hold";
  token_ = Secret(std::string(token));
  return std::nullopt;
}

std::string Token::header() const {
  return fmt::format("Authorization: NetworkInsight {}", token_.reveal());
}

std::string Token::account() const {
  const std::string domain = credentials_.domain_value.empty()
                                 ? credentials_.domain_type
                                 : credentials_.domain_type + " " + credentials_.domain_value;
  return fmt::format("{} ({})", printable(credentials_.username), printable(domain));
}

}  // namespace vrni2syslog
