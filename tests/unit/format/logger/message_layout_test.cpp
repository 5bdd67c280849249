#include "format/logger/message_layout.h"

#include "flow_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using ::testing::StartsWith;

using MessageLayoutTest = FlowFixture;

TEST_F(MessageLayoutTest, WritesTheMessageAloneOrWithItsPriority) {
  EXPECT_EQ(line("message"), "vRNI-Flow: 2026-11-22 12:30:00 ALLOW TCP web-01 -> db-01 [port:443]");
  EXPECT_EQ(line("logger"),
            "<166>vRNI-Flow: 2026-11-22 12:30:00 ALLOW TCP web-01 -> db-01 [port:443]");
  set(FlowField::Action, "DROP");
  EXPECT_THAT(line("logger"), StartsWith("<164>vRNI-Flow: 2026-11-22 12:30:00 DROP TCP "));
}

TEST_F(MessageLayoutTest, CutsTheMessageInFormatsThatAreNothingElse) {
  const std::string name(70'000, 'x');
  flow.name = name;
  options.max_line_bytes = 1000;
  EXPECT_EQ(line("message").size(), 1000U);
  EXPECT_EQ(result, LineResult::Truncated);
  EXPECT_EQ(line("logger").size(), 1000U);
}

}  // namespace
}  // namespace vrni2syslog
