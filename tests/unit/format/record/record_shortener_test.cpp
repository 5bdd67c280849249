#include "format/record/record_shortener.h"

#include "base/text/utf8.h"
#include "flow_fixture.h"
#include "support/valid_utf8.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using testing::is_valid_utf8;
using testing::parse_rfc5424;
using testing::Rfc5424Message;
using ::testing::StartsWith;

using RecordShortenerTest = FlowFixture;

TEST_F(RecordShortenerTest, DropsAnOverlongVmNameAndKeepsTheRest) {
  const std::string name(70'000, 'x');
  set(FlowField::SourceVm, name);
  set(FlowField::DestinationVm, "db-01");
  flow.name = name;
  const Rfc5424Message message = parsed();
  EXPECT_EQ(message.param("src_vm"), std::nullopt);
  EXPECT_EQ(message.param("dst_vm"), "db-01");
  EXPECT_EQ(message.param("truncated"), "1");
  EXPECT_EQ(message.param("flow_id"), flow.id);
  EXPECT_EQ(line().size(), options.max_line_bytes);
}

TEST_F(RecordShortenerTest, NeverCutsWithinACharacterOrAnEscape) {
  for (const std::string_view piece :
       {"]", "\\", "\"", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xFF", "a] "}) {
    std::string name;
    while (name.size() < 3000) name += piece;
    set(FlowField::SourceIp, name);
    flow.name = name;
    std::string clean;
    append_clean_utf8(clean, name);
    for (options.max_line_bytes = 600; options.max_line_bytes < 620; ++options.max_line_bytes) {
      const std::string text = line();
      const auto message = parse_rfc5424(text);
      ASSERT_TRUE(message) << text;
      EXPECT_LE(text.size(), options.max_line_bytes);
      EXPECT_TRUE(is_valid_utf8(text));
      EXPECT_THAT(clean, StartsWith(message->param("src_ip").value_or("missing")));
      EXPECT_EQ(message->param("truncated"), "1");
      EXPECT_NE(message->message.back(), ' ');
    }
  }
}

TEST_F(RecordShortenerTest, ShortensListsByWholeItems) {
  std::vector<std::string> names;
  const std::span<std::string_view> texts = batch.new_texts(500);
  for (std::size_t i = 0; i < 500; ++i) texts[i] = batch.copy("group-" + std::to_string(1000 + i));
  flow.set(FlowField::SourceSecurityGroups, texts);
  set(FlowField::SourceVm, "web-01");
  options.max_line_bytes = 2048;
  const Rfc5424Message message = parsed();
  EXPECT_EQ(message.param("src_vm"), "web-01");
  EXPECT_THAT(message.param("src_groups").value_or(""), StartsWith("group-1000,group-1001,"));
  EXPECT_EQ((message.param("src_groups").value_or("").size() + 1) % 11, 0U);
  EXPECT_GT(line().size(), 2048U - 11);
}

}  // namespace
}  // namespace vrni2syslog
