#include "vrni/metrics/metric_schema.h"

#include "json/json.h"

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

/// Follows the structure {"results": [{"metric", "intervals": [<seconds>]}]}.
class MetricSchemaHandler final : public JsonHandler {
 public:
  explicit MetricSchemaHandler(MetricSchema& schema) : schema_(schema) {}

  [[nodiscard]] bool has_results() const noexcept { return has_results_; }

  void key(std::string_view name) override {
    if (skipped_depth_ == 0) key_ = name;
  }
  void scalar(std::string_view text) override;
  void null() override {}
  void begin_object() override;
  void end_object() override;
  void begin_array() override;
  void end_array() override;

 private:
  enum class Place : std::uint8_t { Outside, Root, Results, Metric, Intervals };

  void finish_metric();

  MetricSchema& schema_;
  Place place_ = Place::Outside;
  std::size_t skipped_depth_ = 0;
  bool has_results_ = false;
  std::string_view key_;
  std::string_view metric_;
  std::optional<seconds> shortest_;
};

void MetricSchemaHandler::scalar(std::string_view text) {
  if (skipped_depth_ > 0) return;
  if (place_ == Place::Metric && key_ == "metric") metric_ = text;
  if (place_ != Place::Intervals) return;
  const std::optional<seconds> interval = parse_interval(text);
  if (interval) shortest_ = std::min(shortest_.value_or(*interval), *interval);
}

void MetricSchemaHandler::begin_object() {
  if (skipped_depth_ == 0 && place_ == Place::Outside) {
    place_ = Place::Root;
  } else if (skipped_depth_ == 0 && place_ == Place::Results) {
    place_ = Place::Metric;
  } else {
    ++skipped_depth_;
  }
}

void MetricSchemaHandler::begin_array() {
  if (skipped_depth_ == 0 && place_ == Place::Root && key_ == "results") {
    place_ = Place::Results;
    has_results_ = true;
  } else if (skipped_depth_ == 0 && place_ == Place::Metric && key_ == "intervals") {
    place_ = Place::Intervals;
  } else {
    ++skipped_depth_;
  }
}

void MetricSchemaHandler::end_object() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
  } else if (place_ == Place::Metric) {
    finish_metric();
    place_ = Place::Results;
  } else {
    place_ = Place::Outside;
  }
}

void MetricSchemaHandler::end_array() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
  } else {
    place_ = place_ == Place::Intervals ? Place::Metric : Place::Root;
  }
}

void MetricSchemaHandler::finish_metric() {
  if (!metric_.empty() && shortest_ && schema_.size() < kMaxMetrics) {
    schema_.insert_or_assign(std::string(metric_), *shortest_);
  }
  metric_ = {};
  shortest_.reset();
}

}  // namespace

std::optional<std::string> read_metric_schema(std::string& body, MetricSchema& schema) {
  schema.clear();
  MetricSchemaHandler handler(schema);
  if (std::optional<std::string> problem = read_json(body, handler)) return problem;
  if (!handler.has_results()) return "the answer has no list \"results\"";
  return std::nullopt;
}

}  // namespace vrni2syslog
