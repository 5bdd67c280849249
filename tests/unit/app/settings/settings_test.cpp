#include "app/settings/settings.h"

#include "app/options/config_file.h"
#include "app/options/options.h"
#include "app/settings/login_settings.h"
#include "format/line_format.h"
#include "unit/app/settings_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace vrni2syslog {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Variables = std::map<std::string, std::string, std::less<>>;

constexpr uid_t kUser = 1000;

/// Whether it would contradict a password.
[[nodiscard]] bool names_a_login(const Arguments& arguments, std::string_view file) {
  std::string text(file);
  for (const std::string& argument : arguments) text += argument;
  return std::ranges::any_of(std::array{"password", "token", "cloud", "niaas"},
                             [&](const char* word) { return text.find(word) != text.npos; });
}

/// Takes all steps up to the run itself, with a password that causes no warning, and with nobody
/// there to ask for a password.
[[nodiscard]] Settings settings_of(const Arguments& arguments, std::string_view file = "") {
  Variables variables;
  variables.emplace("HOME", "/home/user");
  if (!names_a_login(arguments, file)) variables.emplace("VRNI2SYSLOG_PASSWORD", "hunter2");
  const Environment environment(variables);
  const SystemFacts facts = find_system_facts(environment, kUser, kNow);
  const SecretPrompt nobody = [](const std::string&) { return std::nullopt; };
  const OptionValues values(
      {parse_command_line(arguments), environment.options(), parse_config_text(file, "x.conf")});
  static_cast<void>(make_log_settings(values, LogFormat::Text));
  Settings settings = run_of(values, facts).settings;
  if (settings.mode != RunMode::ShowVidmClient) {
    add_secret(settings.platform.credentials, values, settings.platform.api.host,
               {facts, nobody, settings.warnings});
  }
  return settings;
}

[[nodiscard]] const PasswordCredentials& password_of(const Settings& settings) {
  return std::get<PasswordCredentials>(settings.platform.credentials);
}

[[nodiscard]] std::pair<Fault, std::string> failure_of(const Arguments& arguments,
                                                       std::string_view file = "") {
  try {
    static_cast<void>(settings_of(arguments, file));
  } catch (const Error& error) {
    return {error.fault(), error.what()};
  }
  return {Fault::Bug, "no error"};
}

TEST(Settings, HaveTheDefaultsOfTheManual) {
  const Settings settings = settings_of(kEnough);
  EXPECT_EQ(settings.mode, RunMode::Send);
  EXPECT_EQ(settings.platform.api.host, "vrni.local");
  EXPECT_EQ(settings.platform.api.url, "https://vrni.local/api/ni");
  EXPECT_EQ(password_of(settings).username, "admin@local");
  EXPECT_EQ(password_of(settings).password.reveal(), "hunter2");
  EXPECT_EQ(password_of(settings).domain_type, "LOCAL");
  EXPECT_FALSE(settings.platform.tls.is_insecure);
  EXPECT_EQ(settings.platform.connect_timeout, seconds(10));
  EXPECT_EQ(settings.platform.answer_timeout, seconds(120));
  EXPECT_EQ(settings.platform.concurrency, 4U);
  EXPECT_EQ(settings.filter, "((flow_tag = TAG_SRC_IP_VM) or (flow_tag = TAG_DST_IP_VM))");
  EXPECT_FALSE(names_window(settings.window_request));
  EXPECT_EQ(settings.window_request.settle, minutes(10));
  EXPECT_EQ(settings.window_request.resolution, seconds(0));
  EXPECT_EQ(settings.format, "rfc5424");
  EXPECT_EQ(settings.lines.origin.hostname, "vrni.local");
  EXPECT_EQ(settings.lines.origin.app_name, "vrni2syslog");
  EXPECT_EQ(settings.lines.facility, Facility::Local4);
  EXPECT_EQ(settings.lines.severity_allow, Severity::Informational);
  EXPECT_EQ(settings.lines.severity_deny, Severity::Warning);
  EXPECT_EQ(settings.lines.max_line_bytes, 8000U);
  EXPECT_THAT(settings.lines.fields, IsEmpty());
  ASSERT_EQ(settings.collectors.size(), 1U);
  EXPECT_EQ(settings.collectors[0].at(0).scheme, "tls");
  EXPECT_EQ(settings.collectors[0].at(0).port, 6514);
  EXPECT_FALSE(settings.required_verdict);
  EXPECT_TRUE(settings.send_manifest);
  EXPECT_EQ(settings.deadline, hours(6));
  EXPECT_THAT(settings.warnings, IsEmpty());
}

