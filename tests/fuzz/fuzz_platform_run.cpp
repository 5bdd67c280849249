/// A whole reading of a window from a platform that answers anything, or almost the right thing: a
/// line can be written of every flow, each version comes once, and if the reading ends well, no
/// flow is missing that the platform has listed in a whole answer.

#include "format/line_format.h"
#include "fuzz_platform.h"
#include "rfc5424_parser.h"
#include "vrni/platform_flows.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::testing {
namespace {

constexpr UnixSeconds kNoon{std::chrono::seconds(1'763'726'400)};  // 2025-11-21T12:00:00Z
constexpr TimeWindow kUnit{kNoon, kNoon + std::chrono::hours(1)};

/// A platform of a few flows, whose answers are right unless the input says otherwise.
class HostilePlatform {
 public:
  explicit HostilePlatform(FuzzInput& input) : input_(input) {
    for (std::size_t count = input.byte() % 6U; count > 0; --count)
      ids_.push_back("10000:515:" + std::to_string(count));
  }

  HttpResponse respond(const HttpRequest& request) {
    const std::string_view path = std::string_view(request.url).substr(kApiBase.size());
    if (path.starts_with("/auth/"))
      return answer(200, R"({"token":"t0ken","expiry":4102444800000})");
    const std::uint8_t kind = input_.byte();
    if (kind >= 64) is_honest_ = false;
    if (kind >= 128) return hostile_answer(input_);
    HttpResponse response = answer(200, body_of(path, request.body));
    if (kind >= 64) {
      damage(response.body);
    } else if (path == "/search") {
      has_listed_ = true;
    }
    return response;
  }

  /// Whether it has answered a search as it should.
  [[nodiscard]] bool has_listed() const noexcept { return has_listed_; }
  /// Whether all its answers were right.
  [[nodiscard]] bool is_honest() const noexcept { return is_honest_; }
  [[nodiscard]] const std::vector<std::string>& ids() const noexcept { return ids_; }

 private:
  [[nodiscard]] std::string body_of(std::string_view path, std::string_view request) const {
    if (path == "/search") return search_body();
    if (path == "/entities/fetch") return fetch_body(request);
    if (path == "/entities/names") return R"({"entities":[]})";
    if (path.starts_with("/schema/"))
      return R"({"results":[{"metric":"flow.totalBytes.delta.summation.bytes","intervals":[1800]}]})";
    return R"({"results":[]})";
  }

  [[nodiscard]] std::string search_body() const {
    std::string body = "{\"results\":[";
    for (const std::string& id : ids_) {
      body += body.ends_with('[') ? "" : ",";
      body += "{\"entity_id\":\"" + id + "\",\"entity_type\":\"Flow\",\"time\":1763730000}";
    }
    return body + "],\"total_count\":" + std::to_string(ids_.size()) +
           ",\"start_time\":1763726400,\"end_time\":1763730000}";
  }

  [[nodiscard]] std::string fetch_body(std::string_view request) const {
    std::string body = "{\"results\":[";
    for (const std::string& id : ids_) {
      if (request.find('"' + id + '"') == std::string_view::npos) continue;
      body += body.ends_with('[') ? "" : ",";
      body +=
          "{\"entity_id\":\"" + id + "\",\"time\":1763730000,\"entity\":{\"entity_id\":\"" + id +
          R"(","name":"a -> b","entity_type":"Flow","protocol":"TCP","firewall_action":"ALLOW"}})";
    }
    return body + "]}";
  }

  /// Replaces a part of an answer by bytes of the input.
  void damage(std::string& body) {
    const std::size_t at = input_.number(2) % (body.size() + 1);
    const std::size_t length = std::min<std::size_t>(input_.byte(), body.size() - at);
    body.replace(at, length, input_.bytes(input_.byte() % 32U));
  }

  FuzzInput& input_;
  std::vector<std::string> ids_;
  bool has_listed_ = false;
  bool is_honest_ = true;
};

/// What has come out of the reading.
class Delivered {
 public:
  void add(const FlowBatch& batch, LineFormat& format) {
    for (const Flow& flow : batch.flows) {
      require(is_new(flow), "a version of a flow comes twice", flow.id);
      ids_.insert(std::string(flow.id));
      std::string line;
      (void)format.append_flow(line, flow, batch.unit);
      require(parse_rfc5424(line).has_value(), "a line is not RFC 5424", line);
    }
  }
  [[nodiscard]] bool has(const std::string& id) const { return ids_.contains(id); }
  [[nodiscard]] bool has_identities_alone() const { return !identities_.empty(); }

 private:
  /// Of a version without a time it is not known whether it is another one.
  [[nodiscard]] bool is_new(const Flow& flow) {
    if (!flow.is_partial && flow.version_time == UnixSeconds()) return true;
    std::set<std::string>& versions = flow.is_partial ? identities_ : versions_;
    const auto time = flow.version_time.time_since_epoch().count();
    return versions.insert(std::string(flow.id) + '\0' + std::to_string(time)).second;
  }

  std::set<std::string> versions_;
  std::set<std::string> identities_;  ///< of versions of which no more could be had
  std::set<std::string> ids_;
};

/// Reads the unit. Returns whether it could be read to its end.
bool read_unit(FuzzedApi& platform, const std::vector<FlowField>& counters, Delivered& delivered) {
  LineOptions options;
  options.origin = {.hostname = "vrni.local", .process_id = "4711", .run_id = "run-1"};
  const std::unique_ptr<LineFormat> format = make_line_format("rfc5424", options);
  try {
    const std::unique_ptr<FlowSource> flows =
        make_platform_flows(platform.api, platform.log, "", counters);
    const std::unique_ptr<FlowEpoch> epoch = flows->read(kUnit);
    while (const std::unique_ptr<FlowBatch> batch = epoch->next()) delivered.add(*batch, *format);
    return true;
  } catch (const Error& error) {
    FuzzedApi::check_message(error.what());
    require(error.fault() != Fault::Bug, "an answer makes a bug", error.what());
    return false;
  }
}

void check(FuzzInput input) {
  const bool has_counters = (input.byte() & 1U) != 0;
  HostilePlatform hostile(input);
  FuzzedApi platform(make_password_login({.username = "admin@local",
                                          .password = Secret(std::string(FuzzedApi::kPassword)),
                                          .domain_value = {}}),
                     [&](const HttpRequest& request) { return hostile.respond(request); });
  Delivered delivered;
  const bool is_whole = read_unit(
      platform, has_counters ? std::vector{FlowField::Bytes} : std::vector<FlowField>{}, delivered);
  if (!is_whole || !hostile.has_listed()) return;
  for (const std::string& id : hostile.ids())
    require(delivered.has(id), "a flow that was listed is missing", id);
  require(!hostile.is_honest() || !delivered.has_identities_alone(),
          "the content of a flow is missing", "");
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check(vrni2syslog::testing::FuzzInput(data, size));
  return 0;
}
