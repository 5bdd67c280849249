/// Any body of an answer: the readers of the platform's answers neither crash nor invent anything,
/// and a line can be written of every flow that they find.

#include "../support/valid_utf8.h"
#include "format/line_format.h"
#include "json/records.h"
#include "properties.h"
#include "vrni/fetch/flow_page.h"
#include "vrni/metrics/metric_answers.h"
#include "vrni/search/search_paging.h"

#include <cstdint>
#include <string>

namespace vrni2syslog::testing {
namespace {

constexpr UnixSeconds kNoon{std::chrono::seconds(1'795'348'800)};  // 2026-11-22T12:00:00Z
constexpr TimeWindow kUnit{kNoon, kNoon + std::chrono::hours(1)};

void check_outcome(const BodyOutcome& outcome) {
  if (outcome) return;
  const std::string& problem = outcome.problem().text;
  require(!problem.empty() && is_valid_utf8(problem), "a problem is no text for a message",
          problem);
}

void check_flow_page(const std::string& body) {
  FlowBatch batch(kUnit);
  FlowPage page;
  const BodyOutcome read = read_flow_page(body, batch, page);
  check_outcome(read);
  if (!read) return;
  const std::unique_ptr<LineFormat> format = make_line_format("rfc5424", LineOptions());
  std::string line;
  for (const Flow& flow : page.flows) {
    require(!flow.id.empty(), "a flow has no id", body);
    line.clear();
    (void)format->append_flow(line, flow, kUnit);
    require(is_valid_utf8(line), "a line is no UTF-8", line);
  }
  for (const std::string_view* const id : page.unnamed)
    require(!id->empty(), "a reference has no id", body);
  for (const FieldReference& vlan : page.vlans) {
    require(vlan.flow < page.flows.size() && !vlan.entity.id.empty(), "a VLAN belongs to no flow",
            body);
  }
}

void check_search_page(const std::string& body) {
  SearchPage page;
  const BodyOutcome read = read_search_page(body, page);
  check_outcome(read);
  if (!read) return;
  for (const SearchHit& hit : page.hits) require(!hit.id.empty(), "a result has no id", body);
}

void check_metric_sums(std::string body) {
  const MetricRange range{kNoon, std::chrono::minutes(30), 4};
  constexpr std::size_t kMaxResults = 3;
  std::vector<MetricSum> sums;
  const BodyOutcome read = read_metric_sums(body, range, kMaxResults, sums);
  check_outcome(read);
  if (!read) return;
  require(sums.size() <= kMaxResults, "more results than asked for", body);
  for (const MetricSum& result : sums) {
    require(!result.id.empty(), "a result has no id", body);
    require(!result.sum.is_known() || result.sum.total() <= INT64_MAX, "a sum is too large", body);
  }
}

void check_metric_schema(std::string body) {
  MetricSchema schema;
  const BodyOutcome read = read_metric_schema(body, schema);
  check_outcome(read);
  if (!read) return;
  for (const auto& [metric, interval] : schema) {
    require(!metric.empty() && interval >= std::chrono::minutes(1), "a metric cannot be used",
            metric);
  }
}

void check_records(std::string body) {
  JsonRecords records("entities");
  const JsonOutcome read = read_records(body, records);
  check_outcome(read);
  if (!read) return;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < records.size(); ++i) bytes += records.text_of(i, "name").size();
  require(bytes <= body.size() * (records.size() + 1), "a text is longer than the body", body);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  vrni2syslog::testing::check_flow_page(body);
  vrni2syslog::testing::check_search_page(body);
  vrni2syslog::testing::check_metric_sums(body);
  vrni2syslog::testing::check_metric_schema(body);
  vrni2syslog::testing::check_records(body);
  return 0;
}