TEST(Settings, TakeTheCommandLineOfTheScript) {
  const Settings settings =
      settings_of({"--deployment_type", "onprem", "--platform_ip", "192.0.2.1", "--username", "u@d",
                   "--password", "VMware1!", "--domain_type", "LDAP", "--domain_value", "d",
                   "--vrli_server", "vrli.local", "--vrli_port", "9000"});
  EXPECT_EQ(settings.platform.api.host, "192.0.2.1");
  EXPECT_EQ(password_of(settings).username, "u@d");
  EXPECT_EQ(password_of(settings).password.reveal(), "VMware1!");
  EXPECT_EQ(password_of(settings).domain_type, "LDAP");
  EXPECT_EQ(password_of(settings).domain_value, "d");
  ASSERT_EQ(settings.collectors.size(), 1U);
  EXPECT_EQ(settings.collectors[0].at(0).display_name(), "cfapi+http://vrli.local:9000");
  EXPECT_THAT(settings.warnings, ElementsAre(HasSubstr("--password")));
}

TEST(Settings, TakeTheCommandLineOfTheScriptForTheCloudService) {
  const Settings settings = settings_of({"--deployment_type", "niaas", "--api_token", "hunter3",
                                         "--cloud_location", "UK", "--vrli_server", "vrli.local"});
  EXPECT_EQ(settings.platform.api.url, "https://uk.api.mgmt.cloud.vmware.com/ni/api/ni");
  EXPECT_EQ(settings.lines.origin.hostname, "uk.api.mgmt.cloud.vmware.com");
  const auto& credentials = std::get<CloudCredentials>(settings.platform.credentials);
  EXPECT_EQ(credentials.api_token.reveal(), "hunter3");
  EXPECT_EQ(credentials.console_host, "console.cloud.vmware.com");
  EXPECT_THAT(settings.warnings, ElementsAre(HasSubstr("--api-token can be seen")));
}

TEST(Settings, NeedNoSecretAndNoCollectorToAskForTheVidmClient) {
  const OptionValues values({parse_command_line(
      {"--platform_ip", "h", "--domain_type", "VIDM", "--get_vidm_client_id"})});
  const Settings settings = make_settings(values, {kNow, {}, {}});
  EXPECT_EQ(settings.mode, RunMode::ShowVidmClient);
  EXPECT_THAT(settings.collectors, IsEmpty());
}

struct BadValue {
  const char* option;
  const char* value;
  const char* message;
  Fault fault = Fault::Usage;
};

