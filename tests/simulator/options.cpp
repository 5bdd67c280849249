#include "options.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/timestamp.h"

#include <boost/program_options.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <sstream>
#include <string_view>
#include <tuple>
#include <utility>

namespace vrni2syslog::simulator {
namespace {

namespace po = boost::program_options;

constexpr std::uint32_t kMaxFlows = 1'000'000;

// What is read as text first and then checked.
struct RawOptions {
  std::string listen, from, until, api_version, token_life, token_grace, expiry, cursor_end, bounds,
      references, rule_id, tag_prefix, fetch_miss, metrics;
  std::uint32_t latency = 0;
  std::uint32_t stall_seconds = 60;
  std::uint32_t repeat_after = 0;
};

[[noreturn]] void refuse(std::string_view option, std::string_view value,
                         std::string_view accepted) {
  throw Error(Fault::Usage, "--" + std::string(option) + " " + printable(value) + ": use " +
                                std::string(accepted));
}

// The value that goes with one of several words.
template <typename Value, std::size_t Count>
Value choose(std::string_view option, const std::string& word,
             const std::array<std::pair<std::string_view, Value>, Count>& choices) {
  std::string accepted;
  for (const auto& [name, value] : choices) {
    if (word == name) return value;
    accepted += (accepted.empty() ? "" : ", ") + std::string(name);
  }
  refuse(option, word, accepted);
}

// The value of an option that, where it is not given, stays what it is.
template <typename Value>
po::typed_value<Value>* kept(Value& value) {
  return po::value(&value)->default_value(value);
}

po::options_description server_group(Options& options, RawOptions& raw) {
  po::options_description group("Server");
  auto add = group.add_options();
  add("help", "this text");
  add("listen", po::value(&raw.listen)->default_value("127.0.0.1:0"),
      "HOST:PORT; port 0 takes a free one");
  add("certificate", po::value(&options.server.certificate), "PEM file; without it one is made");
  add("key", po::value(&options.server.key), "PEM file of the certificate's key");
  add("ca-out", po::value(&options.server.ca_out), "write the certificate to this PEM file");
  add("port-file", po::value(&options.server.port_file), "write the port to this file");
  add("latency", kept(raw.latency), "milliseconds from a request to its answer, at least");
  add("gzip", po::bool_switch(&options.server.uses_gzip), "compress for clients that accept it");
  return group;
}

po::options_description data_group(Options& options, RawOptions& raw) {
  DataOptions& data = options.data;
  po::options_description group("Data");
  auto add = group.add_options();
  add("flows", kept(data.flows), "number of flows, to 1000000");
  add("seed", kept(data.seed), "the same data for the same seed");
  add("from", po::value(&raw.from), "first second of activity; default a day before --until");
  add("until", po::value(&raw.until), "last second of activity; default now");
  add("hostile", kept(data.hostile), "fraction of names that are hostile");
  add("ipv6", kept(data.ipv6), "fraction of flows over IPv6");
  add("unknown-enums", po::bool_switch(&data.unknown_enums),
      "a third of the flows with values that no version documents");
  add("earlier-version-every", po::value(&data.earlier_version_every)->default_value(0),
      "searches also list every N-th flow in an earlier version, with another action");
  add("fact-change-every", po::value(&data.fact_change_every)->default_value(0),
      "every N-th flow has another action, rule, VM or tag than without this (0: none)");
  add("all-day", kept(data.all_day), "fraction of the flows that are active all the time");
  add("changing-versions", po::bool_switch(&data.changes_versions),
      "every page of a search lists the flows in versions that no page before it had");
  add("api-version", po::value(&raw.api_version)->default_value("6.12.0"),
      "1.1.8, 6.12.0 or 9.1.0.0");
  return group;
}

po::options_description login_group(Options& options, RawOptions& raw) {
  LoginOptions& login = options.login;
  po::options_description group("Login");
  auto add = group.add_options();
  add("username", kept(login.username));
  add("password", kept(login.password));
  add("domain-type", kept(login.domain_type), "LOCAL or LDAP");
  add("domain-value", po::value(&login.domain_value), "the only LDAP domain; default any");
  add("token-life", po::value(&raw.token_life)->default_value("5h"), "as in 90s, 10m, 5h");
  add("token-grace", po::value(&raw.token_grace)->default_value("0s"),
      "how much longer a token is taken than it says");
  add("token-limit", kept(login.token_limit), "valid tokens that one user may have");
  add("expiry", po::value(&raw.expiry)->default_value("milliseconds"), "milliseconds or seconds");
  add("vidm-client-id", po::value(&login.vidm_client_id),
      "the platform's id at VMware Identity Manager; without it there is none");
  add("vidm-appliance", po::value(&login.vidm_appliance)->default_value(login.vidm_appliance));
  add("vidm-token", po::value(&login.vidm_token)->default_value(login.vidm_token),
      "the access token that is accepted");
  add("vidm-uses", po::value(&login.vidm_uses)->default_value(0),
      "how many logins with it, before it has expired; 0: any number");
  add("bearer-token", po::value(&login.bearer_tokens)->composing(),
      "bearer token that is accepted; given again: one after the other, as --unauthorized-after "
      "has");
  add("cloud", po::bool_switch(&login.is_cloud),
      "be the cloud service, and its console: API below /ni/api/ni, csp-auth-token alone");
  add("api-token", po::value(&login.api_token)->default_value(login.api_token),
      "that the console exchanges");
  return group;
}

po::options_description page_group(Options& options, RawOptions& raw) {
  PageOptions& pages = options.pages;
  po::options_description group("Pages of a search");
  auto add = group.add_options();
  add("cursor-end", po::value(&raw.cursor_end)->default_value("absent"),
      "on the last page: absent, null, empty or unchanged");
  add("cursor-repeat", po::value(&raw.repeat_after)->implicit_value(0),
      "the cursor leads back to the first page, after this many pages or after the last");
  add("page-cap", kept(pages.page_cap), "no page is longer, whatever --size");
  add("size-limit", kept(pages.size_limit), "a larger size is a 400");
  add("deep-offset-limit", kept(pages.deep_offset_limit),
      "a page that reaches beyond this row fails");
  add("deep-offset-status", kept(pages.deep_offset_status), "with this");
  add("churn", kept(pages.churn_every),
      "every so many searches the first flows vanish or come back, so that pages shift");
  add("churn-size", kept(pages.churn_size), "how many flows that are");
  add("late-flows", kept(pages.late_flows),
      "so many flows are not there yet, and appear one by one with every search");
  add("late-by", po::value(&pages.late_by)->composing(),
      "flows can be found so many minutes after they began, by GET /simulator/index?clock=TIME; "
      "given again: one flow so, the next otherwise");
  add("bounds", po::value(&raw.bounds)->default_value("inclusive"),
      "of a window: inclusive, exclusive, without-start or without-end");
  return group;
}

po::options_description fault_group(Options& options, RawOptions& raw) {
  FaultOptions& faults = options.faults;
  po::options_description group("Faults of the calls that read data, every N-th (0: never)");
  auto add = group.add_options();
  add("throttle-every", kept(faults.throttle_every), "429");
  add("retry-after", kept(faults.retry_after),
      "of a 429 and 503: none, seconds:N or date:N (N seconds ahead)");
  add("unauthorized-after", kept(faults.unauthorized_after), "all tokens die after N calls, once");
  add("fail-every", kept(faults.fail_every), "--fail-status");
  add("fail-first", kept(faults.fail_first), "--fail-status for the first N searches");
  add("fail-status", kept(faults.fail_status), "HTTP status");
  add("stall-every", kept(faults.stall_every), "answers only after --stall-seconds");
  add("stall-seconds", kept(raw.stall_seconds), "seconds");
  add("cut-every", kept(faults.cut_every), "the connection drops in the middle of the body");
  add("truncate-every", kept(faults.truncate_every), "half the JSON, with a right length");
  add("body", po::value(&faults.body),
      "instead of JSON: html, nested, huge, huge-length, empty or array");
  add("body-call", kept(faults.body_call), "the path that answers with --body");
  return group;
}

po::options_description fetch_group(Options& options, RawOptions& raw) {
  FetchOptions& fetch = options.fetch;
  po::options_description group("Fetching entities");
  auto add = group.add_options();
  add("fetch-miss-every", kept(fetch.miss_every), "every N-th flow is missing from answers");
  add("fetch-miss", po::value(&raw.fetch_miss)->default_value("omit"), "omit or null");
  add("fetch-miss-times", kept(fetch.miss_times), "how often such a flow is missing; 0: always");
  add("shuffle-fetch", po::bool_switch(&fetch.is_shuffled), "results in another order");
  add("reject-id-every", kept(fetch.reject_id_every),
      "400 for a batch that has every N-th flow in it");
  return group;
}

po::options_description metric_group(Options& options, RawOptions& raw) {
  MetricOptions& metrics = options.metrics;
  po::options_description group("Metrics");
  auto add = group.add_options();
  add("metrics", po::value(&raw.metrics)->default_value("both"),
      "how points can be fetched: pairs, lists (v2), both or none; with none no metric is told");
  add("metric-missing", po::value(&metrics.missing), "a metric that there is not; repeatable");
  add("metric-points", po::value(&metrics.max_points)->default_value(300),
      "a fetch of more points of an entity is a 400");
  add("metric-cut-points", po::bool_switch(&metrics.cuts_points),
      "the points beyond --metric-points are left out in place of that");
  add("metric-id-cap", po::value(&metrics.max_ids)->default_value(0),
      "a fetch answers for the first N flows alone; 0: for all");
  add("metric-reject-id-every", po::value(&metrics.reject_id_every)->default_value(0),
      "400 for a fetch that has every N-th flow in it");
  add("metric-status", po::value(&metrics.fail_status)->default_value(0),
      "HTTP status of every fetch of points");
  return group;
}

po::options_description shape_group(Options& options, RawOptions& raw) {
  Presentation& shape = options.presentation;
  po::options_description group("Shape of a flow");
  auto add = group.add_options();
  add("references", po::value(&raw.references),
      "named, unnamed, untyped or mixed; default as the API version does");
  add("tag-prefix", po::value(&raw.tag_prefix)->default_value("yes"),
      "flow_tag with TAG_: yes, no");
  add("rule-id", po::value(&raw.rule_id)->default_value("string"),
      "string, array, number, absent or mixed");
  add("unknown-fields", po::bool_switch(&shape.has_unknown_fields), "properties of the future");
  add("wrong-types", po::bool_switch(&shape.has_wrong_types),
      "a third of the flows with nothing in its documented type");
  return group;
}

void read_listen(ServerOptions& server, const std::string& listen) {
  const auto colon = listen.rfind(':');
  const std::string_view port =
      colon == std::string::npos ? "" : std::string_view(listen).substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), server.port);
  const bool is_number = error == std::errc{} && end == port.data() + port.size();
  if (port.empty() || !is_number || server.port < 0 || server.port > 65535) {
    refuse("listen", listen, "HOST:PORT");
  }
  server.host = listen.substr(0, colon);
  if (server.host.starts_with('[') && server.host.ends_with(']')) {
    server.host = server.host.substr(1, server.host.size() - 2);
  }
}

