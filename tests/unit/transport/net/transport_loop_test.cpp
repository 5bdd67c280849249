#include "transport/net/transport_loop.h"

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <gtest/gtest.h>

#include <csignal>
#include <future>
#include <pthread.h>
#include <thread>

namespace vrni2syslog {
namespace {

TEST(TransportLoop, RunsWhatIsPostedInOneThreadOfItsOwn) {
  TransportLoop loop;
  std::promise<std::thread::id> first;
  std::promise<std::thread::id> second;
  asio::post(loop.context(), [&] { first.set_value(std::this_thread::get_id()); });
  const std::thread::id id = first.get_future().get();
  asio::post(loop.context(), [&] { second.set_value(std::this_thread::get_id()); });
  EXPECT_NE(id, std::this_thread::get_id());
  EXPECT_EQ(second.get_future().get(), id);
}

TEST(TransportLoop, LeavesSignalsToOtherThreads) {
  TransportLoop loop;
  std::promise<bool> is_blocked;
  asio::post(loop.context(), [&] {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    is_blocked.set_value(sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGINT) == 1 &&
                         sigismember(&mask, SIGPIPE) == 1);
  });
  EXPECT_TRUE(is_blocked.get_future().get());
  sigset_t own;
  pthread_sigmask(SIG_SETMASK, nullptr, &own);
  EXPECT_EQ(sigismember(&own, SIGTERM), 0);
}

}  // namespace
}  // namespace vrni2syslog
