#include "app/settings/capture_options.h"

#include "app/options/config_file.h"
#include "app/options/options.h"
#include "support/error_of.h"
#include "unit/app/settings_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const Arguments kReplay{"--source", "file:/captures/one", "--dry-run"};

[[nodiscard]] CaptureDescription description(const std::string& name = "",
                                             const std::string& value = "") {
  CaptureDescription description{"vrni2syslog 1.0.0",
                                 "2026-11-22T13:00:00Z",
                                 {{"platform-ip", "https://vrni.local:8443/api/ni"},
                                  {"since", "2026-11-01T00:00:00Z"},
                                  {"until", "2026-11-02T00:00:00Z"},
                                  {"settle", "5m"},
                                  {"time-zone", "Europe/Amsterdam"},
                                  {"resolution", "1h"},
                                  {"filter", "port = 443"}}};
  for (auto& [known, old] : description.options) {
    if (known == name) old = value;
  }
  return description;
}

[[nodiscard]] PlannedRun replayed(const Arguments& more, const CaptureDescription& capture,
                                  std::string_view file = "") {
  return run_of(
      OptionValues({parse_command_line(kReplay + more), captured_options(capture, "/captures/one"),
                    without_platform(parse_config_text(file, "x.conf"))}));
}

TEST(Source, IsADirectoryWithTheSchemeFile) {
  EXPECT_EQ(parse_source("file:/var/tmp/capture"), "/var/tmp/capture");
  EXPECT_EQ(parse_source("file:///var/tmp/capture"), "/var/tmp/capture");
  EXPECT_EQ(parse_source("file:capture"), "capture");
  EXPECT_EQ(parse_source("file:.."), "..");
}

TEST(Source, IsRefusedWithTheFormThatIsAccepted) {
  for (const char* text : {"/var/tmp/capture", "capture", "https://vrni.local", "FILE:/x",
                           "file:", "file://host/x", "", "file//x"}) {
    const Error error = error_of([&] { (void)parse_source(text); });
    EXPECT_EQ(error.fault(), Fault::Usage) << text;
    EXPECT_THAT(error.what(), HasSubstr("write file:DIR")) << text;
  }
}

