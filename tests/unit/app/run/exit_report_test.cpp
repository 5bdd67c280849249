#include "app/run/exit_report.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <new>
#include <system_error>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class ExitReport : public testing::Test {
 protected:
  template <typename Failure>
  [[nodiscard]] ExitStatus report(const Failure& failure, int signal = 0) {
    return report_failure(std::make_exception_ptr(failure), signal, log_);
  }

  std::string text_;
  Log log_{LogLevel::Warning, LogFormat::Text, [this](std::string_view line) { text_ += line; }};
};

TEST_F(ExitReport, EndsWithTheStatusOfTheError) {
  for (const Fault fault :
       {Fault::Usage, Fault::Data, Fault::Unreachable, Fault::CannotCreate, Fault::CannotWrite,
        Fault::Unconfirmed, Fault::LoginRefused, Fault::Configuration}) {
    text_.clear();
    EXPECT_EQ(report(Error(fault, "what happened")), exit_status_of(fault));
    EXPECT_EQ(text_, "vrni2syslog: error: what happened (exit code " +
                         std::to_string(static_cast<int>(exit_status_of(fault))) + ")\n");
  }
}

TEST_F(ExitReport, NamesTheJob) {
  EXPECT_EQ(
      report_failure(std::make_exception_ptr(Error(Fault::Unreachable, "gone")), 0, log_, "main"),
      ExitStatus::Unavailable);
  EXPECT_EQ(text_, "vrni2syslog: error: gone (job main, exit code 69)\n");
}

TEST_F(ExitReport, CallsAnythingElseABug) {
  EXPECT_EQ(report(std::logic_error("index")), ExitStatus::Software);
  EXPECT_THAT(text_, HasSubstr("index; this is a bug"));
  EXPECT_EQ(report(42), ExitStatus::Software);
  EXPECT_EQ(report(std::system_error(std::make_error_code(std::errc::io_error))),
            ExitStatus::Software);
}

TEST_F(ExitReport, TellsWhatTheLimitsOfTheMachineLeaveTooLittleOf) {
  for (const std::errc error :
       {std::errc::too_many_files_open, std::errc::too_many_files_open_in_system,
        std::errc::resource_unavailable_try_again, std::errc::not_enough_memory}) {
    text_.clear();
    EXPECT_EQ(report(std::system_error(std::make_error_code(error), "epoll")),
              ExitStatus::TemporaryFailure);
    EXPECT_THAT(text_, HasSubstr("cannot go on: epoll"));
    EXPECT_THAT(text_, HasSubstr("ulimit"));
  }
  EXPECT_EQ(report(std::bad_alloc()), ExitStatus::TemporaryFailure);
  EXPECT_THAT(text_, HasSubstr("out of memory; raise the limits"));
}

TEST_F(ExitReport, IsNotConfirmedAfterASignalWhateverItBroke) {
  EXPECT_EQ(report(Error(Fault::Unreachable, "gone"), SIGTERM), ExitStatus::TemporaryFailure);
  EXPECT_EQ(text_, "vrni2syslog: error: stopped by SIGTERM: gone (exit code 75)\n");
}

}  // namespace
}  // namespace vrni2syslog
