#include "app/settings/window_plan.h"

#include "base/duration.h"
#include "base/error.h"

#include <fmt/format.h>

namespace vrni2syslog {
namespace {

constexpr std::chrono::hours kDefaultLength{24};
constexpr std::int64_t kMaxUnits = 100'000;
/// By default a platform keeps flows for this long.
constexpr std::chrono::days kRetention{30};

[[nodiscard]] TimeWindow requested_window(const WindowRequest& request, UnixSeconds now) {
  if (request.is_yesterday) return yesterday_window(now, request.zone);
  if (request.since) return {*request.since, request.until.value_or(now - request.settle)};
  return last_window(now, request.last.value_or(kDefaultLength), request.settle);
}

void check_that_one_window_is_named(const WindowRequest& request) {
  const int named =
      (request.last ? 1 : 0) + (request.is_yesterday ? 1 : 0) + (request.since ? 1 : 0);
  if (named > 1) throw Error(Fault::Usage, "each names a window of its own; give one");
  if (request.until && !request.since) {
    throw Error(Fault::Usage, "an end needs a beginning: --since");
  }
}

void check_units(const TimeWindow& window, std::chrono::seconds resolution) {
  if (resolution == std::chrono::seconds(0)) return;
  if ((window.end - window.start) / resolution > kMaxUnits) {
    throw Error(Fault::Usage, fmt::format("the window has more than {} units of --resolution {}",
                                          kMaxUnits, format_duration(resolution)));
  }
}

/// The end of the last whole unit before `time`; `time` itself without a resolution.
[[nodiscard]] UnixSeconds last_unit_end(UnixSeconds time, const WindowRequest& request) {
  if (request.resolution == std::chrono::seconds(0)) return time;
  return start_of_unit(time, request.resolution, request.zone);
}

}  // namespace

TimeWindow plan_window(const WindowRequest& request, UnixSeconds now) {
  check_that_one_window_is_named(request);
  const TimeWindow window = requested_window(request, now);
  if (window.is_empty()) {
    throw Error(Fault::Usage, fmt::format("the window from {} to {} is empty",
                                          to_rfc3339(window.start), to_rfc3339(window.end)));
  }
  check_units(window, request.resolution);
  return window;
}

void require_not_ahead(const Checkpoint& job, UnixSeconds now) {
  const UnixSeconds newest = newest_watermark_of(job);
  if (newest <= now) return;
  throw Error(
      Fault::Configuration,
      fmt::format("flows up to {} count as delivered, but it is {} now: the clock is wrong, "
                  "or was; set the clock, or say how far the job is with --set-watermark",
                  to_rfc3339(newest), to_rfc3339(now)));
}

TimeWindow plan_next_window(const WindowRequest& request, const std::optional<Checkpoint>& job,
                            UnixSeconds now) {
  if (job) require_not_ahead(*job, now);
  const UnixSeconds end = last_unit_end(now - request.settle, request);
  const TimeWindow window{job ? watermark_of(*job) : end - kDefaultLength, end};
  check_units(window, request.resolution);
  return window;
}

std::string lag_warning(const std::optional<Checkpoint>& job, UnixSeconds now) {
  if (!job || now - watermark_of(*job) <= kRetention) return {};
  return fmt::format(
      "the last flows that every collector has confirmed are of {}, more than {} days ago: the "
      "platform may have forgotten what came next",
      to_rfc3339(watermark_of(*job)), kRetention.count());
}

std::string window_warning(const WindowRequest& request, const TimeWindow& window,
                           UnixSeconds now) {
  if (window.end <= now - request.settle) return {};
  return fmt::format(
      "the window ended less than {} ago (--settle): flows that reach the platform late are "
      "missing",
      format_duration(request.settle));
}

}  // namespace vrni2syslog
