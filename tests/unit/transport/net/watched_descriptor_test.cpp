#include "transport/net/watched_descriptor.h"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <gtest/gtest.h>

#include <array>
#include <exception>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <utility>

namespace vrni2syslog {
namespace {

/// A watched end of a pipe and its other end.
class WatchedPipe : public testing::Test {
 protected:
  WatchedPipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reader_ = FileDescriptor(ends[0]);
    writer_ = FileDescriptor(ends[1]);
  }

  /// What a wait returns; nothing where it throws.
  std::optional<bool> wait(WatchedDescriptor& watched, Readiness wanted, SteadyTime until) {
    std::optional<bool> result;
    bool is_done = false;
    asio::co_spawn(loop_, watched.wait(wanted, until),
                   asio::bind_cancellation_slot(cancellation_.slot(),
                                                [&](std::exception_ptr error, bool is_ready) {
                                                  is_done = true;
                                                  if (!error) result = is_ready;
                                                }));
    // Not run(), which would also wait for directions that are still armed.
    loop_.restart();
    while (!is_done) loop_.run_one();
    return result;
  }

  asio::io_context loop_{1};
  asio::cancellation_signal cancellation_;
  FileDescriptor reader_;
  FileDescriptor writer_;
};

TEST_F(WatchedPipe, IsReadableWhenSomethingIsInIt) {
  ASSERT_EQ(::write(writer_.get(), "x", 1), 1);
  WatchedDescriptor watched(loop_, std::move(reader_));
  EXPECT_EQ(wait(watched, Readiness::Readable, SteadyTime::max()), true);
}

TEST_F(WatchedPipe, IsReadableWhenItsWriterHasGone) {
  writer_.reset();
  WatchedDescriptor watched(loop_, std::move(reader_));
  EXPECT_EQ(wait(watched, Readiness::Readable, SteadyTime::max()), true);
}

TEST_F(WatchedPipe, IsWritableWhenThereIsRoom) {
  WatchedDescriptor watched(loop_, std::move(writer_));
  EXPECT_EQ(wait(watched, Readiness::Writable, SteadyTime::max()), true);
  EXPECT_EQ(wait(watched, Readiness::Either, SteadyTime::max()), true);
}

TEST_F(WatchedPipe, WakesUpWhenItBecomesReadable) {
  WatchedDescriptor watched(loop_, std::move(reader_));
  asio::post(loop_, [this] { EXPECT_EQ(::write(writer_.get(), "x", 1), 1); });
  EXPECT_EQ(wait(watched, Readiness::Readable, SteadyTime::max()), true);
}

TEST_F(WatchedPipe, EndsTheWaitAtItsTime) {
  WatchedDescriptor watched(loop_, std::move(reader_));
  EXPECT_EQ(wait(watched, Readiness::Readable, SteadyTime::min()), false);
  const SteadyTime soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  EXPECT_EQ(wait(watched, Readiness::Readable, soon), false);
  EXPECT_GE(std::chrono::steady_clock::now(), soon);
}

TEST_F(WatchedPipe, EndsTheWaitByCancellation) {
  WatchedDescriptor watched(loop_, std::move(reader_));
  asio::post(loop_, [this] { cancellation_.emit(asio::cancellation_type::terminal); });
  EXPECT_EQ(wait(watched, Readiness::Readable, SteadyTime::max()), std::nullopt);
}

TEST_F(WatchedPipe, MakesItsOwnDescriptorNonBlocking) {
  WatchedDescriptor watched(loop_, std::move(reader_));
  EXPECT_NE(::fcntl(watched.get(), F_GETFL) & O_NONBLOCK, 0);
}

}  // namespace
}  // namespace vrni2syslog
