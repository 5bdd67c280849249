#include "router.h"

#include "auth_calls.h"
#include "console_calls.h"
#include "entity_calls.h"
#include "metric_calls.h"
#include "odd_body.h"
#include "oracle_calls.h"
#include "request_body.h"
#include "search_calls.h"

#include <array>
#include <chrono>
#include <optional>

namespace vrni2syslog::simulator {
namespace {

constexpr std::string_view kApiBase = "/api/ni";
/// What stands before it at the cloud service.
constexpr std::string_view kCloudPrefix = "/ni";
/// Bulk fetches, without the API's base.
constexpr std::string_view kFetchPath = "/entities/fetch";
constexpr std::string_view kIdPlace = "{id}";

enum class Access : std::uint8_t {
  Open,     // anybody
  Console,  // not part of the API: anybody, counted
  Token,    // needs a token
  Data,     // needs a token, and is subject to faults
  Oracle,   // not part of the API: anybody, not counted, never spoilt
};

struct Route {
  std::string_view method;
  std::string_view path;  // ends in {id} where it has a parameter
  Access access;
  Answer (*handler)(Platform&, const Call&);
};

constexpr std::array kRoutes{
    Route{"POST", "/api/ni/auth/token", Access::Open, create_token},
    Route{"DELETE", "/api/ni/auth/token", Access::Open, delete_token},
    Route{"POST", "/api/ni/auth/token/vidm", Access::Open, create_vidm_token},
    Route{"GET", "/api/ni/auth/vidm/client-id", Access::Open, get_vidm_client},
    Route{"POST", "/csp/gateway/am/api/auth/api-tokens/authorize", Access::Console,
          exchange_api_token},
    Route{"GET", "/api/ni/info/version", Access::Token, get_version},
    Route{"POST", "/api/ni/search", Access::Data, search_flows},
    Route{"GET", "/api/ni/entities/flows", Access::Data, list_flows},
    Route{"GET", "/api/ni/entities/flows/{id}", Access::Data, get_flow},
    Route{"POST", "/api/ni/entities/fetch", Access::Data, fetch_entities},
    Route{"POST", "/api/ni/entities/names", Access::Data, fetch_names},
    Route{"GET", "/api/ni/entities/names/{id}", Access::Data, get_name},
    Route{"GET", "/api/ni/schema/Flow/metrics", Access::Data, get_metric_schema},
    Route{"POST", "/api/ni/metrics/fetch", Access::Data, fetch_metrics},
    Route{"POST", "/api/ni/metrics/fetch/v2", Access::Data, fetch_metrics_v2},
    Route{"GET", "/simulator/flows", Access::Oracle, get_truth},
    Route{"GET", "/simulator/gate", Access::Oracle, work_gate},
    Route{"GET", "/simulator/ids", Access::Oracle, get_ids},
    Route{"GET", "/simulator/index", Access::Oracle, set_index_clock},
    Route{"GET", "/simulator/surplus", Access::Oracle, set_surplus},
    Route{"GET", "/simulator/statistics", Access::Oracle, get_statistics},
};

// The parameter of a path that fits the route, or an empty one; nothing if it does not fit.
std::optional<std::string> fit(const Route& route, std::string_view path) {
  if (!route.path.ends_with(kIdPlace)) {
    return route.path == path ? std::optional<std::string>("") : std::nullopt;
  }
  const auto fixed = route.path.substr(0, route.path.size() - kIdPlace.size());
  if (!path.starts_with(fixed) || path.size() == fixed.size()) return std::nullopt;
  return std::string(path.substr(fixed.size()));
}

Answer call_handler(Platform& platform, const Route& route, const Call& call) {
  try {
    return route.handler(platform, call);
  } catch (const BadRequest& error) {
    return error_answer(400, error.what());
  } catch (const FilterError& error) {
    return error_answer(400, std::string("Invalid filter: ") + error.what());
  }
}

// Of a route of the API: with the faults that were asked for, at once.
Answer answer_of_api(Platform& platform, const Route& route, const Call& call) {
  const auto path = std::string_view(call.request.path).substr(kApiBase.size());
  Faults::Verdict verdict;
  if (route.access == Access::Data) verdict = platform.faults.next(path);
  if (verdict.revokes_tokens) platform.revoke_tokens();
  if (path == kFetchPath) platform.fetch_gate.pass(platform.stopper);
  if (verdict.is_stalled) platform.stopper.sleep(platform.options.faults.stall);
  if (route.access != Access::Open && !is_authorized(platform, call.request)) {
    return unauthorized_answer(platform);
  }
  if (verdict.answer) return *verdict.answer;
  const FaultOptions& faults = platform.options.faults;
  if (!faults.body.empty() && path == faults.body_call)
    return odd_body(faults.body, platform.stopper);
  Answer answer = call_handler(platform, route, call);
  Faults::spoil(verdict, answer);
  return answer;
}

Answer run(Platform& platform, const Route& route, const Call& call) {
  if (route.access == Access::Oracle || route.access == Access::Console) {
    return call_handler(platform, route, call);
  }
  // The latency holds what the simulator itself needs for the answer, and a stall.
  const auto due = call.request.began_at + platform.options.server.latency;
  Answer answer = answer_of_api(platform, route, call);
  platform.stopper.sleep_until(due);
  return answer;
}

}  // namespace

Answer Router::handle(const Request& request) {
  if (!request.path.starts_with(kApiBase) && !request.path.starts_with(kCloudPrefix)) {
    return route(request);
  }
  // The API is in one of two places.
  Request call = request;
  const bool is_cloud = platform_.options.login.is_cloud;
  if (is_cloud == request.path.starts_with(kApiBase)) return empty_answer(404);
  if (is_cloud) call.path.erase(0, kCloudPrefix.size());
  Answer answer = route(call);
  platform_.statistics.count_answer(answer.status, answer.body.size());
  return answer;
}

Answer Router::route(const Request& request) {
  bool has_other_method = false;
  for (const Route& candidate : kRoutes) {
    const auto id = fit(candidate, request.path);
    if (!id) continue;
    has_other_method = true;
    if (candidate.method != request.method) continue;
    if (candidate.access == Access::Oracle) return run(platform_, candidate, {request, *id});
    const Statistics::InFlight in_flight(platform_.statistics);
    const bool is_api = candidate.access != Access::Console;
    const auto path = is_api ? candidate.path.substr(kApiBase.size()) : candidate.path;
    platform_.statistics.count_call(request.method + " " + std::string(path), request.connection);
    return run(platform_, candidate, {request, *id});
  }
  return empty_answer(has_other_method ? 405 : 404);
}

}  // namespace vrni2syslog::simulator
