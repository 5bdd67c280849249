#include "base/log_event.h"

#include "base/text/json_string.h"

#include <fmt/core.h>

#include <array>

namespace vrni2syslog {
namespace {

/// In the order of LogEvent.
constexpr std::array kEventNames{
    std::string_view("run_done"),
    std::string_view("run_failed"),
    std::string_view("run_without_window"),
    std::string_view("setting_warning"),
    std::string_view("plan_note"),
    std::string_view("plan_resumed"),
    std::string_view("unknown_variable"),
    std::string_view("report_not_written"),
    std::string_view("history_lost"),
    std::string_view("certificate_expiring"),
    std::string_view("state_not_withdrawn"),
    std::string_view("window_done"),
    std::string_view("window_unread"),
    std::string_view("window_lost"),
    std::string_view("window_grew"),
    std::string_view("window_count_accepted"),
    std::string_view("window_count_unknown"),
    std::string_view("settle_too_short"),
    std::string_view("recount_failed"),
    std::string_view("recount_impossible"),
    std::string_view("recount_missed"),
    std::string_view("recount_memory_lost"),
    std::string_view("collector_unconfirmed"),
    std::string_view("collector_given_up"),
    std::string_view("collector_confirmed"),
    std::string_view("collector_weakly_confirmed"),
    std::string_view("collector_dropped"),
    std::string_view("manifest_chain_begun"),
    std::string_view("manifest_key_changed"),
    std::string_view("collector_changed"),
    std::string_view("collector_insecure"),
    std::string_view("collector_warning"),
    std::string_view("collector_library"),
    std::string_view("collector_transaction"),
    std::string_view("collector_reconnected"),
    std::string_view("collector_session_not_closed"),
    std::string_view("platform_retry"),
    std::string_view("platform_empty"),
    std::string_view("platform_search_continued"),
    std::string_view("platform_page_reduced"),
    std::string_view("login_renewed"),
    std::string_view("login_kept"),
    std::string_view("token_not_deleted"),
    std::string_view("flows_partial"),
    std::string_view("flows_failing"),
    std::string_view("flow_values_left_out"),
    std::string_view("flow_times_unreadable"),
    std::string_view("flow_versions_lost"),
    std::string_view("flow_versions_locked"),
    std::string_view("names_unknown"),
    std::string_view("metrics_missing"),
    std::string_view("metrics_interval_long"),
};
static_assert(kEventNames.size() == static_cast<std::size_t>(LogEvent::MetricsIntervalLong) + 1);

[[nodiscard]] std::string to_json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

}  // namespace

std::string_view name_of(LogEvent event) {
  return kEventNames[static_cast<std::size_t>(event)];
}

LogField::LogField(std::string_view name, std::string_view text)
    : LogField(member(name, to_json_string(text))) {}

LogField::LogField(std::string_view name, std::chrono::milliseconds time)
    : LogField(member(name, fmt::format("{:.3f}", std::chrono::duration<double>(time).count()))) {}

LogField LogField::window(std::string_view start, std::string_view end) {
  return LogField(member("window_start", to_json_string(start)) +
                  member("window_end", to_json_string(end)));
}

std::string LogField::member(std::string_view name, std::string_view json_value) {
  return fmt::format(",\"{}\":{}", name, json_value);
}

}  // namespace vrni2syslog