/// One row for every option with a value that can be wrong.
const BadValue kBadValues[] = {
    {"platform-ip", "http://vrni.local", "https"},
    {"platform-ip", "vrni.local:99999", "port"},
    {"platform-ip", "a b", "host"},
    {"password-file", "/nonexistent", "cannot open /nonexistent", Fault::Configuration},
    {"domain-type", "KERBEROS", "LOCAL LDAP VIDM"},
    {"domain-type", "LDAP", "--domain-value"},
    {"vidm-token-file", "/nonexistent", "cannot open /nonexistent", Fault::Configuration},
    {"bearer-token-file", "/nonexistent", "cannot open /nonexistent", Fault::Configuration},
    {"api-token-file", "/nonexistent", "cannot open /nonexistent", Fault::Configuration},
    {"cloud-location", "eu", "us uk jp au de ca"},
    {"cloud-api-url", "http://h", "https"},
    {"cloud-auth-url", "http://h", "https"},
    {"platform-ca-file", "/nonexistent", "cannot open /nonexistent", Fault::Configuration},
    {"platform-fingerprint", "sha256:12", "sha256"},
    {"answer-timeout", "0s", "leaves no time"},
    {"answer-timeout", "soon", "is not a duration"},
    {"concurrency", "0", "is not a number from 1 to 32"},
    {"concurrency", "33", "is not a number from 1 to 32"},
    {"concurrency", "4x", "is not a number from 1 to 32"},
    {"keep-versions", "0s", "leaves no time"},
    {"keep-versions", "7", "is not a duration"},
    {"keep-versions-size", "1000k", "at least 1M"},
    {"keep-versions-size", "much", "is not a size"},
    {"refresh-names", "0s", "leaves no time"},
    {"refresh-names", "never", "is not a duration"},
    {"last", "24", "is not a duration"},
    {"last", "-1h", "is not a duration"},
    {"last", "0h", "is empty"},
    {"since", "yesterday", "is not a time"},
    {"since", "2026-13-01", "is not a time"},
    {"since", "2027-01-01", "is empty"},
    {"until", "2026-11-22", "needs a beginning: --since"},
    {"until", "noon", "is not a time"},
    {"until", "2026-11-23T10:00:01Z", "2026-11-23T10:00:01Z is in the future"},
    {"time-zone", "Mars/Olympus", "is not known"},
    {"settle", "x", "is not a duration"},
    {"resolution", "1s", "at least 1m"},
    {"resolution", "0m", "at least 1m"},
    {"report", "/dev/null", "is not a plain file"},
    {"prometheus-file", "/dev/null", "is not a plain file"},
    {"warning-age", "0s", "leaves no time"},
    {"warning-age", "25h", "has to come before the alarm"},
    {"critical-age", "1h", "has to come before the alarm"},
    {"recount", "0s", "leaves no time"},
    {"recount", "never", "or write off"},
    {"repeat-after", "0s", "leaves no time"},
    {"repeat-after", "week", "is not a duration"},
    {"filter", "in last 99999999 weeks", "is not a duration"},
    {"metrics", "drops", "write some of: bytes,packets,sessions"},
    {"metrics", "bytes,", "there is no metric ''"},
    {"metrics", "bytes,bytes", "named twice"},
    {"collector", "gopher://h", "gopher"},
    {"collector", "tls://", ""},
    {"collector", "tls://h:0", "port"},
    {"collector", "tls://h?framing=xml", "framing"},
    {"collector", "tls://h?format=xml", "'xml' is not a format; write one of: rfc5424"},
    {"collector", "tls://h?format=message,tls://i", "different formats"},
    {"collector-ca-file", "/nonexistent", "cannot open", Fault::Configuration},
    {"collector-certificate", "/nonexistent", "cannot open", Fault::Configuration},
    {"collector-key", "/dev/null", "needs --collector-certificate"},
    {"collector-password-file", "/dev/null", "?user="},
    {"collector-password", "x", "?user="},
    {"collector-token-command", "x", "no collector has ?sasl=oauthbearer"},
    {"confirm", "perhaps", "consumed acked written auto"},
    {"send-timeout", "0s", "leaves no time"},
    {"close-timeout", "5", "is not a duration"},
    {"format", "xml", "is not a format"},
    {"fields", "src_pi", "did you mean src_ip?"},
    {"fields", "src_ip,", "there is no field ''"},
    {"fields", "src_ip,src_ip", "named twice"},
    {"sd-id", "flow", "SD-ID"},
    {"sd-id", "a b@32473", "SD-ID"},
    {"sd-escape", "xml", "rfc5424 safe"},
    {"facility", "local8", "facility"},
    {"severity-allow", "loud", "severity"},
    {"severity-deny", "", "needs a value"},
    {"app-name", "two words", "header"},
    {"app-name", "0123456789012345678901234567890123456789012345678", "at most 48"},
    {"hostname", "h\n", "header"},
    {"max-size", "10", "too short"},
    {"max-size", "2M", "at most 1M"},
    {"max-size", "big", "is not a size"},
    {"source", "https://vrni.local", "write file:DIR"},
    {"connect-timeout", "0s", "leaves no time"},
    {"deadline", "0s", "leaves no time"},
    {"deadline", "tomorrow", "is not a duration"},
    {"log-level", "loud", "error warning info debug"},
    {"log-format", "xml", "auto text json journal"},
    {"job", "a/b", "cannot be the name of a job"},
    {"lock-wait", "soon", "90s, 10m, 24h"},
    {"vrli-server", "https://h", "--collector"},
    {"vrli-port", "514", "needs --vrli-server"},
    {"deployment-type", "hosted", "onprem saas niaas vrnic cloud"},
};

