#include "format/rfc3164/rfc3164_layout.h"

#include "flow_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Rfc3164LayoutTest = FlowFixture;

TEST_F(Rfc3164LayoutTest, WritesTheFieldsBeforeTheMessage) {
  EXPECT_EQ(line("rfc3164"),
            "<166>Nov 22 12:30:00 vrni.local vrni2syslog[4711]: action=\"ALLOW\" proto=\"TCP\" "
            "src_ip=\"10.0.0.5\" dst_ip=\"10.0.1.9\" dst_port=\"443\" "
            "flow_id=\"10000:515:1491521924\" window_start=\"2026-11-22T12:00:00Z\" "
            "window_end=\"2026-11-22T13:00:00Z\" snapshot=\"2026-11-22T12:30:00Z\" run=\"r1\" "
            "vRNI-Flow: 2026-11-22 12:30:00 ALLOW TCP web-01 -> db-01 [port:443]");
}

TEST_F(Rfc3164LayoutTest, SubstitutesWhatCouldEndAValue) {
  set(FlowField::SourceVm, "x\" src_ip=\"10.6.6.6\\]");
  EXPECT_THAT(line("rfc3164"), HasSubstr(" src_vm=\"x' src_ip='10.6.6.6/)\" flow_id="));
}

TEST_F(Rfc3164LayoutTest, EndsAManifestWithItsMessage) {
  std::string out;
  make_line_format("rfc3164", options)
      ->append_manifest(out, {.window = kUnit, .flow_count = 7, .time = kUnit.end});
  EXPECT_THAT(out,
              AllOf(StartsWith("<166>Nov 22 13:00:00 vrni.local vrni2syslog[4711]: run=\"r1\""),
                    HasSubstr(" flows=\"7\" lines_sha256=\"00"), EndsWith(", run r1")));
}

}  // namespace
}  // namespace vrni2syslog
