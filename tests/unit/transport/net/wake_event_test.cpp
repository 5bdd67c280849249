#include "transport/net/wake_event.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(WakeEvent, IsRaisedUntilItIsCleared) {
  const FileDescriptor event = make_wake_event();
  EXPECT_FALSE(clear_wake_event(event.get()));
  raise_wake_event(event.get());
  raise_wake_event(event.get());
  EXPECT_TRUE(clear_wake_event(event.get()));
  EXPECT_FALSE(clear_wake_event(event.get()));
}

TEST(WakeEvent, IsRaisedByACopyAsWell) {
  const FileDescriptor event = make_wake_event();
  const FileDescriptor copy = copy_wake_event(event.get());
  raise_wake_event(copy.get());
  EXPECT_TRUE(clear_wake_event(event.get()));
}

}  // namespace
}  // namespace vrni2syslog