void read_span(DataOptions& data, const RawOptions& raw, std::int64_t now) {
  const auto read = [](const std::string& text) {
    return parse_time(text, TimeZone::utc()).time_since_epoch().count();
  };
  data.until = raw.until.empty() ? now : read(raw.until);
  data.from = raw.from.empty() ? data.until - 86'400 : read(raw.from);
  if (data.from >= data.until) refuse("from", raw.from, "a time before --until");
}

void check(const Options& options) {
  const auto check_fraction = [](std::string_view name, double value) {
    if (!(value >= 0 && value <= 1)) refuse(name, std::to_string(value), "a number from 0 to 1");
  };
  check_fraction("hostile", options.data.hostile);
  check_fraction("ipv6", options.data.ipv6);
  check_fraction("all-day", options.data.all_day);
  if (options.data.flows > kMaxFlows) {
    refuse("flows", std::to_string(options.data.flows), "at most 1000000");
  }
  if (options.server.certificate.empty() != options.server.key.empty()) {
    throw Error(Fault::Usage, "--certificate and --key go together");
  }
  if (options.login.domain_type != "LOCAL" && options.login.domain_type != "LDAP") {
    refuse("domain-type", options.login.domain_type, "LOCAL or LDAP");
  }
  const std::string& retry_after = options.faults.retry_after;
  if (retry_after != "none" && !retry_after.starts_with("seconds:") &&
      !retry_after.starts_with("date:")) {
    refuse("retry-after", retry_after, "none, seconds:N or date:N");
  }
  for (const std::string_view body :
       {"", "html", "nested", "huge", "huge-length", "empty", "array"}) {
    if (options.faults.body == body) return;
  }
  refuse("body", options.faults.body, "html, nested, huge, huge-length, empty or array");
}

