#include "vrni/metrics/metric_answers.h"

#include "base/text/number.h"
#include "json/path_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMaxMetrics = 10'000;
/// With shorter intervals, a day would take more calls than there are flows.
constexpr seconds kMinInterval{60};
constexpr seconds kMaxInterval{366 * 86'400};

/// nullopt for anything that cannot be an interval.
[[nodiscard]] std::optional<seconds> parse_interval(std::string_view text) {
  const std::optional<std::int64_t> number = parse_integral(text);
  if (!number || *number < kMinInterval.count() || *number > kMaxInterval.count())
    return std::nullopt;
  return seconds(*number);
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
  [[nodiscard]] const ErrorMembers& error_members() const noexcept { return error_members_; }

  void take(Place place, std::string_view text);
  [[nodiscard]] bool enter(Place place) {
    has_results_ = has_results_ || place == Place::Results;
    return true;
  }
  void pass_over(Place place) {
    if (place == Place::Root) error_members_.take(member());
  }
  void leave(Place place) {
    if (place == Place::Metric) finish_metric();
  }

 private:
  void finish_metric();

  MetricSchema& schema_;
  bool has_results_ = false;
  ErrorMembers error_members_;
  std::string_view metric_;
  std::optional<seconds> shortest_;
};

void MetricSchemaReader::take(Place place, std::string_view text) {
  if (place == Place::Root) error_members_.take(member(), text);
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

/// A platform may also show the points next to the range.
constexpr std::size_t kSparePoints = 2;
/// Stands for null, which means "no data" and must not move the values after it.
constexpr std::string_view kNoData = "-1";

/// In seconds since the epoch. Some platforms write milliseconds.
[[nodiscard]] std::optional<std::int64_t> parse_point_time(std::string_view text) {
  constexpr std::int64_t kLargestSeconds = 100'000'000'000;
  const std::optional<std::int64_t> time = parse_integral(text);
  if (!time || *time < 0) return std::nullopt;
  return *time > kLargestSeconds ? *time / 1000 : *time;
}

struct Point {
  std::int64_t time = 0;  ///< seconds since the epoch
  std::string_view value;
};

enum class MetricPlace : std::uint8_t {
  Outside,
  Root,
  Results,
  Result,
  Points,
  Times,
  Values,
  Point,
};

/// Reads {"interval", "results": [{"entity_id", "pointlist": [[<time>, <value>]]}]} and
/// {"interval", "results": [{"entity_id", "timestamps": [<time>], "values": [<value>]}]}.
class MetricSumReader final : public JsonPathReader<MetricSumReader, MetricPlace> {
 public:
  using Place = MetricPlace;
  static constexpr JsonPath<Place> kPaths[] = {
      {Place::Root, Place::Outside, '{', {}},
      {Place::Results, Place::Root, '[', "results"},
      {Place::Result, Place::Results, '{', {}},
      {Place::Points, Place::Result, '[', "pointlist"},
      {Place::Times, Place::Result, '[', "timestamps"},
      {Place::Values, Place::Result, '[', "values"},
      {Place::Point, Place::Points, '[', {}},
  };

  MetricSumReader(const MetricRange& range, std::size_t max_results, std::vector<MetricSum>& sums)
      : range_(range), max_results_(max_results), sums_(sums) {}

  /// The first thing that is wrong.
  [[nodiscard]] BodyOutcome outcome() const;

  void take(Place place, std::string_view text);
  void take_null(Place place);
  [[nodiscard]] bool enter(Place place);
  void leave(Place place);
  void pass_over(Place place) {
    if (place >= Place::Points) fail("a point of an unknown form");
    if (place == Place::Root) error_members_.take(member());
  }

 private:
  void append(std::vector<std::string_view>& numbers, std::string_view text);
  void check_interval(std::string_view text);
  void finish_result();
  void sum_up_points(MetricSum& result);
  void fail(std::string text) {
    if (problem_.empty()) problem_ = std::move(text);
  }

  const MetricRange range_;
  const std::size_t max_results_;
  std::vector<MetricSum>& sums_;
  bool has_results_ = false;
  ErrorMembers error_members_;
  std::string problem_;
  std::size_t results_ = 0;
  std::string_view id_;
  std::size_t numbers_in_point_ = 0;
  std::vector<std::string_view> times_;
  std::vector<std::string_view> values_;
  std::vector<Point> points_;
};

BodyOutcome MetricSumReader::outcome() const {
  if (error_members_.refute(results_ > 0)) return error_members_.outcome();
  if (!has_results_) return BodyOutcome::foreign("the answer has no list \"results\"");
  if (!problem_.empty()) return BodyOutcome::failure({.text = problem_});
  return BodyOutcome::success();
}

void MetricSumReader::take(Place place, std::string_view text) {
  switch (place) {
    case Place::Root:
      if (member() == "interval") check_interval(text);
      error_members_.take(member(), text);
      break;
    case Place::Result:
      if (member() == "entity_id") id_ = text;
      break;
    case Place::Points:
      return fail("a point that is not a pair of a time and a value");
    case Place::Times:
      return append(times_, text);
    case Place::Values:
      return append(values_, text);
    case Place::Point:
      return append(numbers_in_point_++ == 0 ? times_ : values_, text);
    case Place::Outside:
    case Place::Results:
      break;
  }
}

void MetricSumReader::take_null(Place place) {
  if (place > Place::Points) take(place, kNoData);
}

bool MetricSumReader::enter(Place place) {
  if (place == Place::Results) has_results_ = true;
  if (place == Place::Point) numbers_in_point_ = 0;
  const bool is_too_much = place == Place::Result && ++results_ > max_results_;
  if (is_too_much) fail("more results than asked for");
  return !is_too_much;
}

void MetricSumReader::leave(Place place) {
  if (place == Place::Point && numbers_in_point_ != 2)
    fail("a point that is not a pair of a time and a value");
  if (place == Place::Result) finish_result();
}

void MetricSumReader::append(std::vector<std::string_view>& numbers, std::string_view text) {
  if (numbers.size() >= range_.points + kSparePoints) {
    return fail("more points of an entity than asked for");
  }
  numbers.push_back(text);
}

void MetricSumReader::check_interval(std::string_view text) {
  const std::optional<std::int64_t> interval = parse_integral(text);
  if (!interval || *interval == range_.interval.count()) return;
  fail(fmt::format("points every {} seconds in place of every {}", *interval,
                   range_.interval.count()));
}

void MetricSumReader::finish_result() {
  if (times_.size() != values_.size()) fail("not as many times as values");
  if (!id_.empty() && problem_.empty())
    sum_up_points(sums_.emplace_back(MetricSum{.id = id_, .sum = {}}));
  id_ = {};
  times_.clear();
  values_.clear();
}

void MetricSumReader::sum_up_points(MetricSum& result) {
  points_.clear();
  for (std::size_t i = 0; i < times_.size(); ++i) {
    const std::optional<std::int64_t> time = parse_point_time(times_[i]);
    if (!time) fail("a point without a time");
    points_.push_back({time.value_or(0), values_[i]});
  }
  std::ranges::stable_sort(points_, {}, &Point::time);
  const std::int64_t first = range_.first.time_since_epoch().count();
  const std::int64_t end = (range_.last() + range_.interval).time_since_epoch().count();
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const Point& point = points_[i];
    const bool comes_again = i + 1 < points_.size() && points_[i + 1].time == point.time;
    if (point.time < first || point.time >= end || comes_again) continue;
    if (!result.sum.add(point.value)) fail("a value that is not a number of 63 bits");
    const UnixSeconds stamp{std::chrono::seconds(point.time)};
    if (result.points++ == 0) result.first = stamp;
    result.last = stamp;
  }
}

[[nodiscard]] bool has_an_id_twice(const std::vector<MetricSum>& sums) {
  std::vector<std::string_view> ids;
  ids.reserve(sums.size());
  for (const MetricSum& sum : sums) ids.push_back(sum.id);
  std::ranges::sort(ids);
  return std::ranges::adjacent_find(ids) != ids.end();
}

}  // namespace

BodyOutcome read_metric_schema(std::string& body, MetricSchema& schema) {
  schema.clear();
  MetricSchemaReader reader(schema);
  if (JsonOutcome read = read_json(body, reader); !read) return read;
  if (reader.error_members().has_error()) return reader.error_members().outcome();
  if (!reader.has_results()) return BodyOutcome::foreign("the answer has no list \"results\"");
  return BodyOutcome::success();
}

BodyOutcome read_metric_sums(std::string& body, const MetricRange& range, std::size_t max_results,
                             std::vector<MetricSum>& sums) {
  sums.clear();
  MetricSumReader reader(range, max_results, sums);
  if (JsonOutcome read = read_json(body, reader); !read) return read;
  if (BodyOutcome read = reader.outcome(); !read) return read;
  if (has_an_id_twice(sums)) return BodyOutcome::failure({.text = "an entity comes twice"});
  return BodyOutcome::success();
}

}  // namespace vrni2syslog
