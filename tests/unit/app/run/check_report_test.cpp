#include "app/run/check_report.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

class CheckReportTest : public testing::Test {
 protected:
  std::string text_;
  CheckReport report_{[this](std::string_view line) { text_ += line; }};
};

TEST_F(CheckReportTest, WritesOneLineAStep) {
  EXPECT_TRUE(report_.step("login", [] { return std::string("admin@local"); }));
  report_.skipped("search", "it needs\nthe login");
  EXPECT_EQ(text_, "ok      login: admin@local\nskipped search: it needs the login\n");
  EXPECT_EQ(report_.exit_status(), ExitStatus::Ok);
}

TEST_F(CheckReportTest, EndsWithTheStatusOfTheFirstFailure) {
  EXPECT_FALSE(
      report_.step("login", []() -> std::string { throw Error(Fault::LoginRefused, "refused"); }));
  report_.failed("open", "unreachable", Fault::Unreachable);
  report_.passed("close", "consumed");
  EXPECT_EQ(text_, "FAILED  login: refused\nFAILED  open: unreachable\nok      close: consumed\n");
  EXPECT_EQ(report_.exit_status(), exit_status_of(Fault::LoginRefused));
}

TEST_F(CheckReportTest, DoesNotHideABug) {
  EXPECT_THROW(report_.step("x", []() -> std::string { throw std::logic_error("bug"); }),
               std::logic_error);
}

}  // namespace
}  // namespace vrni2syslog
