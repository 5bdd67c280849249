#include "base/verdict.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(Verdict, IsFoundByItsName) {
  for (const Verdict verdict : kAllVerdicts) EXPECT_EQ(find_verdict(name_of(verdict)), verdict);
  EXPECT_STREQ(name_of(Verdict::Consumed), "consumed");
}

TEST(Verdict, IsNotFoundByAnotherText) {
  for (const char* text : {"", "Consumed", "consumed ", "ack"})
    EXPECT_EQ(find_verdict(text), std::nullopt) << text;
}

TEST(Verdict, IsOrderedFromTheLeastToTheMost) {
  EXPECT_LT(Verdict::Failed, Verdict::Written);
  EXPECT_LT(Verdict::Written, Verdict::Acked);
  EXPECT_LT(Verdict::Acked, Verdict::Consumed);
}

}  // namespace
}  // namespace vrni2syslog