/// All but the option itself, so that what is refused is the value.
[[nodiscard]] Arguments enough_without(std::string_view option) {
  Arguments arguments;
  for (std::size_t i = 0; i < kEnough.size(); i += 2) {
    const std::string name = kEnough[i].substr(2);
    // The cloud service has its own address.
    const bool is_of_cloud = option.starts_with("cloud-") || option.starts_with("api-");
    if (name == option || (name == "platform-ip" && is_of_cloud)) continue;
    arguments.push_back(kEnough[i]);
    arguments.push_back(kEnough[i + 1]);
  }
  return arguments;
}

TEST(Settings, RefuseASizeThatIsTooSmallForTheFormatOfOneCollector) {
  const Arguments small =
      kEnough + Arguments{"--format", "message", "--max-size", "640", "--collector"};
  EXPECT_EQ(failure_of(small + Arguments{"tls://h?format=message"}).second, "no error");
  const auto [fault, message] = failure_of(small + Arguments{"tls://h?format=cef"});
  EXPECT_EQ(fault, Fault::Usage);
  EXPECT_THAT(message, HasSubstr("too short for the essential fields in the format cef"));
}

TEST(Settings, NameASizeThatIsEnoughForTheLinesOfARun) {
  for (const std::string_view format : line_format_names()) {
    const Arguments arguments = kEnough + Arguments{"--format", std::string(format), "--max-size"};
    const std::string message = failure_of(arguments + Arguments{"100"}).second;
    const std::string size = message.substr(message.rfind(' ') + 1);
    LineOptions lines = settings_of(arguments + Arguments{size}).lines;
    lines.origin.process_id = "4194304";
    lines.origin.run_id = "eec67650dc84e95d";
    EXPECT_NO_THROW(static_cast<void>(make_line_format(format, lines))) << message;
  }
}

