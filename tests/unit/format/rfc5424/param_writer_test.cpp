#include "format/rfc5424/param_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

std::string written(SdEscape escape, const RecordField& field) {
  std::array<char, 200> room{};
  LineWriter writer(room);
  ParamWriter(escape).write(writer, field);
  return std::string(writer.text());
}

TEST(ParamWriter, WritesAFieldOfAFlowAndOneWithoutAnEntry) {
  const std::string_view texts[] = {R"(a"b\c]d)"};
  RecordField field;
  field.field = FlowField::SourceVm;
  field.value = texts;
  EXPECT_EQ(written(SdEscape::Rfc5424, field), R"( src_vm="a\"b\\c\]d")");
  EXPECT_EQ(written(SdEscape::Safe, field), R"( src_vm="a'b/c)d")");
  EXPECT_EQ(written(SdEscape::Safe, mark(kPartialMark)), R"( partial="1")");
}

TEST(ParamWriter, WritesNothingIfNoTextIsLeft) {
  const std::string_view texts[] = {" \n"};
  RecordField field;
  field.field = FlowField::SourceVm;
  field.value = texts;
  EXPECT_EQ(written(SdEscape::Rfc5424, field), "");
}

}  // namespace
}  // namespace vrni2syslog
