#include "transport/contract/receipt.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(Unconfirmed, SaysWhatHappenedWhatItMeansAndWhatToDo) {
  const Error error = unconfirmed("tcp://h:514", "the collector reset the connection");
  EXPECT_EQ(error.fault(), Fault::Unconfirmed);
  EXPECT_STREQ(error.what(),
               "collector tcp://h:514: delivery is not confirmed: the collector reset the "
               "connection; none of these lines counts as delivered, so run it again");
}

}  // namespace
}  // namespace vrni2syslog
