#pragma once

#include "support/fake_http_client.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace vrni2syslog {

/// A request of POST /metrics/fetch, taken apart.
struct MetricRequest {
  std::vector<std::string> ids;
  std::string metric;
  std::int64_t interval = 0;
  std::int64_t start = 0;
  std::int64_t end = 0;

  explicit MetricRequest(const std::string& body) {
    static const std::regex kForm(
        R"re(\{"entity_ids":\[(.*)\],"metric":"(.*)","interval":(\d+),"start_time":(\d+),"end_time":(\d+)\})re");
    std::smatch match;
    if (!std::regex_match(body, match, kForm)) return;
    static const std::regex kId(R"re("([^"]*)")re");
    const std::string list = match[1];
    for (std::sregex_iterator id(list.begin(), list.end(), kId), none; id != none; ++id)
      ids.push_back((*id)[1]);
    metric = match[2];
    interval = std::stoll(match[3]);
    start = std::stoll(match[4]);
    end = std::stoll(match[5]);
  }

  [[nodiscard]] std::size_t points() const {
    return static_cast<std::size_t>((end - start) / interval + 1);
  }
};

/// Answers like a platform on which every flow has `value(id, stamp)` at every stamp, in the form
/// of /metrics/fetch. Nothing means that there is no point.
using MetricValue =
    std::function<std::optional<std::int64_t>(const std::string& id, std::int64_t stamp)>;

[[nodiscard]] inline HttpResponse answer_metrics(const MetricRequest& request,
                                                 const MetricValue& value) {
  std::string results;
  for (const std::string& id : request.ids) {
    std::string points;
    for (std::int64_t stamp = request.start; stamp <= request.end; stamp += request.interval) {
      const std::optional<std::int64_t> number = value(id, stamp);
      if (!number) continue;
      points += (points.empty() ? "[" : ",[") + std::to_string(stamp) + "," +
                std::to_string(*number) + "]";
    }
    results += (results.empty() ? R"({"entity_id":")" : R"(,{"entity_id":")") + id +
               R"(","pointlist":[)" + points + "]}";
  }
  return answer(200, R"({"results":[)" + results + "]}");
}

}  // namespace vrni2syslog
