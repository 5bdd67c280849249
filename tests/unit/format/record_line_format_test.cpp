#include "format/record_line_format.h"

#include "base/error.h"
#include "flow_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::Rfc5424Message;
using ::testing::StartsWith;

using RecordLineFormatTest = FlowFixture;

TEST_F(RecordLineFormatTest, AppendsToWhatIsInTheBuffer) {
  const std::unique_ptr<LineFormat> format = make_line_format("message", options);
  std::string out = "before|";
  (void)format->append_flow(out, flow, kUnit);
  out += '|';
  (void)format->append_flow(out, flow, kUnit);
  EXPECT_THAT(out, AllOf(StartsWith("before|vRNI-Flow"), HasSubstr("]|vRNI-Flow"), EndsWith("]")));
}

TEST_F(RecordLineFormatTest, FitsALineOfExactlyTheLargestSize) {
  set(FlowField::SourceVm, std::string(100, 'x'));
  const std::size_t size = line().size();
  options.max_line_bytes = size;
  EXPECT_EQ(line().size(), size);
  EXPECT_EQ(result, LineResult::Whole);
  options.max_line_bytes = size - 1;
  EXPECT_LE(line().size(), size - 1);
  EXPECT_EQ(result, LineResult::Truncated);
  EXPECT_EQ(parsed().param("truncated"), "1");
  EXPECT_EQ(parsed().param("flow_id"), flow.id);
}

TEST_F(RecordLineFormatTest, ShortensTheMessageOfAManifestWhoseParamsSayTheSame) {
  options.max_line_bytes = 520;
  options.origin.run_id = std::string(70, 'r');
  std::string out;
  make_line_format("rfc5424", options)
      ->append_manifest(out, {.window = kUnit, .flow_count = 5000, .time = kUnit.end});
  EXPECT_THAT(
      out,
      EndsWith("] vRNI-Manifest: 5000 flows from 2026-11-22T12:00:00Z to 2026-11-22T13:00:00Z"));
  EXPECT_LE(out.size(), 520U);
}

TEST_F(RecordLineFormatTest, TakesASizeOf480AsEveryReceiverMust) {
  options.max_line_bytes = 480;
  options.origin.run_id = "20261122T130000-4711";
  for (const std::string_view format : line_format_names()) EXPECT_LE(line(format).size(), 480U);
}

TEST_F(RecordLineFormatTest, WritesAHonestFlowWholeInTheSmallestSizeItAccepts) {
  LineOptions small = options;
  std::size_t smallest = 0;
  for (small.max_line_bytes = 300; smallest == 0; ++small.max_line_bytes) {
    try {
      (void)make_line_format("rfc5424", small);
      smallest = small.max_line_bytes;
    } catch (const Error&) {
    }
  }
  options.max_line_bytes = smallest;
  set(FlowField::SourceIp, "2001:db8:1111:2222:3333:4444:5555:6666");
  set(FlowField::DestinationIp, "2001:db8:1111:2222:3333:4444:5555:7777");
  set(FlowField::SourceVm, "web-01");
  const Rfc5424Message message = parsed();
  EXPECT_EQ(message.param("src_ip"), "2001:db8:1111:2222:3333:4444:5555:6666");
  EXPECT_EQ(message.param("dst_ip"), "2001:db8:1111:2222:3333:4444:5555:7777");
  EXPECT_EQ(message.param("flow_id"), flow.id);
  EXPECT_EQ(message.param("run"), "r1");
}

}  // namespace
}  // namespace vrni2syslog
