#include "vrni/metrics/metric_page.h"

#include "json/json.h"

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

/// Follows the structures {"interval", "results": [{"entity_id", "pointlist": [[<time>,
/// <value>]]}]} and {"interval", "results": [{"entity_id", "timestamps": [<time>], "values":
/// [<value>]}]}.
class MetricPageHandler final : public JsonHandler {
 public:
  MetricPageHandler(const MetricRange& range, std::size_t max_results, MetricPage& page)
      : range_(range), max_results_(max_results), page_(page) {}

  /// The first thing that is wrong.
  [[nodiscard]] std::optional<std::string> problem() const;

  void key(std::string_view name) override {
    if (skipped_depth_ == 0) key_ = name;
  }
  void scalar(std::string_view text) override;
  void null() override;
  void begin_object() override;
  void end_object() override;
  void begin_array() override;
  void end_array() override;

 private:
  enum class Place : std::uint8_t { Outside, Root, Results, Result, Points, Point, Times, Values };

  [[nodiscard]] Place place_of_array() const;
  void add_number(std::string_view text);
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
  Place place_ = Place::Outside;
  std::size_t skipped_depth_ = 0;
  bool has_results_ = false;
  std::string problem_;
  std::size_t results_ = 0;
  std::string_view key_;
  std::string_view id_;
  std::size_t numbers_in_point_ = 0;
  std::vector<std::string_view> times_;
  std::vector<std::string_view> values_;
  std::vector<Point> points_;
};

std::optional<std::string> MetricPageHandler::problem() const {
  if (!has_results_) return "the answer has no list \"results\"";
  if (!problem_.empty()) return problem_;
  return std::nullopt;
}

void MetricPageHandler::scalar(std::string_view text) {
  if (skipped_depth_ > 0) return;
  switch (place_) {
    case Place::Root:
      if (key_ == "interval") check_interval(text);
      break;
    case Place::Result:
      if (key_ == "entity_id") id_ = text;
      break;
    case Place::Points:
      fail("a point that is no pair of a time and a value");
      break;
    case Place::Point:
    case Place::Times:
    case Place::Values:
      add_number(text);
      break;
    case Place::Outside:
    case Place::Results:
      break;
  }
}

void MetricPageHandler::null() {
  const bool is_number =
      place_ == Place::Point || place_ == Place::Times || place_ == Place::Values;
  if (skipped_depth_ == 0 && is_number) add_number(kNoData);
}

void MetricPageHandler::add_number(std::string_view text) {
  switch (place_) {
    case Place::Times:
      return append(times_, text);
    case Place::Values:
      return append(values_, text);
    default:
      return append(numbers_in_point_++ == 0 ? times_ : values_, text);
  }
}

void MetricPageHandler::append(std::vector<std::string_view>& numbers, std::string_view text) {
  if (numbers.size() >= range_.points + kSparePoints) {
    return fail("more points of an entity than asked for");
  }
  numbers.push_back(text);
}

void MetricPageHandler::check_interval(std::string_view text) {
  const std::optional<std::int64_t> interval = parse_integral(text);
  if (!interval || *interval == range_.interval.count()) return;
  fail(fmt::format("points every {} seconds in place of every {}", *interval,
                   range_.interval.count()));
}

void MetricPageHandler::begin_object() {
  if (skipped_depth_ == 0 && place_ == Place::Outside) {
    place_ = Place::Root;
  } else if (skipped_depth_ == 0 && place_ == Place::Results && results_ < max_results_) {
    ++results_;
    place_ = Place::Result;
  } else {
    if (skipped_depth_ == 0 && place_ == Place::Results) fail("more results than asked for");
    if (skipped_depth_ == 0 && place_ >= Place::Points) fail("a point of an unknown form");
    ++skipped_depth_;
  }
}

MetricPageHandler::Place MetricPageHandler::place_of_array() const {
  if (place_ == Place::Root && key_ == "results") return Place::Results;
  if (place_ == Place::Result && key_ == "pointlist") return Place::Points;
  if (place_ == Place::Result && key_ == "timestamps") return Place::Times;
  if (place_ == Place::Result && key_ == "values") return Place::Values;
  if (place_ == Place::Points) return Place::Point;
  return Place::Outside;
}

void MetricPageHandler::begin_array() {
  const Place place = skipped_depth_ > 0 ? Place::Outside : place_of_array();
  if (place == Place::Outside) {
    if (skipped_depth_ == 0 && place_ >= Place::Points) fail("a point of an unknown form");
    ++skipped_depth_;
    return;
  }
  if (place == Place::Results) has_results_ = true;
  if (place == Place::Point) numbers_in_point_ = 0;
  place_ = place;
}

void MetricPageHandler::end_object() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
  } else if (place_ == Place::Result) {
    finish_result();
    place_ = Place::Results;
  } else {
    place_ = Place::Outside;
  }
}

void MetricPageHandler::end_array() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
  } else if (place_ == Place::Point) {
    if (numbers_in_point_ != 2) fail("a point that is no pair of a time and a value");
    place_ = Place::Points;
  } else {
    place_ = place_ == Place::Results ? Place::Root : Place::Result;
  }
}

void MetricPageHandler::finish_result() {
  if (times_.size() != values_.size()) fail("not as many times as values");
  if (!id_.empty() && problem_.empty())
    sum_up_points(page_.sums.emplace_back(MetricSum{.id = id_, .sum = {}}));
  id_ = {};
  times_.clear();
  values_.clear();
}

void MetricPageHandler::sum_up_points(MetricSum& result) {
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
  MetricPageHandler handler(range, max_results, page);
  if (std::optional<std::string> problem = read_json(page.body, handler)) return problem;
  if (std::optional<std::string> problem = handler.problem()) return problem;
  if (has_an_id_twice(page.sums)) return "an entity comes twice";
  return std::nullopt;
}

}  // namespace vrni2syslog
