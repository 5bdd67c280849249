#include "vrni/metrics/metric_schema.h"

#include "json/path_reader.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMaxMetrics = 10'000;
/// Of a shorter one, a day would take more calls than there are flows.
constexpr seconds kMinInterval{60};
constexpr seconds kMaxInterval{366 * 86'400};

/// Nothing for what cannot be an interval.
[[nodiscard]] std::optional<seconds> parse_interval(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  if (number < kMinInterval.count() || number > kMaxInterval.count()) return std::nullopt;
  return seconds(number);
}

enum class SchemaPlace : std::uint8_t { Outside, Root, Results, Metric, Intervals };

/// Reads {"results": [{"metric", "intervals": [<seconds>]}]}.
class MetricSchemaReader final : public JsonPathReader<MetricSchemaReader, SchemaPlace> {
 public:
  using Place = SchemaPlace;
  static constexpr JsonPath<Place> kPaths[] = {
      {Place::Root, Place::Outside, '{', {}},
      {Place::Results, Place::Root, '[', "results"},
      {Place::Metric, Place::Results, '{', {}},
      {Place::Intervals, Place::Metric, '[', "intervals"},
  };

  explicit MetricSchemaReader(MetricSchema& schema) : schema_(schema) {}

  [[nodiscard]] bool has_results() const noexcept { return has_results_; }

  void take(Place place, std::string_view text);
  [[nodiscard]] bool enter(Place place) {
    has_results_ = has_results_ || place == Place::Results;
    return true;
  }
  void leave(Place place) {
    if (place == Place::Metric) finish_metric();
  }

 private:
  void finish_metric();

  MetricSchema& schema_;
  bool has_results_ = false;
  std::string_view metric_;
  std::optional<seconds> shortest_;
};

void MetricSchemaReader::take(Place place, std::string_view text) {
  if (place == Place::Metric && member() == "metric") metric_ = text;
  if (place != Place::Intervals) return;
  const std::optional<seconds> interval = parse_interval(text);
  if (interval) shortest_ = std::min(shortest_.value_or(*interval), *interval);
}

void MetricSchemaReader::finish_metric() {
  if (!metric_.empty() && shortest_ && schema_.size() < kMaxMetrics) {
    schema_.insert_or_assign(std::string(metric_), *shortest_);
  }
  metric_ = {};
  shortest_.reset();
}

}  // namespace

std::optional<std::string> read_metric_schema(std::string& body, MetricSchema& schema) {
  schema.clear();
  MetricSchemaReader reader(schema);
  if (std::optional<std::string> problem = read_json(body, reader)) return problem;
  if (!reader.has_results()) return "the answer has no list \"results\"";
  return std::nullopt;
}

}  // namespace vrni2syslog
