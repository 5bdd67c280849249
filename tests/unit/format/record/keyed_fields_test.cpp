#include "format/record/keyed_fields.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using Texts = std::vector<std::string_view>;

constexpr StandardKey kStandard[] = {
    {.field = FlowField::SourceIp, .key = "src", .type = ValueType::Ipv4},
    {.field = FlowField::SourceVm, .key = "shost"},
};

std::string standard_text(const StandardKey& key) {
  return ' ' + std::string(key.key) + '=';
}

std::string own_text(std::string_view name, std::optional<FlowField> field) {
  return (field ? " our" : " mark") + ('-' + std::string(name)) + '=';
}

class KeyedFieldsTest : public ::testing::Test {
 protected:
  static RecordField field(FlowField which, const Texts& texts) {
    RecordField field;
    field.field = which;
    field.name = info_of(which).name;
    field.value = texts;
    return field;
  }
  std::string written() { return std::string(writer_.text()); }

  std::array<char, 256> buffer_{};
  LineWriter writer_{buffer_};
  KeyedFields fields_{kStandard, standard_text, own_text, ValueWriter::with_blanks_for("|")};
};

TEST_F(KeyedFieldsTest, AreWrittenUnderTheirStandardKeysOrOnesOfOurs) {
  const Texts address{"192.0.2.1"}, name{"not|an address"};
  fields_.write(writer_, field(FlowField::SourceIp, address));
  fields_.write(writer_, field(FlowField::SourceIp, name));
  fields_.write(writer_, field(FlowField::RuleId, address));
  fields_.write(writer_, mark(kTruncatedMark));
  EXPECT_EQ(written(),
            " src=192.0.2.1 our-src_ip=not an address our-rule_id=192.0.2.1 mark-truncated=1");
}

TEST_F(KeyedFieldsTest, LeaveOutWhatIsEmptyOnceItIsCleaned) {
  const Texts nothing{" \n"}, name{"web"};
  fields_.write(writer_, field(FlowField::SourceVm, nothing));
  fields_.write(writer_, field(FlowField::SourceVm, name));
  EXPECT_EQ(written(), " shost=web");
}

TEST_F(KeyedFieldsTest, AreWrittenInTheOrderOfTheStandard) {
  const Texts address{"192.0.2.1"}, name{"web"}, rule{"7"};
  const RecordField record[] = {field(FlowField::RuleId, rule), field(FlowField::SourceVm, name),
                                field(FlowField::SourceIp, address)};
  fields_.sort(record);
  for (std::size_t i = 0; i < std::size(kStandard); ++i) fields_.write_found(writer_, i);
  for (const RecordField* const other : fields_.others()) fields_.write_other(writer_, *other);
  EXPECT_EQ(written(), " src=192.0.2.1 shost=web our-rule_id=7");
}

}  // namespace
}  // namespace vrni2syslog
