#include "vrni/metrics/metric_page.h"

#include "json/path_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

namespace vrni2syslog {
namespace {

/// A platform may show the points beside the range, too.
constexpr std::size_t kSparePoints = 2;
/// Takes the place of null, which must not move the values after it.
constexpr std::string_view kNoData = "-1";

/// A list of numbers may be one of doubles: "1.6E9" for a time.
[[nodiscard]] std::optional<std::int64_t> parse_integral(std::string_view text) {
  constexpr double kLargestExact = 1e15;
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  if (!(std::abs(number) <= kLargestExact) || number != std::trunc(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

/// In seconds since the epoch; platforms that mix the units up write milliseconds.
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
class MetricPageReader final : public JsonPathReader<MetricPageReader, MetricPlace> {
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

  MetricPageReader(const MetricRange& range, std::size_t max_results, MetricPage& page)
      : range_(range), max_results_(max_results), page_(page) {}

  /// The first thing that is wrong.
  [[nodiscard]] std::optional<std::string> problem() const;

  void take(Place place, std::string_view text);
  void take_null(Place place);
  [[nodiscard]] bool enter(Place place);
  void leave(Place place);
  void pass_over(Place place) {
    if (place >= Place::Points) fail("a point of an unknown form");
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
  MetricPage& page_;
  bool has_results_ = false;
  std::string problem_;
  std::size_t results_ = 0;
  std::string_view id_;
  std::size_t numbers_in_point_ = 0;
  std::vector<std::string_view> times_;
  std::vector<std::string_view> values_;
  std::vector<Point> points_;
};

std::optional<std::string> MetricPageReader::problem() const {
  if (!has_results_) return "the answer has no list \"results\"";
  if (!problem_.empty()) return problem_;
  return std::nullopt;
}

void MetricPageReader::take(Place place, std::string_view text) {
  switch (place) {
    case Place::Root:
      if (member() == "interval") check_interval(text);
      break;
    case Place::Result:
      if (member() == "entity_id") id_ = text;
      break;
    case Place::Points:
      return fail("a point that is no pair of a time and a value");
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

void MetricPageReader::take_null(Place place) {
  if (place > Place::Points) take(place, kNoData);
}

bool MetricPageReader::enter(Place place) {
  if (place == Place::Results) has_results_ = true;
  if (place == Place::Point) numbers_in_point_ = 0;
  const bool is_too_much = place == Place::Result && ++results_ > max_results_;
  if (is_too_much) fail("more results than asked for");
  return !is_too_much;
}

void MetricPageReader::leave(Place place) {
  if (place == Place::Point && numbers_in_point_ != 2)
    fail("a point that is no pair of a time and a value");
  if (place == Place::Result) finish_result();
}

void MetricPageReader::append(std::vector<std::string_view>& numbers, std::string_view text) {
  if (numbers.size() >= range_.points + kSparePoints) {
    return fail("more points of an entity than asked for");
  }
  numbers.push_back(text);
}

void MetricPageReader::check_interval(std::string_view text) {
  const std::optional<std::int64_t> interval = parse_integral(text);
  if (!interval || *interval == range_.interval.count()) return;
  fail(fmt::format("points every {} seconds in place of every {}", *interval,
                   range_.interval.count()));
}

void MetricPageReader::finish_result() {
  if (times_.size() != values_.size()) fail("not as many times as values");
  if (!id_.empty() && problem_.empty())
    sum_up_points(page_.sums.emplace_back(MetricSum{.id = id_, .sum = {}}));
  id_ = {};
  times_.clear();
  values_.clear();
}

void MetricPageReader::sum_up_points(MetricSum& result) {
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
    if (!result.sum.add(point.value)) fail("a value that is no number of 63 bits");
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

std::optional<std::string> read_metric_page(std::string body, const MetricRange& range,
                                            std::size_t max_results, MetricPage& page) {
  page.body = std::move(body);
  page.sums.clear();
  MetricPageReader reader(range, max_results, page);
  if (std::optional<std::string> problem = read_json(page.body, reader)) return problem;
  if (std::optional<std::string> problem = reader.problem()) return problem;
  if (has_an_id_twice(page.sums)) return "an entity comes twice";
  return std::nullopt;
}

}  // namespace vrni2syslog
