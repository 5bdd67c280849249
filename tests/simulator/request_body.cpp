#include "request_body.h"

#include <rapidjson/document.h>

namespace vrni2syslog::simulator {
namespace {

using rapidjson::Value;

constexpr std::size_t kMaxEntities = 1000;

rapidjson::Document parse(const std::string& body) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
  if (document.HasParseError() || !document.IsObject())
    throw BadRequest("the body is no JSON object");
  return document;
}

// Null counts as absent.
const Value* member(const Value& object, std::string_view key) {
  const auto found = object.FindMember(
      Value(rapidjson::StringRef(key.data(), static_cast<rapidjson::SizeType>(key.size()))));
  return found == object.MemberEnd() || found->value.IsNull() ? nullptr : &found->value;
}

std::string text(const Value& object, std::string_view key, bool is_required) {
  const Value* value = member(object, key);
  if (value == nullptr && !is_required) return {};
  if (value == nullptr || !value->IsString()) {
    throw BadRequest(std::string(key) + " must be a string");
  }
  return {value->GetString(), value->GetStringLength()};
}

std::optional<std::int64_t> integer(const Value& object, std::string_view key) {
  const Value* value = member(object, key);
  if (value == nullptr) return std::nullopt;
  if (!value->IsInt64()) throw BadRequest(std::string(key) + " must be an integer");
  return value->GetInt64();
}

std::int64_t required_integer(const Value& object, std::string_view key) {
  const auto value = integer(object, key);
  if (!value) throw BadRequest(std::string(key) + " is missing");
  return *value;
}

void parse_sort(const Value& sort, SearchBody& search) {
  if (!sort.IsObject()) throw BadRequest("sort_by must be an object");
  search.sort_by = text(sort, "field", true);
  const std::string order = text(sort, "order", false);
  search.is_descending = order == "DESC";
  if (!order.empty() && order != "ASC" && order != "DESC") {
    throw BadRequest("order must be ASC or DESC");
  }
}

}  // namespace

Credentials parse_credentials(const std::string& body) {
  const auto document = parse(body);
  const Value* domain = member(document, "domain");
  if (domain == nullptr || !domain->IsObject()) throw BadRequest("domain must be an object");
  Credentials credentials;
  credentials.username = text(document, "username", true);
  credentials.password = text(document, "password", true);
  credentials.domain_type = text(*domain, "domain_type", true);
  credentials.domain_value = text(*domain, "value", false);
  if (credentials.domain_type != "LOCAL" && credentials.domain_type != "LDAP") {
    throw BadRequest("domain_type must be LOCAL or LDAP");
  }
  return credentials;
}

std::string parse_vidm_token(const std::string& body) {
  return text(parse(body), "vidm_token", true);
}

SearchBody parse_search(const std::string& body) {
  const auto document = parse(body);
  SearchBody search;
  search.entity_type = text(document, "entity_type", true);
  search.filter = text(document, "filter", false);
  search.cursor = text(document, "cursor", false);
  search.size = integer(document, "size").value_or(search.size);
  if (const Value* sort = member(document, "sort_by")) parse_sort(*sort, search);
  if (const Value* range = member(document, "time_range")) {
    if (!range->IsObject()) throw BadRequest("time_range must be an object");
    search.start = integer(*range, "start_time");
    search.end = integer(*range, "end_time");
    if (!search.start || !search.end || *search.start > *search.end) {
      throw BadRequest("time_range needs start_time and a later end_time");
    }
  }
  return search;
}

std::vector<EntityRequest> parse_entity_requests(const std::string& body, std::string_view key) {
  const auto document = parse(body);
  const Value* list = member(document, key);
  if (list == nullptr || !list->IsArray()) throw BadRequest(std::string(key) + " must be an array");
  if (list->Size() > kMaxEntities) throw BadRequest("at most 1000 entities in one request");
  std::vector<EntityRequest> requests;
  requests.reserve(list->Size());
  for (const Value& item : list->GetArray()) {
    if (!item.IsObject()) throw BadRequest(std::string(key) + " must hold objects");
    requests.push_back(
        {text(item, "entity_id", true), text(item, "entity_type", false), integer(item, "time")});
  }
  return requests;
}

MetricsBody parse_metrics(const std::string& body) {
  const auto document = parse(body);
  const Value* list = member(document, "entity_ids");
  if (list == nullptr || !list->IsArray()) throw BadRequest("entity_ids must be an array");
  if (list->Size() > kMaxEntities) throw BadRequest("at most 1000 entities in one request");
  MetricsBody metrics;
  for (const Value& id : list->GetArray()) {
    if (!id.IsString()) throw BadRequest("entity_ids must hold strings");
    metrics.ids.emplace_back(id.GetString(), id.GetStringLength());
  }
  metrics.metric = text(document, "metric", true);
  metrics.interval = required_integer(document, "interval");
  metrics.start = required_integer(document, "start_time");
  metrics.end = required_integer(document, "end_time");
  return metrics;
}

}  // namespace vrni2syslog::simulator
