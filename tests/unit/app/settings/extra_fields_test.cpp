#include "app/settings/extra_fields.h"

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

struct MadeCounters {
  std::vector<FlowField> counters;
  std::vector<std::string> warnings;
};

/// For lines with these fields, in units of `resolution`.
[[nodiscard]] MadeCounters made_with(std::string_view metrics, std::vector<FlowField> fields = {},
                                     seconds resolution = {}, std::string_view format = "rfc5424") {
  LineOptions lines;
  lines.fields = std::move(fields);
  std::vector<std::string> arguments;
  if (!metrics.empty()) arguments = {"--metrics", std::string(metrics)};
  const OptionValues values({parse_command_line(arguments)});
  MadeCounters made;
  made.counters = make_counters(values, format, lines, resolution, made.warnings);
  return made;
}

[[nodiscard]] std::string failure_with(std::string_view metrics, std::vector<FlowField> fields = {},
                                       seconds resolution = {}) {
  try {
    static_cast<void>(made_with(metrics, std::move(fields), resolution));
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Usage);
    return error.what();
  }
  return "no error";
}

TEST(MetricSettings, NameTheCountersOfEachGroup) {
  EXPECT_THAT(made_with("").counters, IsEmpty());
  EXPECT_THAT(made_with("bytes").counters, ElementsAre(Bytes, SourceBytes, DestinationBytes));
  EXPECT_THAT(made_with("packets").counters, ElementsAre(Packets));
  EXPECT_THAT(made_with("sessions,packets").counters, ElementsAre(Sessions, Packets));
  EXPECT_THAT(made_with("bytes,packets,sessions").warnings, IsEmpty());
}

TEST(MetricSettings, RefuseOtherNames) {
  EXPECT_THAT(failure_with("src_bytes"),
              HasSubstr("there is no metric 'src_bytes'; write some of: bytes,packets,sessions"));
  EXPECT_THAT(failure_with("bytes,"), HasSubstr("there is no metric ''"));
  EXPECT_THAT(failure_with("packets,bytes,packets"), HasSubstr("metric packets is named twice"));
}

TEST(MetricSettings, AskForNoCounterThatIsNotWritten) {
  EXPECT_THAT(made_with("bytes,packets", {FlowId, Packets, SourceBytes}).counters,
              ElementsAre(SourceBytes, Packets));
  EXPECT_THAT(failure_with("bytes,packets", {FlowId, Bytes}),
              HasSubstr("the fields to write are without packets"));
}

TEST(MetricSettings, AskForNothingThatTheFormatDoesNotShow) {
  for (const char* const format : {"message", "logger"}) {
    const MadeCounters made = made_with("bytes", {}, minutes(10), format);
    EXPECT_THAT(made.counters, IsEmpty());
    EXPECT_THAT(made.warnings,
                ElementsAre(AllOf(HasSubstr("--metrics"),
                                  HasSubstr(std::string("lines of --format ") + format))));
    EXPECT_THAT(made_with("", {FlowId, Bytes}, {}, format).warnings, IsEmpty());
    EXPECT_THROW(static_cast<void>(made_with("drops", {}, {}, format)), Error);
  }
}

TEST(MetricSettings, WarnOfFieldsThatStayEmpty) {
  EXPECT_THAT(made_with("", {FlowId, DestinationBytes}).warnings,
              ElementsAre(HasSubstr("dst_bytes has no value without --metrics bytes")));
  EXPECT_THAT(made_with("bytes", {Bytes, Sessions}).warnings,
              ElementsAre(HasSubstr("sessions has no value")));
}

TEST(MetricSettings, RefuseUnitsShorterThanTheIntervalOfPlatforms) {
  EXPECT_THAT(failure_with("bytes", {}, minutes(29)), HasSubstr("give --resolution 30m or more"));
  EXPECT_EQ(failure_with("bytes", {}, minutes(30)), "no error");
  EXPECT_EQ(failure_with("", {}, minutes(1)), "no error");
}

TEST(MetricSettings, WarnOfAWindowShorterThanTheIntervalOfPlatforms) {
  const OptionValues values({parse_command_line({"--metrics", "bytes"})});
  const UnixSeconds start{};
  EXPECT_THAT(short_window_warning(values, {start, start + minutes(10)}),
              AllOf(HasSubstr("--metrics"), HasSubstr("shorter than 30m")));
  EXPECT_EQ(short_window_warning(values, {start, start + minutes(30)}), "");
  EXPECT_EQ(short_window_warning(values, {start, start}), "");
}

struct MadeDetails {
  std::vector<FlowField> fields;
  std::vector<std::string> warnings;
};

[[nodiscard]] MadeDetails details_with(const std::vector<std::string>& arguments,
                                       std::vector<FlowField> fields = {},
                                       std::string_view format = "rfc5424") {
  LineOptions lines;
  lines.fields = std::move(fields);
  MadeDetails made;
  made.fields =
      make_vm_details(OptionValues({parse_command_line(arguments)}), format, lines, made.warnings);
  return made;
}

TEST(VmDetailSettings, NameTheDetailsThatLinesShow) {
  EXPECT_THAT(details_with({}).fields, IsEmpty());
  EXPECT_THAT(details_with({"--vm-details"}).fields,
              ElementsAre(SourceVmType, DestinationVmType, SourceVmVcenterId,
                          DestinationVmVcenterId, SourceVmRegion, DestinationVmRegion));
  EXPECT_THAT(details_with({"--vm-details"}, {SourceVmRegion, FlowId}).fields,
              ElementsAre(SourceVmRegion));
  EXPECT_THAT(details_with({"--vm-details"}).warnings, IsEmpty());
  EXPECT_THAT(details_with({}).warnings, IsEmpty());
}

TEST(VmDetailSettings, AskForNothingThatNoLineShows) {
  for (const MadeDetails& made :
       {details_with({"--vm-details"}, {}, "message"), details_with({"--vm-details"}, {FlowId})}) {
    EXPECT_THAT(made.fields, IsEmpty());
    EXPECT_THAT(made.warnings, ElementsAre(HasSubstr("is not asked for details of VMs")));
  }
}

TEST(VmDetailSettings, WarnOfFieldsThatStayEmpty) {
  const MadeDetails made = details_with({}, {FlowId, SourceVmType});
  EXPECT_THAT(made.fields, IsEmpty());
  EXPECT_THAT(made.warnings,
              ElementsAre(HasSubstr("src_vm_type has no value without --vm-details")));
}

}  // namespace
}  // namespace vrni2syslog
