#include "transport/cfapi/event_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using ::testing::ElementsAre;

constexpr IngestionFacts kSmall{.name = "small",
                                .max_body_bytes = 20,
                                .max_events = 3,
                                .body_start = "<",
                                .body_end = ">",
                                .session_path = "",
                                .token_header = "",
                                .login_remedy = ""};

TEST(EventBatch, MakesBodiesOfAnyOfItsEvents) {
  EventBatch batch(kSmall);
  EXPECT_EQ(batch.body(0, 0), "<>");
  for (const char* event : {"a", "bb", "c"}) batch.add(event);
  EXPECT_EQ(batch.size(), 3U);
  EXPECT_EQ(batch.event(1), "bb");
  EXPECT_EQ(batch.body(0, 3), "<a,bb,c>");
  EXPECT_EQ(batch.body(1, 2), "<bb,c>");
  EXPECT_EQ(batch.body(1, 1), "<bb>");
  batch.clear();
  EXPECT_EQ(batch.size(), 0U);
  EXPECT_EQ(batch.body(0, 0), "<>");
}

TEST(EventBatch, HasTheMostEventsThatTheApiTakes) {
  EventBatch batch(kSmall);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(batch.has_room_for("x"));
    batch.add("x");
  }
  EXPECT_FALSE(batch.has_room_for("x"));
}

TEST(EventBatch, HasTheMostBytesThatTheApiTakes) {
  EventBatch batch(kSmall);
  EXPECT_TRUE(batch.has_room_for("an event that is too large by itself"));
  batch.add("12345678");
  EXPECT_TRUE(batch.has_room_for("123456789"));
  EXPECT_FALSE(batch.has_room_for("1234567890"));
  batch.add("123456789");
  EXPECT_EQ(batch.body(0, 2).size(), kSmall.max_body_bytes);
}

/// What the requests of a batch are, if the collector refuses every one that has the event
/// `culprit`: "0+4" are the events 0 to 3, "r" stands for reduced.
std::vector<std::string> requests(std::size_t events, std::size_t culprit) {
  std::vector<std::string> made;
  Bisection bisection(events);
  while (const auto part = bisection.next()) {
    made.push_back((part->is_reduced ? "r" : "") + std::to_string(part->first) + "+" +
                   std::to_string(part->count));
    const bool has_culprit =
        part->first <= culprit && culprit < part->first + part->count && !part->is_reduced;
    if (!has_culprit) {
      bisection.accept();
    } else if (!bisection.refuse()) {
      break;
    }
  }
  return made;
}

TEST(Bisection, FindsTheOneEventThatIsRefused) {
  EXPECT_THAT(requests(0, 0), ElementsAre());
  EXPECT_THAT(requests(1, 9), ElementsAre("0+1"));
  EXPECT_THAT(requests(1, 0), ElementsAre("0+1", "r0+1"));
  EXPECT_THAT(requests(5, 2), ElementsAre("0+5", "0+2", "2+3", "2+1", "r2+1", "3+2"));
  EXPECT_THAT(requests(4, 0), ElementsAre("0+4", "0+2", "0+1", "r0+1", "1+1", "2+2"));
}

TEST(Bisection, SendsEveryEventOnceWhereverTheCulpritIs) {
  for (std::size_t culprit = 0; culprit < 13; ++culprit) {
    Bisection bisection(13);
    std::vector<int> accepted(13);
    while (const auto part = bisection.next()) {
      const bool has_culprit = part->first <= culprit && culprit < part->first + part->count;
      if (has_culprit && !part->is_reduced) {
        ASSERT_TRUE(bisection.refuse());
        continue;
      }
      for (std::size_t i = part->first; i < part->first + part->count; ++i) ++accepted[i];
      bisection.accept();
    }
    EXPECT_THAT(accepted, ::testing::Each(1)) << culprit;
  }
}

TEST(Bisection, HasNoOtherWayForAReducedEvent) {
  Bisection bisection(1);
  EXPECT_TRUE(bisection.refuse());
  EXPECT_TRUE(bisection.next()->is_reduced);
  EXPECT_FALSE(bisection.refuse());
}

}  // namespace
}  // namespace vrni2syslog