void interpret(Options& options, const RawOptions& raw, std::int64_t now) {
  read_listen(options.server, raw.listen);
  read_span(options.data, raw, now);
  options.version = parse_api_version(raw.api_version);
  options.server.latency = std::chrono::milliseconds(raw.latency);
  options.login.token_life = parse_duration(raw.token_life);
  options.login.token_grace = parse_duration(raw.token_grace);
  options.login.expiry_in_seconds =
      choose<bool>("expiry", raw.expiry,
                   std::array{std::pair<std::string_view, bool>{"milliseconds", false},
                              std::pair<std::string_view, bool>{"seconds", true}});
  using End = std::pair<std::string_view, CursorEnd>;
  using Bound = std::pair<std::string_view, Bounds>;
  options.pages.end =
      choose("cursor-end", raw.cursor_end,
             std::array{End{"absent", CursorEnd::Absent}, End{"null", CursorEnd::Null},
                        End{"empty", CursorEnd::Empty}, End{"unchanged", CursorEnd::Unchanged}});
  options.pages.bounds = choose(
      "bounds", raw.bounds,
      std::array{Bound{"inclusive", Bounds::Inclusive}, Bound{"exclusive", Bounds::Exclusive},
                 Bound{"without-start", Bounds::WithoutStart},
                 Bound{"without-end", Bounds::WithoutEnd}});
  options.fetch.misses_as_null =
      choose<bool>("fetch-miss", raw.fetch_miss,
                   std::array{std::pair<std::string_view, bool>{"omit", false},
                              std::pair<std::string_view, bool>{"null", true}});
  options.faults.stall = std::chrono::seconds(raw.stall_seconds);
}

