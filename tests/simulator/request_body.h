#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::simulator {

/// The platform answers the request with 400.
class BadRequest : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Credentials {
  std::string username, password, domain_type, domain_value;
};

struct SearchBody {
  std::string entity_type, filter, cursor, sort_by;
  bool is_descending = false;
  std::int64_t size = 10;
  std::optional<std::int64_t> start, end;  ///< epoch seconds
};

/// An entity that is asked for.
struct EntityRequest {
  std::string id;
  std::string type;  ///< empty where it was left out
  std::optional<std::int64_t> time;
};

struct MetricsBody {
  std::vector<std::string> ids;
  std::string metric;
  std::int64_t interval = 0;
  std::int64_t start = 0;  ///< epoch seconds
  std::int64_t end = 0;
};

/// The bodies of the API's requests. All throw BadRequest for what the API would not take.
[[nodiscard]] Credentials parse_credentials(const std::string& body);
[[nodiscard]] std::string parse_vidm_token(const std::string& body);
[[nodiscard]] SearchBody parse_search(const std::string& body);
/// `key` is the name of the array: "entity_ids" or "entities".
[[nodiscard]] std::vector<EntityRequest> parse_entity_requests(const std::string& body,
                                                               std::string_view key);
[[nodiscard]] MetricsBody parse_metrics(const std::string& body);

}  // namespace vrni2syslog::simulator
