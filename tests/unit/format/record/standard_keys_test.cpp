#include "format/record/standard_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using ::testing::ElementsAre;

constexpr StandardKey kKeys[] = {
    {.field = FlowField::SourceVm, .key = "shost", .max_bytes = 5},
    {.field = FlowField::SourceIp, .key = "src", .type = ValueType::Ipv4},
    {.field = FlowField::SourceIp, .key = "c6a2", .type = ValueType::Ipv6},
};

class StandardKeysTest : public ::testing::Test {
 protected:
  RecordField field(FlowField which, const std::vector<std::string_view>& texts) {
    RecordField field;
    field.field = which;
    field.name = info_of(which).name;
    field.value = texts;
    if (texts.size() > 1) field.role = TextRole::ListItem;
    return field;
  }
  std::string_view key_of(const RecordField& field) {
    const StandardKey* const key = keys_.key_for(field);
    return key == nullptr ? "none" : key->key;
  }

  StandardKeys keys_{kKeys};
};

TEST_F(StandardKeysTest, FollowFromTheTypeAndTheSizeOfAValue) {
  const std::vector<std::string_view> v4{"192.0.2.1"}, v6{"2001:db8::1"}, name{"web-1"};
  const std::vector<std::string_view> long_name{"web-01"}, list{"a", "b\n", ""},
      long_list{"ab", "cde"};
  EXPECT_EQ(key_of(field(FlowField::SourceIp, v4)), "src");
  EXPECT_EQ(key_of(field(FlowField::SourceIp, v6)), "c6a2");
  EXPECT_EQ(key_of(field(FlowField::SourceIp, name)), "none");
  EXPECT_EQ(key_of(field(FlowField::SourceVm, name)), "shost");
  EXPECT_EQ(key_of(field(FlowField::SourceVm, long_name)), "none");
  EXPECT_EQ(key_of(field(FlowField::SourceVm, list)), "shost");
  EXPECT_EQ(key_of(field(FlowField::SourceVm, long_list)), "none");
  EXPECT_EQ(key_of(field(FlowField::RuleId, name)), "none");
  EXPECT_EQ(key_of(mark(kTruncatedMark)), "none");
}

TEST_F(StandardKeysTest, SortTheFieldsOfARecord) {
  const std::vector<std::string_view> address{"192.0.2.1"}, name{"web"}, rule{"7"};
  const RecordField fields[] = {field(FlowField::RuleId, rule), field(FlowField::SourceIp, address),
                                field(FlowField::SourceVm, name), mark(kPartialMark)};
  keys_.sort(fields);
  EXPECT_THAT(keys_.found(), ElementsAre(&fields[2], &fields[1], nullptr));
  EXPECT_THAT(keys_.others(), ElementsAre(&fields[0], &fields[3]));
  keys_.sort({});
  EXPECT_THAT(keys_.found(), ElementsAre(nullptr, nullptr, nullptr));
}

TEST_F(StandardKeysTest, KnowTheProtocolThatIsNone) {
  const std::vector<std::string_view> other{"Other"}, tcp{"TCP"};
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
