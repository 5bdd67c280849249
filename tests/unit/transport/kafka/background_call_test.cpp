#include "transport/kafka/background_call.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <thread>

namespace vrni2syslog {
namespace {

TEST(BackgroundCall, RunsOnAThreadOfItsOwnAndFreesWhatItHolds) {
  std::promise<void> freed;
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): the deleter tells when it is freed.
  std::shared_ptr<int> watched(new int(0), [&freed](int* number) {
    delete number;
    freed.set_value();
  });
  std::promise<std::thread::id> ran_on;
  run_in_background([&ran_on, watched] { ran_on.set_value(std::this_thread::get_id()); });
  watched.reset();
  EXPECT_NE(ran_on.get_future().get(), std::this_thread::get_id());
  freed.get_future().get();
}

}  // namespace
}  // namespace vrni2syslog
