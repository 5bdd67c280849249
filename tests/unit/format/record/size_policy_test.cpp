#include "format/record/size_policy.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace vrni2syslog {
namespace {

enum class Kind { Optional, Essential, Own };

/// Describes a line; every field has an overhead of 10.
class Line {
 public:
  explicit Line(std::size_t message) { sizes.message = message; }

  Line& field(Kind kind, std::initializer_list<std::size_t> texts) {
    sizes.fields.push_back({.overhead = 10,
                            .first_text = sizes.texts.size(),
                            .text_count = texts.size(),
                            .is_essential = kind != Kind::Optional,
                            .is_fixed_size = kind == Kind::Own});
    sizes.texts.insert(sizes.texts.end(), texts);
    return *this;
  }
  Line& shorten_to(std::size_t max_bytes) {
    shorten(sizes, max_bytes);
    return *this;
  }
  /// What is left of each text, 0 if it is left out.
  [[nodiscard]] const std::vector<std::size_t>& texts() const { return sizes.texts; }
  /// Bytes of the whole line as it is planned.
  [[nodiscard]] std::size_t total() const {
    std::size_t total = sizes.fixed + sizes.message;
    for (const SizedField& field : sizes.fields) {
      std::size_t kept = 0;
      for (std::size_t i = field.first_text; i < field.first_text + field.text_count; ++i) {
        if (sizes.texts[i] != 0) ++kept;
        total += sizes.texts[i];
      }
      if (kept != 0) total += field.overhead + (kept - 1) * sizes.separator;
    }
    return total;
  }

  LineSizes sizes = with_fixed_part(100);