TEST(Settings, RefuseABadValueOnTheCommandLine) {
  for (const BadValue& row : kBadValues) {
    const auto [fault, message] = failure_of(enough_without(row.option) +
                                             Arguments{std::string("--") + row.option, row.value});
    EXPECT_EQ(fault, row.fault) << row.option << " " << row.value << ": " << message;
    EXPECT_THAT(message, HasSubstr(row.message)) << row.option << " " << row.value;
    EXPECT_THAT(message, HasSubstr(std::string("--") + row.option)) << row.value;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

/// What make_settings() says of a value of an option; another option may contradict the value.
[[nodiscard]] std::string refusal_of(const OptionInfo& option, std::string_view value) {
  return failure_of(enough_without(option.name) +
                    Arguments{"--" + std::string(option.name), std::string(value)})
      .second;
}

TEST(Settings, KnowTheChoicesOfTheOptionTableAndNoOthers) {
  for (const OptionInfo& option : option_table()) {
    const bool is_setting = option.option != Option::Completion;
    if (option.choices == nullptr || !is_setting) continue;
    std::string list;
    for (const std::string_view word : option.choices()) {
      EXPECT_THAT(refusal_of(option, word), Not(HasSubstr("write one of"))) << word;
      list.append(list.empty() ? "" : " ").append(word);
    }
    EXPECT_THAT(refusal_of(option, "nonsense"), HasSubstr("write one of: " + list));
  }
}

TEST(Settings, RefuseABadValueInTheFileAsConfiguration) {
  for (const BadValue& row : kBadValues) {
    if (std::string_view(row.value).ends_with('\n')) continue;  // the file cannot say that
    std::string file = std::string("\n") + row.option + " = " + row.value + "\n";
    const Arguments others = enough_without(row.option);
    for (std::size_t i = 0; i < others.size(); i += 2) {
      file += others[i].substr(2) + " = " + others[i + 1] + "\n";
    }
    const auto [fault, message] = failure_of({}, file);
    EXPECT_EQ(fault, Fault::Configuration) << row.option << ": " << message;
    EXPECT_THAT(message, HasSubstr(std::string("x.conf:2: ") + row.option)) << row.value;
  }
}

TEST(Settings, HaveABadValueForEveryOptionThatCanHaveOne) {
  // Any text will do for these; or they are flags, or tested on their own.
  const std::set<std::string_view> exempt = {"username",
                                             "password",
                                             "domain-value",
                                             "config",
                                             "api-token",
                                             "save-capture",
                                             "vidm-token",
                                             "bearer-token-command",
                                             "help",
                                             "state-dir",
                                             "set-watermark",
                                             "give-up",
                                             "completion",
                                             "manifest-key",
                                             "previous-manifest-key",
                                             "make-manifest-key"};
  std::set<std::string_view> tested;
  for (const BadValue& row : kBadValues) tested.insert(row.option);
  for (const OptionInfo& option : option_table()) {
    if (option.is_flag()) continue;
    EXPECT_NE(tested.contains(option.name), exempt.contains(option.name)) << option.name;
  }
}

TEST(Settings, NameTheJobToCollectorsByTheSameUuidInEveryRun) {
  const auto agent_of = [](const Arguments& arguments) {
    return settings_of(kEnough + arguments).collector_options.agent;
  };
  const std::string agent = agent_of({"--job", "a"});
  EXPECT_THAT(agent, testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-"
                                           "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_EQ(agent_of({"--job", "a", "--last", "1h"}), agent);
  EXPECT_NE(agent_of({"--job", "b"}), agent);
}

TEST(Settings, TakeTheTokenOfACollectorFromACommand) {
  const Arguments oauth = {"--password",
                           "hunter2",
                           "--collector",
                           "kafka+tls://h/t?sasl=oauthbearer",
                           "--collector-token-command",
                           "print-token"};
  EXPECT_EQ(settings_of(kEnough + oauth).collector_options.token_command, "print-token");
  EXPECT_THAT(failure_of(kEnough + oauth + Arguments{"--collector-password-file", "f"}).second,
              HasSubstr("remove one of them"));
  // Another collector has an account.
  const Arguments account = {"--collector", "kafka+tls://i/t?sasl=plain&user=u",
                             "--collector-password-file", "f"};
  EXPECT_NO_THROW((void)settings_of(kEnough + oauth + account));
}

TEST(Settings, NameJobAndPlatformToCollectorsThatStoreRecords) {
  const auto options_of = [](const Arguments& arguments) {
    return settings_of(kEnough + arguments).collector_options;
  };
  EXPECT_EQ(options_of({"--job", "nightly"}).job, "nightly");
  EXPECT_EQ(options_of({"--job", "nightly", "--last", "1h"}).job, "nightly");
  // A job without a name has the same one where a window is named, too.
  EXPECT_THAT(options_of({}).job, testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(options_of({"--last", "1h"}).job, options_of({}).job);
  // A manifest and the headers of its record name the same one.
  for (const Arguments& more : {Arguments{}, Arguments{"--last", "1h"}, Arguments{"--job", "b"}}) {
    const Settings settings = settings_of(kEnough + more);
    EXPECT_EQ(settings.lines.origin.job, settings.collector_options.job);
  }
  EXPECT_EQ(options_of({"--hostname", "vrni.local"}).platform, "vrni.local");
}

TEST(Settings, RefuseAKeyThatCannotBeOpened) {
  const auto [fault, message] =
      failure_of(kEnough + Arguments{"--collector-certificate", "/dev/null", "--collector-key",
                                     "/nonexistent"});
  EXPECT_EQ(fault, Fault::Configuration);
  EXPECT_THAT(message, StartsWith("--collector-key: cannot open /nonexistent"));
}

TEST(Settings, NameWhatIsMissing) {
  EXPECT_THAT(failure_of({"--collector", "tls://h"}).second, HasSubstr("--platform-ip"));
  EXPECT_THAT(failure_of({"--platform-ip", "h"}).second, HasSubstr("--collector"));
  EXPECT_THAT(failure_of(kEnough + Arguments{"--last", "1h", "--yesterday"}).second,
              HasSubstr("give one"));
  EXPECT_THAT(failure_of(kEnough + Arguments{"--check", "--dry-run"}).second,
              HasSubstr("exclude one another"));
  EXPECT_THAT(
      failure_of(kEnough + Arguments{"--filter", "port = 1 in last 2 hours", "--last", "1h"})
          .second,
      HasSubstr("--last and --filter: each names a window"));
}

TEST(Settings, NameTheEndOfTheWindowThatIsWrong) {
  struct Case {
    const char* since;
    const char* until;
    const char* message;
  };
  for (const Case& row :
       {Case{"2026-11-01", "2027-01-01", "--until: 2027-01-01T00:00:00Z is in the future"},
        Case{"2026-11-01", "noon", "--until: "}, Case{"noon", "2026-11-01", "--since: "},
        Case{"2026-11-02", "2026-11-01", "--since and --until: the window from 2026-11-02"}}) {
    const auto [fault, message] =
        failure_of(kEnough + Arguments{"--since", row.since, "--until", row.until});
    EXPECT_EQ(fault, Fault::Usage);
    EXPECT_THAT(message, StartsWith(row.message));
  }
}

TEST(Settings, NameTheJobThatTheRunContinues) {
  const Settings settings = settings_of(kEnough + Arguments{"--job", "nightly"});
  ASSERT_TRUE(settings.job);
  EXPECT_EQ(settings.job->name, "nightly");
  EXPECT_EQ(settings.job->state_directory, "/home/user/.local/state/vrni2syslog");
  EXPECT_THAT(settings.job->identity.collectors, ElementsAre("tls://vrli.local:6514"));
  EXPECT_EQ(settings.job->identity.platform, "https://vrni.local/api/ni");
  EXPECT_TRUE(settings_of(kEnough + Arguments{"--check"}).job);
}

TEST(Settings, NameNoJobIfTheUserNamesTheWindow) {
  for (const Arguments& more :
       {Arguments{"--last", "1h"}, Arguments{"--yesterday"}, Arguments{"--since", "2026-11-22"},
        Arguments{"--filter", "port = 1 in last hour"}, Arguments{"--get-vidm-client-id"}}) {
    EXPECT_FALSE(settings_of(kEnough + more).job) << more.front();
  }
}

TEST(Settings, AreMadeWithoutAFileASecretOrAState) {
  const OptionValues values({parse_command_line(
      kEnough + Arguments{"--password-file", "/nonexistent/password", "--collector-ca-file",
                          "/nonexistent/ca", "--report", "/nonexistent/report", "--state-dir",
                          "/nonexistent/state", "--repeat-after", "7d"})});
  const Settings settings = make_settings(values, {kNow, {}, {}});
  EXPECT_TRUE(password_of(settings).password.empty());
  EXPECT_EQ(settings.report, "/nonexistent/report");
  EXPECT_EQ(settings.job->state_directory, "/nonexistent/state");
  EXPECT_THROW(require_files(values, settings), Error);
}

TEST(Settings, HaveMetricsOnlyForARunThatContinuesAJob) {
  const Arguments metrics{"--prometheus-file", "/p"};
  EXPECT_EQ(settings_of(kEnough + metrics).prometheus_file, "/p");
  for (const Arguments& other :
       {Arguments{"--dry-run"}, Arguments{"--check"}, Arguments{"--last", "1h"}}) {
    const auto [fault, message] = failure_of(kEnough + metrics + other);
    EXPECT_EQ(fault, Fault::Usage) << other.front();
    EXPECT_THAT(message, StartsWith("--prometheus-file: only a run that goes on where the job's "
                                    "last run ended has metrics"));
    EXPECT_EQ(settings_of(kEnough + other, "prometheus-file = /p\n").prometheus_file, "")
        << "a file is for runs of all kinds";
  }
}

TEST(Settings, TakeTheScopeOfSentFlowsFromPlatformAndCollectors) {
  const Arguments repeats = kEnough + Arguments{"--repeat-after", "7d"};
  const Settings run = settings_of(repeats);
  const Settings dry_run = settings_of(repeats + Arguments{"--dry-run"});
  ASSERT_TRUE(run.sent_flows);
  ASSERT_TRUE(dry_run.sent_flows);
  EXPECT_EQ(run.sent_flows->scope, "vrni.local tls://vrli.local:6514,");
  EXPECT_EQ(dry_run.sent_flows->scope, run.sent_flows->scope);
  EXPECT_FALSE(run.sent_flows->is_dry_run);
  EXPECT_TRUE(dry_run.sent_flows->is_dry_run);
}

TEST(Settings, NameTheSameJobForADryRunAsForTheRun) {
  const Settings run = settings_of(kEnough);
  const Settings dry_run = settings_of(kEnough + Arguments{"--dry-run"});
  EXPECT_EQ(dry_run.job->name, run.job->name);
  EXPECT_EQ(dry_run.collectors[0].at(0).scheme, "-");
}

TEST(Settings, SendEverythingToStandardOutputInADryRun) {
  const Settings settings = settings_of(
      {"--platform-ip", "h", "--dry-run", "--confirm", "consumed"}, "collector = tls://vrli.local");
  EXPECT_EQ(settings.mode, RunMode::DryRun);
  ASSERT_EQ(settings.collectors.size(), 1U);
  EXPECT_EQ(settings.collectors[0].at(0).scheme, "-");
  EXPECT_FALSE(settings.required_verdict);
}

TEST(Settings, RefuseToAskOfACollectorWhatItsTransportCannotKnow) {
  for (const char* collector : {"udp://c", "-", "tls://a,udp://b"}) {
    try {
      (void)settings_of({"--platform-ip", "h", "--collector", collector, "--confirm", "acked"});
      ADD_FAILURE() << collector << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Usage);
      EXPECT_THAT(error.what(), testing::HasSubstr("can confirm no more than 'written'"));
    }
  }
}

TEST(Settings, KeepEveryCollectorAndTheOrderOfFailOver) {
  const Settings settings = settings_of({"--platform-ip", "h", "--collector", "tls://a,tcp://b",
                                         "--collector", "udp://c", "--confirm", "written"});
  ASSERT_EQ(settings.collectors.size(), 2U);
  ASSERT_EQ(settings.collectors[0].size(), 2U);
  EXPECT_EQ(settings.collectors[0][1].display_name(), "tcp://b:514");
  EXPECT_EQ(settings.collectors[1].at(0).scheme, "udp");
  EXPECT_EQ(settings.required_verdict, Verdict::Written);
}

TEST(Settings, WarnOfAConsoleThatIsNotVerifiedAlthoughThePlatformIs) {
  const std::string fingerprint = "sha256:" + std::string(64, '0');
  const Arguments pinned{"--insecure", "--platform-fingerprint", fingerprint, "--dry-run"};
  EXPECT_THAT(settings_of(pinned + Arguments{"--platform-ip", "h"}).warnings, IsEmpty());
  EXPECT_THAT(
      settings_of(pinned + Arguments{"--api-token", "x"}).warnings,
      ElementsAre(
          testing::AllOf(HasSubstr("--insecure"), HasSubstr("of the Cloud Services console is"),
                         HasSubstr("API token"), testing::Not(HasSubstr("cloud API"))),
          HasSubstr("--api-token")));
  EXPECT_THAT(settings_of({"--insecure", "--dry-run", "--api-token", "x"}).warnings,
              ElementsAre(HasSubstr("Cloud Services console and of the cloud API are"),
                          HasSubstr("--api-token")));
}

TEST(Settings, WarnOfWhatIsNotVerified) {
  const Settings settings = settings_of(kEnough + Arguments{"--insecure"});
  EXPECT_TRUE(settings.platform.tls.is_insecure);
  EXPECT_TRUE(settings.collectors[0].at(0).tls.is_insecure);
  EXPECT_THAT(settings.warnings, ElementsAre(HasSubstr("--insecure")));
}

TEST(Settings, CarryEveryOptionOfLines) {
  const Settings settings = settings_of(kEnough + Arguments{"--fields",         "dst_ip,src_ip",
                                                            "--sd-id",          "x@1",
                                                            "--sd-escape",      "safe",
                                                            "--facility",       "local0",
                                                            "--severity-allow", "notice",
                                                            "--severity-deny",  "err",
                                                            "--app-name",       "a",
                                                            "--hostname",       "h",
                                                            "--max-size",       "4k",
                                                            "--format",         "logger",
                                                            "--no-manifest"});
  EXPECT_THAT(settings.lines.fields, ElementsAre(FlowField::DestinationIp, FlowField::SourceIp));
  EXPECT_EQ(settings.lines.rfc5424.sd_id, "x@1");
  EXPECT_EQ(settings.lines.rfc5424.escape, SdEscape::Safe);
  EXPECT_EQ(settings.lines.facility, Facility::Local0);
  EXPECT_EQ(settings.lines.severity_allow, Severity::Notice);
  EXPECT_EQ(settings.lines.severity_deny, Severity::Error);
  EXPECT_EQ(settings.lines.origin.app_name, "a");
  EXPECT_EQ(settings.lines.origin.hostname, "h");
  EXPECT_EQ(settings.lines.max_line_bytes, 4096U);
  EXPECT_EQ(settings.format, "logger");
  EXPECT_FALSE(settings.send_manifest);
}

TEST(LogSettings, AreThoseOfWhereTheMessagesGo) {
  struct Row {
    Arguments arguments;
    LogFormat automatic;
    LogFormat format;
  };
  for (const Row& row :
       {Row{{}, LogFormat::Text, LogFormat::Text}, Row{{}, LogFormat::Journal, LogFormat::Journal},
        Row{{"--log-format", "auto"}, LogFormat::Journal, LogFormat::Journal},
        Row{{"--log-format", "text"}, LogFormat::Journal, LogFormat::Text},
        Row{{"--log-format", "journal"}, LogFormat::Text, LogFormat::Journal},
        Row{{"--log-format", "json"}, LogFormat::Text, LogFormat::Json},
        Row{{"--log-format", "json"}, LogFormat::Journal, LogFormat::JournalJson}}) {
    const OptionValues values({parse_command_line(row.arguments)});
    EXPECT_EQ(make_log_settings(values, row.automatic).format, row.format);
  }
  const OptionValues values({parse_command_line({"--log-level", "debug"})});
  EXPECT_EQ(make_log_settings(values, LogFormat::Text).level, LogLevel::Debug);
}

}  // namespace
}  // namespace vrni2syslog
