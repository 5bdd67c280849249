#include "transport/file/standard_output_transport.h"

#include "base/error.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"
#include "test_server.h"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <gmock/gmock.h>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <future>
#include <unistd.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

/// A transport for standard output that writes to one end of a pipe.
class StandardOutput : public testing::Test {
 protected:
  StandardOutput() {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reader_ = FileDescriptor(ends[0]);
    writer_ = FileDescriptor(ends[1]);
  }

  static asio::awaitable<Receipt> deliver_lines(Transport& transport, const LineBatch& lines) {
    co_await transport.send(lines);
    co_return co_await transport.commit();
  }

  /// Writes all lines; throws what the transport throws.
  Receipt deliver(int descriptor, const LineBatch& lines) {
    asio::io_context loop(1);
    const std::unique_ptr<Transport> transport = make_output_transport(loop, descriptor);
    Receipt result;
    std::exception_ptr failure;
    asio::co_spawn(loop, deliver_lines(*transport, lines),
                   [&](std::exception_ptr error, const Receipt& receipt) {
                     failure = std::move(error);
                     result = receipt;
                   });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return result;
  }

  static LineBatch lines(int count) {
    LineBatch batch;
    for (int i = 0; i < count; ++i) {
      batch.buffer() += "line " + std::to_string(i);
      batch.end_line();
    }
    return batch;
  }

  FileDescriptor reader_;
  FileDescriptor writer_;
};

TEST_F(StandardOutput, GetsEachLineWithALineFeed) {
  EXPECT_EQ(deliver(writer_.get(), lines(2)).verdict, Verdict::Written);
  writer_.reset();
  EXPECT_EQ(read_until_eof(reader_.get()), "line 0\nline 1\n");
}

class StandardOutputOfManyLines : public StandardOutput,
                                  public testing::WithParamInterface<bool> {};

TEST_P(StandardOutputOfManyLines, WaitsForASlowReaderAndLeavesThePipeAsItWas) {
  const int flags = GetParam() ? O_NONBLOCK : 0;
  ASSERT_EQ(::fcntl(writer_.get(), F_SETFL, flags), 0);
  const LineBatch many = lines(50'000);
  auto reader = std::async(std::launch::async, [this] { return read_until_eof(reader_.get()); });
  EXPECT_EQ(deliver(writer_.get(), many).verdict, Verdict::Written);
  EXPECT_EQ(::fcntl(writer_.get(), F_GETFL) & O_NONBLOCK, flags);
  writer_.reset();
  std::string expected;
  for (std::size_t i = 0; i < many.line_count(); ++i) expected.append(many.line(i)) += '\n';
  EXPECT_TRUE(reader.get() == expected);
}

INSTANTIATE_TEST_SUITE_P(Pipes, StandardOutputOfManyLines, testing::Values(false, true),
                         [](const auto& row) { return row.param ? "NonBlocking" : "Blocking"; });

TEST_F(StandardOutput, FailsWithItsOwnFaultWhenTheReaderLeaves) {
  reader_.reset();
  const LineBatch two = lines(2);
  EXPECT_EQ(error_of([&] { (void)deliver(writer_.get(), two); }).fault(), Fault::OutputClosed);
}

TEST_F(StandardOutput, MayBeAFile) {
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.write("out", "");
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(deliver(file.get(), lines(2)).verdict, Verdict::Written);
  EXPECT_EQ(directory.read("out"), "line 0\nline 1\n");
}

TEST_F(StandardOutput, TellsThatTheDiskIsFull) {
  const FileDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const LineBatch two = lines(2);
  const Error error = error_of([&] { (void)deliver(full.get(), two); });
  EXPECT_EQ(error.fault(), Fault::CannotWrite);
  EXPECT_THAT(error.what(), HasSubstr("No space left"));
}

TEST_F(StandardOutput, TellsThatItIsClosed) {
  const LineBatch two = lines(2);
  const Error error = error_of([&] { (void)deliver(-1, two); });
  EXPECT_EQ(error.fault(), Fault::CannotWrite);
  EXPECT_THAT(error.what(), HasSubstr("Bad file descriptor"));
}

}  // namespace
}  // namespace vrni2syslog
