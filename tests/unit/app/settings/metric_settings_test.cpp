#include "app/settings/metric_settings.h"

#include "app/options/config_file.h"
#include "app/options/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using enum FlowField;

/// A window of `length`, in units of `resolution`, with these fields.
[[nodiscard]] Settings settings_with(std::string_view metrics, std::vector<FlowField> fields = {},
                                     seconds length = minutes(60), seconds resolution = {},
                                     std::string format = "rfc5424") {
  Settings settings;
  settings.format = std::move(format);
  settings.window = {UnixSeconds(), UnixSeconds() + length};
  settings.resolution = resolution;
  settings.lines.fields = std::move(fields);
  std::vector<std::string> arguments;
  if (!metrics.empty()) arguments = {"--metrics", std::string(metrics)};
  const OptionValues values({parse_command_line(arguments)});
  set_counters(settings, values);
  warn_of_short_window(settings, values);
  return settings;
}

[[nodiscard]] std::string failure_with(std::string_view metrics, std::vector<FlowField> fields = {},
                                       seconds resolution = {}) {
  try {
    static_cast<void>(settings_with(metrics, std::move(fields), minutes(60), resolution));
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Usage);
    return error.what();
  }
  return "no error";
}

TEST(MetricSettings, NameTheCountersOfEachGroup) {
  EXPECT_THAT(settings_with("").counters, IsEmpty());
  EXPECT_THAT(settings_with("bytes").counters, ElementsAre(Bytes, SourceBytes, DestinationBytes));
  EXPECT_THAT(settings_with("packets").counters, ElementsAre(Packets));
  EXPECT_THAT(settings_with("sessions,packets").counters, ElementsAre(Sessions, Packets));
  EXPECT_THAT(settings_with("bytes,packets,sessions").warnings, IsEmpty());
}

TEST(MetricSettings, RefuseOtherNames) {
  EXPECT_THAT(failure_with("src_bytes"),
              HasSubstr("there is no metric 'src_bytes'; write some of: bytes,packets,sessions"));
  EXPECT_THAT(failure_with("bytes,"), HasSubstr("there is no metric ''"));
  EXPECT_THAT(failure_with("packets,bytes,packets"), HasSubstr("metric packets is named twice"));
}

TEST(MetricSettings, AskForNoCounterThatIsNotWritten) {
  EXPECT_THAT(settings_with("bytes,packets", {FlowId, Packets, SourceBytes}).counters,
              ElementsAre(SourceBytes, Packets));
  EXPECT_THAT(failure_with("bytes,packets", {FlowId, Bytes}),
              HasSubstr("the fields to write are without packets"));
}

TEST(MetricSettings, AskForNothingThatTheFormatDoesNotShow) {
  for (const char* const format : {"message", "logger"}) {
    const Settings settings = settings_with("bytes", {}, minutes(10), minutes(10), format);
    EXPECT_THAT(settings.counters, IsEmpty());
    EXPECT_THAT(settings.warnings,
                ElementsAre(AllOf(HasSubstr("--metrics"),
                                  HasSubstr(std::string("lines of --format ") + format))));
    EXPECT_THAT(settings_with("", {FlowId, Bytes}, minutes(60), {}, format).warnings, IsEmpty());
    EXPECT_THROW(static_cast<void>(settings_with("drops", {}, minutes(60), {}, format)), Error);
  }
}

TEST(MetricSettings, WarnOfFieldsThatStayEmpty) {
  EXPECT_THAT(settings_with("", {FlowId, DestinationBytes}).warnings,
              ElementsAre(HasSubstr("dst_bytes has no value without --metrics bytes")));
  EXPECT_THAT(settings_with("bytes", {Bytes, Sessions}).warnings,
              ElementsAre(HasSubstr("sessions has no value")));
}

TEST(MetricSettings, RefuseUnitsShorterThanTheIntervalOfPlatforms) {
  EXPECT_THAT(failure_with("bytes", {}, minutes(29)), HasSubstr("give --resolution 30m or more"));
  EXPECT_EQ(failure_with("bytes", {}, minutes(30)), "no error");
  EXPECT_EQ(failure_with("", {}, minutes(1)), "no error");
}

TEST(MetricSettings, WarnOfAWindowShorterThanTheIntervalOfPlatforms) {
  EXPECT_THAT(settings_with("bytes", {}, minutes(10)).warnings,
              ElementsAre(HasSubstr("shorter than 30m")));
  EXPECT_THAT(settings_with("bytes", {}, minutes(30)).warnings, IsEmpty());
  EXPECT_THAT(settings_with("", {}, minutes(10)).warnings, IsEmpty());
}

}  // namespace
}  // namespace vrni2syslog
