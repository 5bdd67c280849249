#include "format/record/keyed_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using ::testing::ElementsAre;
using Texts = std::vector<std::string_view>;

constexpr StandardKey kKeys[] = {
    {.field = FlowField::SourceVm, .key = "shost", .max_bytes = 5},
    {.field = FlowField::SourceIp, .key = "src", .type = ValueType::Ipv4},
    {.field = FlowField::SourceIp, .key = "c6a2", .type = ValueType::Ipv6},
};

std::string standard_text(const StandardKey& key) {
  return ' ' + std::string(key.key) + '=';
}

void write_own_text(std::string& text, std::string_view name, std::optional<FlowField> field) {
  text = field ? " our-" : " mark-";
  text.append(name).append("=");
}

class KeyedFieldsTest : public ::testing::Test {
 protected:
  static RecordField field(FlowField which, const Texts& texts) {
    RecordField field;
    field.field = which;
    field.name = info_of(which).name;
    field.value = texts;
    if (texts.size() > 1) field.role = TextRole::ListItem;
    return field;
  }
  std::string written() { return std::string(writer_.text()); }
  std::string written(const RecordField& field) {
    writer_.rewind(0);
    fields_.write(writer_, field);
    return written();
  }

  std::array<char, 256> buffer_{};
  LineWriter writer_{buffer_};
  KeyedFields fields_{kKeys, standard_text, write_own_text, ValueWriter::with_blanks_for("|")};
};

TEST_F(KeyedFieldsTest, HaveKeysByTheTypeAndTheSizeOfTheValue) {
  const Texts v4{"192.0.2.1"}, v6{"2001:db8::1"}, name{"web|1"}, long_name{"web-01"};
  const Texts list{"a", "b\n", ""}, long_list{"ab", "cde"};
  EXPECT_EQ(written(field(FlowField::SourceIp, v4)), " src=192.0.2.1");
  EXPECT_EQ(written(field(FlowField::SourceIp, v6)), " c6a2=2001:db8::1");
  EXPECT_EQ(written(field(FlowField::SourceIp, name)), " our-src_ip=web 1");
  EXPECT_EQ(written(field(FlowField::SourceVm, name)), " shost=web 1");
  EXPECT_EQ(written(field(FlowField::SourceVm, long_name)), " our-src_vm=web-01");
  EXPECT_EQ(written(field(FlowField::SourceVm, list)), " shost=a,b");
  EXPECT_EQ(written(field(FlowField::SourceVm, long_list)), " our-src_vm=ab,cde");
  EXPECT_EQ(written(field(FlowField::RuleId, name)), " our-rule_id=web 1");
  EXPECT_EQ(written(mark(kTruncatedMark)), " mark-truncated=1");
}

TEST_F(KeyedFieldsTest, AreLeftOutIfTheyAreEmptyOnceTheyAreCleaned) {
  const Texts nothing{" \n"};
  EXPECT_EQ(written(field(FlowField::SourceVm, nothing)), "");
}

TEST_F(KeyedFieldsTest, AreSortedIntoThoseWithAStandardKeyAndAllOthers) {
  const Texts address{"192.0.2.1"}, name{"web"}, rule{"7"};
  const RecordField record[] = {field(FlowField::RuleId, rule), field(FlowField::SourceIp, address),
                                field(FlowField::SourceVm, name), mark(kPartialMark)};
  fields_.sort(record);
  EXPECT_THAT(fields_.found(), ElementsAre(&record[2], &record[1], nullptr));
  EXPECT_THAT(fields_.others(), ElementsAre(&record[0], &record[3]));
  for (std::size_t i = 0; i < std::size(kKeys); ++i) fields_.write_found(writer_, i);
  for (const RecordField* const other : fields_.others()) fields_.write_other(writer_, *other);
  EXPECT_EQ(written(), " shost=web src=192.0.2.1 our-rule_id=7 mark-partial=1");
  fields_.sort({});
  EXPECT_THAT(fields_.found(), ElementsAre(nullptr, nullptr, nullptr));
}

TEST_F(KeyedFieldsTest, KnowTheProtocolThatIsNone) {
  const Texts other{"Other"}, tcp{"TCP"};
  EXPECT_TRUE(is_other_protocol(field(FlowField::Protocol, other)));
  EXPECT_FALSE(is_other_protocol(field(FlowField::Protocol, tcp)));
  EXPECT_FALSE(is_other_protocol(field(FlowField::RuleId, other)));
}

TEST(PascalCase, HasNoUnderscores) {
  std::string text = "x";
  append_pascal_case(text, "src_vlan_id");
  EXPECT_EQ(text, "xSrcVlanId");
}

}  // namespace
}  // namespace vrni2syslog
