#include "app/settings/capture_options.h"

#include "app/options/config_file.h"
#include "app/options/environment.h"
#include "app/options/options.h"
#include "app/settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Arguments = std::vector<std::string>;

const UnixSeconds kNow = parse_time("2026-11-23T10:00:00Z", TimeZone::utc());
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

[[nodiscard]] Settings settings_of(const std::vector<std::vector<GivenOption>>& sources) {
  const Environment environment;
  const SecretPrompt nobody = [](const std::string&) {
    ADD_FAILURE() << "asked for a password";
    return std::nullopt;
  };
  return make_settings(OptionValues(sources), {environment, nobody, kNow});
}

[[nodiscard]] Settings replayed(const Arguments& more, const CaptureDescription& capture,
                                std::string_view file = "") {
  Arguments arguments = kReplay;
  arguments.insert(arguments.end(), more.begin(), more.end());
  return settings_of({parse_command_line(arguments), captured_options(capture, "/captures/one"),
                      without_platform(parse_config_text(file, "x.conf"))});
}

[[nodiscard]] Error failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return Error(Fault::Bug, "no error");
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
    const Error error = failure_of([&] { (void)parse_source(text); });
    EXPECT_EQ(error.fault(), Fault::Usage) << text;
    EXPECT_THAT(error.what(), HasSubstr("write file:DIR")) << text;
  }
}

TEST(Replay, TakesPlatformWindowAndFilterFromTheCapture) {
  const Settings settings = replayed({}, description());
  EXPECT_EQ(settings.platform.replay_from, "/captures/one");
  EXPECT_EQ(settings.platform.url.host, "vrni.local");
  EXPECT_EQ(settings.platform.url.api_base, "https://vrni.local:8443/api/ni");
  EXPECT_EQ(settings.lines.origin.hostname, "vrni.local");
  EXPECT_EQ(settings.filter, "port = 443");
  EXPECT_EQ(settings.resolution, std::chrono::hours(1));
  EXPECT_EQ(to_rfc3339(settings.window.start), "2026-11-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(settings.window.end), "2026-11-02T00:00:00Z");
  EXPECT_TRUE(std::get<PasswordCredentials>(settings.platform.credentials).password.empty());
  EXPECT_THAT(settings.warnings, IsEmpty());
}

TEST(Replay, TakesWhatIsNotOfThePlatformFromTheConfigurationFile) {
  const Settings settings = replayed(
      {}, description(),
      "platform-ip = other\nusername = u\npassword = p\nyesterday = yes\nfilter = x\n"
      "resolution = 2h\ndomain-type = LDAP\ndeployment-type = saas\napi-token = t\ninsecure = yes\n"
      "facility = local0\n");
  EXPECT_EQ(settings.platform.url.host, "vrni.local");
  EXPECT_EQ(settings.filter, "port = 443");
  EXPECT_EQ(settings.resolution, std::chrono::hours(1));
  EXPECT_EQ(settings.lines.facility, Facility::Local0);
  EXPECT_THAT(settings.warnings, IsEmpty());
}

TEST(Replay, LetsTheCommandLineAskForAPartOfTheWindow) {
  const Settings settings =
      replayed({"--since", "2026-11-01T05:00:00Z", "--until", "2026-11-01T06:00:00Z",
                "--resolution", "1h", "--hostname", "archive"},
               description());
  EXPECT_EQ(settings.window.end - settings.window.start, std::chrono::hours(1));
  EXPECT_EQ(settings.lines.origin.hostname, "archive");
}

TEST(Replay, RefusesWhatOnlyAPlatformNeeds) {
  for (const Arguments& more :
       {Arguments{"--platform-ip", "vrni.local"}, Arguments{"--username", "u"},
        Arguments{"--password", "p"}, Arguments{"--password-file", "/dev/null"},
        Arguments{"--domain-type", "LOCAL"}, Arguments{"--api-token", "t"}}) {
    const Error error = failure_of([&] { (void)replayed(more, description()); });
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
        failure_of([&] { check_capture_options(OptionValues({parse_command_line(arguments)})); });
    EXPECT_EQ(error.fault(), Fault::Usage);
    EXPECT_THAT(error.what(), HasSubstr(" and --"));
  }
}

TEST(CaptureOptions, AreForTheCommandLineAlone) {
  for (const char* file : {"source = file:x", "save-capture = x"}) {
    EXPECT_EQ(failure_of([&] { (void)parse_config_text(file, "f"); }).fault(),
              Fault::Configuration);
  }
}

TEST(CapturedOptions, OfAStrangerSetNothingElse) {
  for (const char* name :
       {"collector", "password-file", "insecure", "config", "no-such-option", ""}) {
    CaptureDescription capture = description();
    capture.options.emplace_back(name, "tcp://evil");
    const Error error = failure_of([&] { (void)captured_options(capture, "/captures/one"); });
    EXPECT_EQ(error.fault(), Fault::Data) << name;
    EXPECT_THAT(error.what(),
                HasSubstr("/captures/one/capture.json: this version takes no option"));
  }
}

TEST(CapturedOptions, AreAllThereButForTheResolution) {
  for (const auto& [name, value] : description().options) {
    CaptureDescription capture = description();
    std::erase_if(capture.options, [&](const auto& option) { return option.first == name; });
    const Error error = failure_of([&] { (void)captured_options(capture, "/captures/one"); });
    if (name == "resolution") {
      EXPECT_EQ(error.fault(), Fault::Bug);
      continue;
    }
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
    const Error error = failure_of(
        [&name = name, &value = value] { (void)replayed({}, description(name, value)); });
    EXPECT_EQ(error.fault(), Fault::Data) << name << " " << value << ": " << error.what();
    EXPECT_THAT(error.what(), HasSubstr("/captures/one/capture.json: ")) << name;
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("\n")));
  }
}

TEST(CapturedOptions, AreNoReasonForTooManyUnits) {
  CaptureDescription capture = description("since", "1970-01-01");
  const Error error = failure_of([&] { (void)replayed({"--resolution", "1m"}, capture); });
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
    const Settings run = settings_of({parse_command_line(arguments)});
    ASSERT_TRUE(run.platform.save_capture);
    EXPECT_EQ(run.platform.save_capture->directory, "/captures/one");
    const Settings again = replayed({}, run.platform.save_capture->description);
    EXPECT_EQ(again.platform.url.api_base, run.platform.url.api_base);
    EXPECT_EQ(again.platform.url.host, "2001:db8::1");
    EXPECT_EQ(again.filter, run.filter);
    EXPECT_EQ(again.window, run.window);
    EXPECT_EQ(again.resolution, run.resolution);
  }
}

TEST(DescribedRun, HoldsNoSecret) {
  const Settings run =
      settings_of({parse_command_line({"--platform-ip", "h", "--username", "auditor", "--password",
                                       "hunter2", "--dry-run", "--save-capture", "x"})});
  const std::string json = to_json(run.platform.save_capture->description);
  EXPECT_THAT(json, testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(json, testing::Not(HasSubstr("auditor")));
}

}  // namespace
}  // namespace vrni2syslog