TEST(Replay, TakesPlatformWindowAndFilterFromTheCapture) {
  const auto [settings, plan] = replayed({}, description());
  EXPECT_EQ(settings.platform.replay_from, "/captures/one");
  EXPECT_EQ(settings.platform.api.host, "vrni.local");
  EXPECT_EQ(settings.platform.api.url, "https://vrni.local:8443/api/ni");
  EXPECT_EQ(settings.lines.origin.hostname, "vrni.local");
  EXPECT_EQ(settings.filter, "port = 443");
  EXPECT_EQ(settings.window_request.resolution, std::chrono::hours(1));
  EXPECT_EQ(to_rfc3339(plan.window.start), "2026-11-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(plan.window.end), "2026-11-02T00:00:00Z");
  EXPECT_TRUE(std::get<PasswordCredentials>(settings.platform.credentials).password.empty());
  EXPECT_THAT(settings.warnings, IsEmpty());
}

TEST(Replay, TakesWhatIsNotOfThePlatformFromTheConfigurationFile) {
  const auto [settings, plan] = replayed(
      {}, description(),
      "platform-ip = other\nusername = u\npassword = p\nyesterday = yes\nfilter = x\n"
      "resolution = 2h\ndomain-type = LDAP\ndeployment-type = saas\napi-token = t\ninsecure = yes\n"
      "facility = local0\n");
  EXPECT_EQ(settings.platform.api.host, "vrni.local");
  EXPECT_EQ(settings.filter, "port = 443");
  EXPECT_EQ(settings.window_request.resolution, std::chrono::hours(1));
  EXPECT_EQ(settings.lines.facility, Facility::Local0);
  EXPECT_THAT(settings.warnings, IsEmpty());
}

TEST(Replay, LetsTheCommandLineAskForAPartOfTheWindow) {
  const auto [settings, plan] =
      replayed({"--since", "2026-11-01T05:00:00Z", "--until", "2026-11-01T06:00:00Z",
                "--resolution", "1h", "--hostname", "archive"},
               description());
  EXPECT_EQ(plan.window.end - plan.window.start, std::chrono::hours(1));
  EXPECT_EQ(settings.lines.origin.hostname, "archive");
}

TEST(Replay, RefusesWhatOnlyAPlatformNeeds) {
  for (const Arguments& more :
       {Arguments{"--platform-ip", "vrni.local"}, Arguments{"--username", "u"},
        Arguments{"--password", "p"}, Arguments{"--password-file", "/dev/null"},
        Arguments{"--domain-type", "LOCAL"}, Arguments{"--api-token", "t"}}) {
    const Error error = error_of([&] { (void)replayed(more, description()); });
    EXPECT_EQ(error.fault(), Fault::Usage) << more[0];
    EXPECT_THAT(error.what(), HasSubstr(more[0] + " and --source: "));
    EXPECT_THAT(error.what(), HasSubstr("no platform is asked"));
  }
}

TEST(CaptureOptions, ExcludeOneAnotherAndACheck) {
  for (const Arguments& arguments :
       {Arguments{"--source", "file:x", "--save-capture", "y"},
        Arguments{"--check", "--source", "file:x"}, Arguments{"--check", "--save-capture", "y"}}) {
    const Error error =
        error_of([&] { (void)make_replay_source(OptionValues({parse_command_line(arguments)})); });
    EXPECT_EQ(error.fault(), Fault::Usage);
    EXPECT_THAT(error.what(), HasSubstr(" and --"));
  }
}

TEST(CaptureOptions, AreForTheCommandLineAlone) {
  for (const char* file : {"source = file:x", "save-capture = x"}) {
    EXPECT_EQ(error_of([&] { (void)parse_config_text(file, "f"); }).fault(), Fault::Configuration);
  }
}

TEST(CapturedOptions, SetNothingElseIfTheyComeFromAStranger) {
  for (const char* name :
       {"collector", "password-file", "insecure", "config", "no-such-option", ""}) {
    CaptureDescription capture = description();
    capture.options.emplace_back(name, "tcp://evil");
    const Error error = error_of([&] { (void)captured_options(capture, "/captures/one"); });
    EXPECT_EQ(error.fault(), Fault::Data) << name;
    EXPECT_THAT(error.what(),
                HasSubstr("/captures/one/capture.json: this version takes no option"));
  }
}

TEST(CapturedOptions, AreAllThereButForTheResolution) {
  for (const auto& [name, value] : description().options) {
    CaptureDescription capture = description();
    std::erase_if(capture.options, [&](const auto& option) { return option.first == name; });
    if (name == "resolution") {
      EXPECT_NO_THROW((void)captured_options(capture, "/captures/one"));
      continue;
    }
    const Error error = error_of([&] { (void)captured_options(capture, "/captures/one"); });
    EXPECT_EQ(error.fault(), Fault::Data) << name;
    EXPECT_THAT(error.what(), HasSubstr("there is no '" + name + "' in it"));
  }
}

TEST(CapturedOptions, AreReadLikeAnybodysAndBlamedOnTheCapture) {
  const std::pair<const char*, const char*> rows[] = {
      {"platform-ip", "http://x"},
      {"platform-ip", "a b\nc"},
      {"platform-ip", ""},
      {"since", "now"},
      {"since", "2026-11-02T00:00:00Z"},
      {"until", "2099-01-01"},
      {"until", ""},
      {"settle", "-1"},
      {"resolution", "0s"},
      {"resolution", "x"},
      {"filter", "x in last 1 hour"},
  };
  for (const auto& [name, value] : rows) {
    const Error error =
        error_of([&name = name, &value = value] { (void)replayed({}, description(name, value)); });
    EXPECT_EQ(error.fault(), Fault::Data) << name << " " << value << ": " << error.what();
    EXPECT_THAT(error.what(), HasSubstr("/captures/one/capture.json: ")) << name;
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("\n")));
  }
}

TEST(CapturedOptions, AreNoReasonForTooManyUnits) {
  CaptureDescription capture = description("since", "1970-01-01");
  const Error error = error_of([&] { (void)replayed({"--resolution", "1m"}, capture); });
  EXPECT_THAT(error.what(), HasSubstr("more than 100000 units"));
}

TEST(DescribedRun, AsksForTheSameWhenItIsReplayed) {
  for (const Arguments& more :
       {Arguments{}, Arguments{"--last", "2h"},
        Arguments{"--yesterday", "--time-zone", "Asia/Tokyo"}, Arguments{"--filter", ""},
        Arguments{"--filter", "name = \"a\" in last 3 hours"},
        Arguments{"--resolution", "15m", "--settle", "0s"}}) {
    Arguments arguments{"--platform-ip", "[2001:db8::1]:8443", "--password",   "p",
                        "--dry-run",     "--save-capture",     "/captures/one"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const OptionValues values({parse_command_line(arguments)});
    const auto [settings, plan] = run_of(values);
    EXPECT_EQ(settings.platform.save_capture, "/captures/one");
    const PlannedRun again = replayed({}, describe_run(settings, plan.window, values, kNow));
    EXPECT_EQ(again.settings.platform.api.url, settings.platform.api.url);
    EXPECT_EQ(again.settings.platform.api.host, "2001:db8::1");
    EXPECT_EQ(again.settings.filter, settings.filter);
    EXPECT_EQ(again.plan.window, plan.window);
    EXPECT_EQ(again.plan.units, plan.units);
  }
}

TEST(DescribedRun, HoldsNoSecret) {
  const OptionValues values(
      {parse_command_line({"--platform-ip", "h", "--username", "auditor", "--password", "hunter2",
                           "--dry-run", "--save-capture", "x"})});
  const auto [settings, plan] = run_of(values);
  const std::string json = to_json(describe_run(settings, plan.window, values, kNow));
  EXPECT_THAT(json, testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(json, testing::Not(HasSubstr("auditor")));
}

}  // namespace
}  // namespace vrni2syslog
