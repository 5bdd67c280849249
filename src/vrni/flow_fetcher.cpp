#include "vrni/flow_fetcher.h"

#include "vrni/call_in_parts.h"
#include "vrni/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vrni2syslog {
namespace {

/// A thousand flows are some megabytes. An answer longer than this is asked for in parts.
constexpr std::size_t kMaxAnswerBytes = 32U * 1024 * 1024;

[[nodiscard]] std::string fetch_body(std::span<const SearchHit> hits, bool with_time) {
  std::string body = "{\"entity_ids\":[";
  for (const SearchHit& hit : hits) {
    if (&hit != hits.data()) body += ',';
    body += "{\"entity_id\":";
    append_json_string(body, hit.id);
    body += ",\"entity_type\":";
    append_json_string(body, hit.entity_type.empty() ? std::string_view("Flow") : hit.entity_type);
    if (with_time && hit.time) {
      body += fmt::format(",\"time\":{}", hit.time->time_since_epoch().count());
    }
    body += '}';
  }
  body += "]}";
  return body;
}

}  // namespace

FlowFetcher::FlowFetcher(ApiClient& api, Log& log)
    : api_(api),
      log_(log),
      names_(kNamesOfEntities, api, log),
      vlan_ids_(kVlanIdsOfNetworks, api, log) {}

void FlowFetcher::fetch(std::span<const SearchHit> hits, FlowBatch& batch) {
  while (!hits.empty()) {
    const auto part = hits.first(std::min(hits.size(), kMaxEntitiesPerCall));
    hits = hits.subspan(part.size());
    fetch_part(part, batch);
  }
}

void FlowFetcher::fetch_part(std::span<const SearchHit> hits, FlowBatch& batch) {
  const std::size_t first = batch.flows.size();
  batch.flows.resize(first + hits.size());
  missing_.clear();
  for (std::size_t i = 0; i < hits.size(); ++i) missing_.emplace(hits[i].id, first + i);
  if (const auto failure = fetch_missing(hits, Version::OfTheHit, batch)) throw failure->error;
  if (const auto failure = fetch_missing(hits, Version::Current, batch)) {
    log_.warning(failure->error.what());
  }
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (!missing_.contains(hits[i].id)) continue;
    Flow& flow = batch.flows[first + i];
    flow.id = batch.copy(hits[i].id);
    flow.version_time = hits[i].time.value_or(EpochSeconds());
    flow.is_partial = true;
    ++partial_;
  }
  missing_.clear();
}

std::optional<ApiFailure> FlowFetcher::fetch_missing(std::span<const SearchHit> hits,
                                                     Version version, FlowBatch& batch) {
  if (missing_.empty()) return std::nullopt;
  std::vector<SearchHit> wanted;
  wanted.reserve(missing_.size());
  std::ranges::copy_if(hits, std::back_inserter(wanted),
                       [this](const SearchHit& hit) { return missing_.contains(hit.id); });
  std::vector<SearchHit> failing;
  return call_in_parts<SearchHit>(wanted, failing, [&](std::span<const SearchHit> some) {
    return fetch_once(some, version, batch);
  });
}

std::optional<ApiFailure> FlowFetcher::fetch_once(std::span<const SearchHit> hits, Version version,
                                                  FlowBatch& batch) {
  ApiCall fetch{.method = "POST",
                .path = "/entities/fetch",
                .body = fetch_body(hits, version == Version::OfTheHit),
                .max_response_bytes = kMaxAnswerBytes};
  std::optional<ApiFailure> failure = api_.try_call(
      fetch, [&](std::string& body) { return read_flow_page(std::move(body), batch, page_); });
  if (!failure) take_page(batch);
  return failure;
}

void FlowFetcher::take_page(FlowBatch& batch) {
  resolve_names(page_.unnamed, names_, batch);
  resolve_vlans(page_.vlans, page_.flows, vlan_ids_, batch);
  for (const Flow& flow : page_.flows) {
    const auto place = missing_.find(flow.id);
    if (place == missing_.end()) continue;
    batch.flows[place->second] = flow;
    missing_.erase(place);
  }
  report_left_out();
}

void FlowFetcher::report_left_out() {
  if (page_.left_out == 0 || std::exchange(has_reported_left_out_, true)) return;
  log_.warning(
      fmt::format("the platform's flows have values of an unexpected type, which are left out ({} "
                  "in one answer, the "
                  "first in \"{}\")",
                  page_.left_out, page_.left_out_name));
}

}  // namespace vrni2syslog
