#include "app/run/exit_status.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

struct StatusCase {
  Fault fault;
  int status;  // of sysexits.h, as the README has them
};

class ExitStatusOf : public testing::TestWithParam<StatusCase> {};

TEST_P(ExitStatusOf, FollowsFromTheFault) {
  EXPECT_EQ(static_cast<int>(exit_status_of(GetParam().fault)), GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ExitStatusOf,
    testing::Values(StatusCase{Fault::Usage, 64}, StatusCase{Fault::Data, 65},
                    StatusCase{Fault::Unreachable, 69}, StatusCase{Fault::Refused, 69},
                    StatusCase{Fault::Bug, 70}, StatusCase{Fault::CannotCreate, 73},
                    StatusCase{Fault::CannotWrite, 74}, StatusCase{Fault::OutputClosed, 74},
                    StatusCase{Fault::Unconfirmed, 75}, StatusCase{Fault::Interrupted, 75},
                    StatusCase{Fault::Busy, 75}, StatusCase{Fault::LoginRefused, 77},
                    StatusCase{Fault::Configuration, 78}));

}  // namespace
}  // namespace vrni2syslog
