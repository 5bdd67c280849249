#include "vrni/metrics/counter_sum.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace vrni2syslog {
namespace {

/// The sum of points; nullopt if it is not known.
[[nodiscard]] std::optional<std::uint64_t> sum_of(const std::vector<std::string_view>& values) {
  CounterSum sum;
  for (const std::string_view value : values) EXPECT_TRUE(sum.add(value)) << value;
  return sum.is_known() ? std::optional(sum.total()) : std::nullopt;
}

TEST(CounterSum, AddsUpNumbersHoweverTheyAreWritten) {
  struct Row {
    std::vector<std::string_view> values;
    std::optional<std::uint64_t> total;
  };
  for (const auto& [values, total] : std::vector<Row>{
           {{}, std::nullopt},
           {{"0"}, 0},
           {{"0", "0.0"}, 0},
           {{"1", "2"}, 3},
           {{"1.2E3"}, 1200},
           {{"1.2345678E7", "1e0"}, 12345679},
           {{"120.0", "5"}, 125},
           {{"2.4"}, 2},
           {{"2.5"}, 3},
           {{"0.4", "0.4", "0.4"}, 1},
           {{"9007199254740993"}, 9007199254740993},  // one more than a double can tell
           {{"9007199254740993", "1"}, 9007199254740994},
           {{"9223372036854775807"}, 9223372036854775807},
       }) {
    EXPECT_EQ(sum_of(values), total);
  }
}

TEST(CounterSum, PassesOverWhatMeansNoData) {
  EXPECT_EQ(sum_of({"-1"}), std::nullopt);
  EXPECT_EQ(sum_of({"-1", "-1.0", "-0.5", "-1E300", "NaN", "nan"}), std::nullopt);
  EXPECT_EQ(sum_of({"-1", "7", "-1", "0"}), 7U);
}

TEST(CounterSum, RefusesWhatIsNoNumber) {
  for (const std::string_view value :
       {"", " 1", "1 ", "0x10", "true", "12abc", "inf", "Infinity", "1e400", "1e19", "1,5",
        "9223372036854775808", "99999999999999999999999"}) {
    CounterSum sum;
    EXPECT_FALSE(sum.add(value)) << value;
    EXPECT_FALSE(sum.is_known()) << value;
  }
}

TEST(CounterSum, IsUnknownOnceItIsTooLarge) {
  CounterSum sum;
  EXPECT_TRUE(sum.add("9223372036854775807"));
  EXPECT_TRUE(sum.add("1"));
  EXPECT_FALSE(sum.is_known());
  CounterSum other;
  EXPECT_TRUE(other.add("1"));
  other.add(sum);
  EXPECT_FALSE(other.is_known());
}

TEST(CounterSum, AddsUpSums) {
  CounterSum sum;
  sum.add(CounterSum());
  EXPECT_FALSE(sum.is_known());
  CounterSum half;
  EXPECT_TRUE(half.add("1.5"));
  sum.add(half);
  sum.add(half);
  EXPECT_EQ(sum.total(), 3U);
}

}  // namespace
}  // namespace vrni2syslog
