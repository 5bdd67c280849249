#include "base/fault.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(Fault, MayPassWhereNobodyHasToChangeAnything) {
  for (const Fault fault :
       {Fault::Unreachable, Fault::Unconfirmed, Fault::Interrupted, Fault::Busy}) {
    EXPECT_TRUE(may_pass(fault)) << static_cast<int>(fault);
  }
}

TEST(Fault, StaysWhereSomebodyHasToActFirst) {
  for (const Fault fault :
       {Fault::Usage, Fault::Configuration, Fault::Data, Fault::Refused, Fault::LoginRefused,
        Fault::CannotCreate, Fault::CannotWrite, Fault::Bug}) {
    EXPECT_FALSE(may_pass(fault)) << static_cast<int>(fault);
  }
}

TEST(Fault, IsOutOfReachWhetherThePeerIsSilentOrRefuses) {
  EXPECT_TRUE(is_out_of_reach(Fault::Unreachable));
  EXPECT_TRUE(is_out_of_reach(Fault::Refused));
  EXPECT_TRUE(is_out_of_reach(Fault::LoginRefused));
  EXPECT_FALSE(is_out_of_reach(Fault::Unconfirmed));
}

}  // namespace
}  // namespace vrni2syslog
