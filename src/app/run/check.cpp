#include "app/run/check.h"

#include "app/run/job_report.h"
#include "app/settings/line_settings.h"
#include "app/settings/window_plan.h"
#include "base/error.h"
#include "delivery/checkpoint/state_directory.h"
#include "format/line_format.h"
#include "format/record/line_kind.h"
#include "transport/collector_address.h"
#include "transport/collector_sink.h"
#include "transport/net/resolver.h"
#include "transport/net/transport_loop.h"
#include "vrni/api/platform_time.h"
#include "vrni/platform.h"
#include "vrni/search/flow_search.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <memory>
#include <optional>
#include <unistd.h>

namespace vrni2syslog {
namespace {

/// Looks names up as a run would: bounded by --connect-timeout.
class Names {
 public:
  Names(TransportLoop& loop, const Settings& settings, const RunLimits& limits)
      : loop_(loop), timeout_(settings.collector_options.connect_timeout), limits_(limits) {}

  [[nodiscard]] std::string describe(const std::string& host) const {
    const std::vector<std::string> addresses = look_up_addresses(loop_, host, timeout_, limits_);
    if (addresses == std::vector{host}) return fmt::format("{} is an address", host);
    return fmt::format("{} is {}", host, fmt::join(addresses, ", "));
  }

 private:
  TransportLoop& loop_;
  std::chrono::milliseconds timeout_;
  RunLimits limits_;
};

class PlatformCheck {
 public:
  PlatformCheck(const Settings& settings, const TimeWindow& window, const Names& names,
                Platform& platform, const Clock& clock, CheckReport& report)
      : settings_(settings),
        window_(window),
        names_(names),
        platform_(platform),
        clock_(clock),
        report_(report) {}

  void run(bool is_behind_proxy) {
    const bool is_logged_in = look_up_name(is_behind_proxy) && log_in();
    if (!is_logged_in) report_.skipped("search", "it needs the login");
    if (is_logged_in && search()) {
      compare_clocks();
    } else {
      report_.skipped("clock", "it needs the search");
    }
  }

 private:
  [[nodiscard]] bool look_up_name(bool is_behind_proxy) {
    const std::string& host = settings_.platform.api.host;
    return report_.step("platform name", [&] {
      try {
        return names_.describe(host);
      } catch (const Error&) {
        if (!is_behind_proxy) throw;
        return fmt::format("{} is not known here; the proxy has to know it", host);
      }
    });
  }

  /// One call connects, verifies and logs in; its error tells which of them failed. The cloud
  /// service logs in elsewhere.
  [[nodiscard]] bool log_in() {
    try {
      platform_.log_in();
    } catch (const Error& error) {
      const bool is_elsewhere =
          std::holds_alternative<CloudCredentials>(settings_.platform.credentials);
      const bool is_connected =
          error.fault() == Fault::LoginRefused || error.fault() == Fault::Data;
      if (is_connected || is_elsewhere) report_tls();
      report_.failed(is_connected || is_elsewhere ? "login" : "platform", error.what(),
                     error.fault());
      return false;
    }
    report_tls();
    report_.passed("login", platform_.account());
    return true;
  }

  void report_tls() {
    const std::string peer = platform_.peer_description();
    if (!peer.empty()) report_.passed("platform TLS", peer);
  }

  [[nodiscard]] bool search() {
    return report_.step("search", [&] {
      return fmt::format("{} flows from {} to {}",
                         count_flows(platform_.api(), settings_.filter, window_),
                         to_rfc3339(window_.start), to_rfc3339(window_.end));
    });
  }

  void compare_clocks() {
    const std::optional<UnixSeconds> there = platform_.api().platform_time();
    if (!there) return report_.skipped("clock", "the platform does not tell its time");
    report_.step("clock", [&] {
      const UnixSeconds here = clock_.now_seconds();
      require_past(newest_window(here), settings_.platform.least_age, there);
      return describe_clock(here, *there);
    });
  }

  /// The window of a run that would end now. That of this check may end long before, with a unit.
  [[nodiscard]] TimeWindow newest_window(UnixSeconds now) const {
    if (!settings_.job) return window_;
    return {window_.start, now - settings_.window_request.settle};
  }