 private:
  static LineSizes with_fixed_part(std::size_t bytes) {
    LineSizes sizes;
    sizes.fixed = bytes;
    return sizes;
  }
};

using Texts = std::vector<std::size_t>;

TEST(SizePolicy, LeavesALineThatFitsExactly) {
  Line line(50);
  line.field(Kind::Essential, {20}).field(Kind::Optional, {5, 5, 5}).field(Kind::Own, {20});
  EXPECT_EQ(line.total(), 100U + 50 + 30 + (10 + 15 + 2) + 30);
  line.shorten_to(237);
  EXPECT_EQ(line.texts(), (Texts{20, 5, 5, 5, 20}));
  EXPECT_EQ(line.sizes.message, 50U);
}

TEST(SizePolicy, TakesTheLastItemOfTheLongestListFirst) {
  Line line(50);
  line.field(Kind::Optional, {20, 20, 20})
      .field(Kind::Optional, {10, 10})
      .field(Kind::Optional, {60});
  const std::size_t total = line.total();
  line.shorten_to(total - 1);
  EXPECT_EQ(line.texts(), (Texts{20, 20, 0, 10, 10, 60}));
}

TEST(SizePolicy, TurnsToAnotherListOnceItIsTheLongest) {
  Line line(50);
  line.field(Kind::Optional, {20, 20, 20})
      .field(Kind::Optional, {15, 15, 15})
      .field(Kind::Optional, {10, 10});
  const std::size_t total = line.total();
  line.shorten_to(total - 30);
  EXPECT_EQ(line.texts(), (Texts{20, 20, 0, 15, 15, 0, 10, 10}));
}

TEST(SizePolicy, LeavesEveryListOneItemBeforeItDropsAField) {
  Line line(50);
  line.field(Kind::Essential, {20}).field(Kind::Optional, {20, 20, 20}).field(Kind::Optional, {20});
  line.shorten_to(100 + 50 + 30 + 30 + 30);
  EXPECT_EQ(line.texts(), (Texts{20, 20, 0, 0, 20}));
  line.shorten_to(100 + 50 + 30 + 30 + 29);
  EXPECT_EQ(line.texts(), (Texts{20, 20, 0, 0, 0}));
}

TEST(SizePolicy, DropsOptionalFieldsFromTheLastToTheFirst) {
  Line line(50);
  line.field(Kind::Optional, {20})
      .field(Kind::Optional, {1})
      .field(Kind::Essential, {20})
      .field(Kind::Optional, {1});
  line.shorten_to(100 + 50 + 30 + 30);
  EXPECT_EQ(line.texts(), (Texts{20, 0, 20, 0}));
}

TEST(SizePolicy, DropsAnOverlongOptionalTextBeforeAnythingElse) {
  Line line(50);
  line.field(Kind::Optional, {70'000}).field(Kind::Optional, {20, 20}).field(Kind::Optional, {20});
  line.shorten_to(1000);
  EXPECT_EQ(line.texts(), (Texts{0, 20, 20, 20}));
  EXPECT_EQ(line.sizes.message, 50U);
}

TEST(SizePolicy, KeepsALongNameWhereAnItemOfAListWillDo) {
  Line line(300);
  line.field(Kind::Optional, {300}).field(Kind::Optional, {20, 20, 20});
  line.shorten_to(line.total() - 1);
  EXPECT_EQ(line.texts(), (Texts{300, 20, 20, 0}));
  EXPECT_EQ(line.sizes.message, 300U);
}

TEST(SizePolicy, TakesAnOverlongItemOutOfTheMiddleOfAList) {
  Line line(50);
  line.field(Kind::Optional, {20, 70'000, 30});
  line.shorten_to(1000);
  EXPECT_EQ(line.texts(), (Texts{20, 0, 30}));
  EXPECT_EQ(line.total(), 100U + 50 + 10 + 20 + 30 + 1);
}

TEST(SizePolicy, CutsAnOverlongEssentialValueToAQuarterOfTheLine) {
  Line line(50);
  line.field(Kind::Essential, {70'000}).field(Kind::Optional, {20});
  line.shorten_to(1000);
  EXPECT_EQ(line.texts(), (Texts{250, 20}));
}

TEST(SizePolicy, CutsAnItemOfAnEssentialListOnlyIfNoOtherIsLeft) {
  Line line(50);
  line.field(Kind::Essential, {70'000, 20, 70'000}).field(Kind::Essential, {60'000, 70'000});
  line.shorten_to(1000);
  EXPECT_EQ(line.texts(), (Texts{0, 20, 0, 250, 0}));
}

TEST(SizePolicy, CutsAnOverlongMessageToWhatTheFieldsLeave) {
  Line line(70'000);
  line.field(Kind::Essential, {20}).field(Kind::Optional, {20});
  line.shorten_to(1000);
  EXPECT_EQ(line.texts(), (Texts{20, 20}));
  EXPECT_EQ(line.sizes.message, 1000U - 100 - 60);
}

TEST(SizePolicy, CutsAMessageToAQuarterBeforeAFieldIsDropped) {
  Line line(70'000);
  line.field(Kind::Optional, {200}).field(Kind::Optional, {200}).field(Kind::Optional, {200});
  line.shorten_to(1000);
  EXPECT_EQ(line.sizes.message, 270U);
  line.shorten_to(900);
  EXPECT_EQ(line.texts(), (Texts{200, 200, 0}));
  EXPECT_EQ(line.sizes.message, 225U);
}

TEST(SizePolicy, CutsTheMessageFurtherOnceNoOptionalFieldIsLeft) {
  Line line(50);
  line.field(Kind::Essential, {20}).field(Kind::Optional, {20});
  line.shorten_to(100 + 30 + 40);
  EXPECT_EQ(line.texts(), (Texts{20, 0}));
  EXPECT_EQ(line.sizes.message, 40U);
}

TEST(SizePolicy, CutsTheLongestEssentialValuesToTheSameLengthAtLast) {
  Line line(60);
  line.field(Kind::Essential, {40})
      .field(Kind::Own, {45})
      .field(Kind::Essential, {10})
      .field(Kind::Essential, {30});
  line.shorten_to(100 + kMinMessageBytes + 40 + 45 + 10 + 20 + 21);
  EXPECT_EQ(line.sizes.message, kMinMessageBytes);
  EXPECT_EQ(line.texts(), (Texts{21, 45, 10, 20}));
  EXPECT_EQ(line.total(), 100U + kMinMessageBytes + 40 + 45 + 10 + 20 + 21);
}

TEST(SizePolicy, CutsAMessageThatIsTheWholeLine) {
  Line line(70'000);
  line.shorten_to(480);
  EXPECT_EQ(line.sizes.message, 380U);
}

TEST(SizePolicy, CutsAMessageToItsOwnLimitThoughTheLineFits) {
  Line line(70);
  line.sizes.max_message = 60;
  line.field(Kind::Optional, {20, 20});
  EXPECT_EQ(total_size(line.sizes), line.total());
  line.shorten_to(8000);
  EXPECT_EQ(line.sizes.message, 60U);
  EXPECT_EQ(line.texts(), (Texts{20, 20}));
  EXPECT_EQ(total_size(line.sizes), line.total());
}

TEST(SizePolicy, CountsWhatStandsBetweenTheItemsOfAList) {
  Line line(50);
  line.sizes.separator = 3;
  line.field(Kind::Optional, {20, 20, 20});
  EXPECT_EQ(line.total(), 100U + 50 + 10 + 60 + 6);
  line.shorten_to(100 + 50 + 10 + 40 + 3);
  EXPECT_EQ(line.texts(), (Texts{20, 20, 0}));
  line.shorten_to(100 + 50 + 10 + 40 + 2);
  EXPECT_EQ(line.texts(), (Texts{20, 0, 0}));
}

TEST(SizePolicy, ShortensAListOfAMillionItemsInReasonableTime) {
  Line line(50);
  line.field(Kind::Essential, {20}).field(Kind::Optional, {});
  line.sizes.fields.back().text_count = 1'000'000;
  line.sizes.texts.resize(line.sizes.texts.size() + 1'000'000, 10);
  line.shorten_to(1000);
  EXPECT_EQ(line.total(), 1000U - (1000 - 100 - 50 - 30 - 9) % 11);
}

}  // namespace
}  // namespace vrni2syslog