void interpret_metrics(MetricOptions& metrics, const std::string& word) {
  using Forms = std::pair<std::string_view, std::pair<bool, bool>>;
  std::tie(metrics.has_pairs, metrics.has_lists) =
      choose("metrics", word,
             std::array{Forms{"both", {true, true}}, Forms{"pairs", {true, false}},
                        Forms{"lists", {false, true}}, Forms{"none", {false, false}}});
  metrics.has_schema = metrics.has_pairs || metrics.has_lists;
}

void interpret_shape(Presentation& shape, const RawOptions& raw, const ApiVersion& version) {
  using Style = std::pair<std::string_view, ReferenceStyle>;
  const std::string by_version = version.has_entity_names ? "named" : "unnamed";
  shape.references = choose(
      "references", raw.references.empty() ? by_version : raw.references,
      std::array{Style{"named", ReferenceStyle::Named}, Style{"unnamed", ReferenceStyle::Unnamed},
                 Style{"untyped", ReferenceStyle::Untyped}, Style{"mixed", ReferenceStyle::Mixed}});
  using Rule = std::pair<std::string_view, RuleIdStyle>;
  shape.rule_id =
      choose("rule-id", raw.rule_id,
             std::array{Rule{"string", RuleIdStyle::String}, Rule{"array", RuleIdStyle::Array},
                        Rule{"number", RuleIdStyle::Number}, Rule{"absent", RuleIdStyle::Absent},
                        Rule{"mixed", RuleIdStyle::Mixed}});
  shape.has_tag_prefix = choose<bool>("tag-prefix", raw.tag_prefix,
                                      std::array{std::pair<std::string_view, bool>{"yes", true},
                                                 std::pair<std::string_view, bool>{"no", false}});
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, std::int64_t now) {
  Options options;
  RawOptions raw;
  po::options_description all("vrni-simulator: a vRealize Network Insight platform for tests");
  all.add(server_group(options, raw)).add(data_group(options, raw)).add(login_group(options, raw));
  all.add(page_group(options, raw)).add(fault_group(options, raw)).add(fetch_group(options, raw));
  all.add(metric_group(options, raw)).add(shape_group(options, raw));
  try {
    po::variables_map values;
    const int style =
        po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(argc, argv).options(all).style(style).positional({}).run(),
              values);
    po::notify(values);
    if (values.count("help") != 0) {
      std::ostringstream text;
      text << all;
      std::fputs(text.str().c_str(), stdout);
      return std::nullopt;
    }
    if (values.count("cursor-repeat") != 0) options.pages.repeat_after = raw.repeat_after;
  } catch (const po::error& error) {
    throw Error(Fault::Usage, printable(error.what()));
  }
  interpret(options, raw, now);
  interpret_metrics(options.metrics, raw.metrics);
  interpret_shape(options.presentation, raw, options.version);
  check(options);
  return options;
}

}  // namespace vrni2syslog::simulator