  const Settings& settings_;
  TimeWindow window_;
  const Names& names_;
  Platform& platform_;
  const Clock& clock_;
  CheckReport& report_;
};

void check_verdict(const Receipt& receipt, std::optional<Verdict> required) {
  if (receipt.verdict != Verdict::Failed &&
      receipt.verdict >= required.value_or(Verdict::Written)) {
    return;
  }
  throw Error(Fault::Unconfirmed,
              fmt::format("verdict {}, required {}{}{}", name_of(receipt.verdict),
                          name_of(required.value_or(Verdict::Written)),
                          receipt.detail.empty() ? "" : ": ", receipt.detail));
}

/// Describes the orderly end of a connection on which nothing was sent. "consumed" would say more
/// than is known: a relay closes in order, too, if there is nobody behind it.
[[nodiscard]] std::string describe_close(const Receipt& receipt) {
  const std::string end = receipt.detail.empty() ? "closed in order" : receipt.detail;
  return end + "; nothing was sent";
}

[[nodiscard]] std::shared_ptr<const LineBatch> make_test_line(const CollectorAddress& address,
                                                              const Settings& settings,
                                                              const Clock& clock) {
  LineOptions options = line_options_for(address, settings.lines);
  options.origin.process_id = std::to_string(::getpid());
  auto line = std::make_shared<LineBatch>();
  make_line_format(line_format_of(address, settings.format), options)
      ->append_test(line->buffer(), clock.now());
  line->end_line({.kind = message_id(LineKind::Test)});
  return line;
}

/// Ends the connection, having sent a test line if that is asked for.
void check_receipt(CollectorSink& collector, const std::string& name, const Endpoint& endpoint,
                   const Settings& settings, const Clock& clock, CheckReport& report) {
  if (!settings.sends_test_line) {
    report.step(name + " close", [&] {
      const Receipt receipt = collector.wait_for_receipt();
      check_verdict(receipt, settings.required_verdict);
      return describe_close(receipt);
    });
    return;
  }
  report.step(name + " test line", [&] {
    const auto line = make_test_line({endpoint}, settings, clock);
    collector.send(line);
    const Receipt receipt = collector.wait_for_receipt();
    check_verdict(receipt, settings.required_verdict);
    return fmt::format("{}, {} bytes{}{}", name_of(receipt.verdict), line->byte_count(),
                       receipt.detail.empty() ? "" : ": ", receipt.detail);
  });
}

void check_collector(const Endpoint& endpoint, const Settings& settings, const Names& names,
                     TransportLoop& loop, const RunContext& context, CheckReport& report) {
  const std::string name = fmt::format("collector {}", endpoint.display_name());
  if (!endpoint.host.empty() &&
      !report.step(name + " name", [&] { return names.describe(endpoint.host); })) {
    return;
  }
  CollectorOptions options = settings.collector_options;
  options.is_check = true;
  options.kept_progress = std::make_shared<std::optional<std::string>>();
  CollectorSink collector(loop, {endpoint}, options, context.limits, context.log);
  const bool is_open = report.step(name + " open", [&] {
    collector.open();
    return collector.peer_description();
  });
  if (!is_open) return;
  check_receipt(collector, name, endpoint, settings, context.clock, report);
}

/// Begins an epoch, as a run does before it sends anything, and takes it back.
void check_sent_flows(const SentFlowSettings& sent_flows, const TimeWindow& window,
                      CheckReport& report) {
  report.step("flows sent before", [&] {
    RepeatAfterFilter::open(sent_flows)->begin(window);
    return RepeatAfterFilter::path_in(sent_flows.state_directory).string();
  });
}

/// Checks that the job can continue, and that its progress can be saved.
void check_job(const JobSettings& job, const Clock& clock, CheckReport& report) {
  report.step("state", [&] {
    const std::optional<Checkpoint> checkpoint = peek_checkpoint(job);
    prepare_state_directory(job.state_directory);
    const std::string path = CheckpointFile(job.state_directory, job.name).path().string();
    if (!checkpoint)
      return fmt::format("{} is not there yet: the next run is the job's first", path);
    require_not_ahead(*checkpoint, clock.now_seconds());
    return fmt::format("{}, {}", path, describe_progress(*checkpoint));
  });
}

}  // namespace

void run_check(const Settings& settings, const TimeWindow& window, const Environment& environment,
               const RunContext& context, CheckReport& report) {
  const auto& [clock, limits, log] = context;
  if (settings.job) check_job(*settings.job, clock, report);
  if (settings.sent_flows) check_sent_flows(*settings.sent_flows, window, report);
  TransportLoop loop;
  const Names names(loop, settings, limits);
  Platform platform(settings.platform, clock, limits, log);
  const bool is_behind_proxy = !environment.https_proxies().empty();
  PlatformCheck(settings, window, names, platform, clock, report).run(is_behind_proxy);
  for (const CollectorAddress& address : settings.collectors) {
    for (const Endpoint& endpoint : address) {
      check_collector(endpoint, settings, names, loop, context, report);
    }
  }
  if (settings.collectors.empty()) {
    report.failed("collector",
                  "none is given, so that only the platform was checked; a run needs one: "
                  "--collector URL, as in tls://vrli.example.com",
                  Fault::Usage);
  }
}

}  // namespace vrni2syslog
