#include "delivery/checkpoint/kept_progress.h"

#include "support/error_of.h"
#include "unit/delivery/job_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kDigest(64, 'a');

[[nodiscard]] CollectorCheckpoint progress(int end, std::vector<TimeWindow> owed = {}) {
  CollectorCheckpoint collector;
  collector.watermark = hour(end);
  collector.owed = std::move(owed);
  collector.chain = {.last = kDigest, .key = "0123456789abcdef"};
  return collector;
}

TEST(KeptProgress, IsReadAsItWasWritten) {
  CollectorCheckpoint unchained = progress(3);
  unchained.chain = {.last = {}, .key = {}, .genesis = "set-watermark"};
  const CollectorCheckpoint cases[] = {
      progress(1), progress(9, {{hour(0), hour(1)}, {hour(4), hour(7)}}), unchained};
  for (const CollectorCheckpoint& collector : cases) {
    const KeptProgress kept =
        parse_kept_text("run=0123456789abcdef transaction=7 " + to_kept_text(collector));
    EXPECT_EQ(kept.collector, collector) << to_kept_text(collector);
    EXPECT_EQ(kept.unlisted_owed, 0U);
  }
}

TEST(KeptProgress, LeavesOutWindowsForWhichThereIsNoRoom) {
  CollectorCheckpoint collector = progress(2000);
  for (int i = 0; i < 1000; ++i) collector.owed.push_back({hour(i), hour(i + 1)});
  const std::string text = to_kept_text(collector);
  EXPECT_LE(text.size(), 3600U);
  const KeptProgress kept = parse_kept_text(text);
  EXPECT_EQ(kept.collector.owed.size() + kept.unlisted_owed, 1000U);
  EXPECT_EQ(kept.collector.owed.front(), collector.owed.front());
}

TEST(KeptProgress, IsNotReadIfAnotherHasWrittenIt) {
  for (const char* text :
       {"", "hello", "watermark=", "watermark=-1", "watermark=999999999999999", "chain=aa",
        "watermark=1 chain=xyz", "watermark=1 owed=5", "watermark=1 owed=5+0",
        "watermark=1 owed=a+b", "watermark=1 owed=5+10,6+10", "watermark=1 owed=5+10,",
        "watermark=1 unlisted=x", "watermark=1  run=a", "watermark=1 genesis=\"",
        "watermark=1 key=a\"b"}) {
    const Error error = error_of([&] { (void)parse_kept_text(text); });
    EXPECT_EQ(error.fault(), Fault::Configuration) << text;
    EXPECT_THAT(error.what(), HasSubstr("cannot be read")) << text;
  }
}

TEST(KeptProgress, IsAdoptedIfTheCollectorIsAhead) {
  CollectorCheckpoint stored = progress(2, {{hour(0), hour(1)}});
  stored.chain.last = std::string(64, 'b');
  EXPECT_EQ(adopt(stored, {progress(3, {{hour(2), hour(3)}}), 0}), KeptDifference::KeptIsAhead);
  EXPECT_EQ(stored, progress(3, {{hour(2), hour(3)}}));
  EXPECT_EQ(adopt(stored, {stored, 0}), KeptDifference::None);
}

TEST(KeptProgress, TellsWhichOwedWindowsWereSent) {
  CollectorCheckpoint stored = progress(5, {{hour(0), hour(1)}, {hour(2), hour(3)}});
  EXPECT_EQ(adopt(stored, {progress(5, {{hour(2), hour(3)}, {hour(3), hour(4)}}), 0}),
            KeptDifference::KeptIsAhead);
  EXPECT_THAT(stored.owed, ElementsAre(TimeWindow{hour(2), hour(3)}))
      << "one was sent, and another one given up";
}

TEST(KeptProgress, DoesNotTakeBackWhatTheStateIsOwed) {
  CollectorCheckpoint stored = progress(5, {{hour(4), hour(5)}});
  const CollectorCheckpoint before = stored;
  EXPECT_EQ(adopt(stored, {progress(4), 0}), KeptDifference::StoredIsAhead);
  EXPECT_EQ(stored, before);
}

TEST(KeptProgress, KeepsTheOwedWindowsOfTheStateIfNotAllAreListed) {
  CollectorCheckpoint stored = progress(5, {{hour(0), hour(1)}, {hour(4), hour(5)}});
  EXPECT_EQ(adopt(stored, {progress(6, {{hour(0), hour(1)}}), 1}), KeptDifference::KeptIsAhead);
  EXPECT_THAT(stored.owed, ElementsAre(TimeWindow{hour(0), hour(1)}, TimeWindow{hour(4), hour(5)}));
  CollectorCheckpoint lost = progress(0);
  EXPECT_EQ(adopt(lost, {progress(6, {{hour(0), hour(1)}}), 1}), KeptDifference::KeptIsAhead);
  EXPECT_THAT(lost.owed, ElementsAre(TimeWindow{hour(0), hour(1)}));
  EXPECT_THAT(progress(1).owed, IsEmpty());
}

}  // namespace
}  // namespace vrni2syslog
