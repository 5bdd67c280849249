#include "transport/file/file_transport.h"

#include "collector_fixture.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>

#include <sys/resource.h>
#include <sys/stat.h>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class FileCollector : public CollectorFixture {
 protected:
  std::string address(const std::string& name) const {
    return "file://" + (directory_.path() / name).string();
  }
  TemporaryDirectory directory_;
};

TEST_F(FileCollector, HasItsLinesOnDisk) {
  EXPECT_EQ(deliver(address("new"), {"one", "two"}).verdict, Verdict::Consumed);
  EXPECT_EQ(directory_.read("new"), "one\ntwo\n");
  EXPECT_EQ(peer_description_, (directory_.path() / "new").string());
  struct stat status {};
  ASSERT_EQ(::stat((directory_.path() / "new").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0137U, 0U) << "others may read it, or somebody execute it";
}

TEST_F(FileCollector, Appends) {
  directory_.write("old", "before\n");
  EXPECT_EQ(deliver(address("old"), {"one"}).verdict, Verdict::Consumed);
  EXPECT_EQ(directory_.read("old"), "before\none\n");
}

TEST_F(FileCollector, EndsALineThatACrashHasCut) {
  directory_.write("old", "cut off he");
  EXPECT_EQ(deliver(address("old"), {"one"}).verdict, Verdict::Consumed);
  EXPECT_EQ(directory_.read("old"), "cut off he\none\n");
}

TEST_F(FileCollector, FramesAsTold) {
  EXPECT_EQ(deliver(address("octets") + "?framing=octet", {"one"}).verdict, Verdict::Consumed);
  EXPECT_EQ(directory_.read("octets"), "3 one");
}

TEST_F(FileCollector, NamesThePathThatItCannotCreate) {
  const Error error = open_error(address("no/such/place"));
  EXPECT_EQ(error.fault(), Fault::CannotCreate);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("no/such/place"), HasSubstr("No such file")));
}

TEST_F(FileCollector, RefusesWhatIsNoRegularFile) {
  ASSERT_EQ(::mkfifo((directory_.path() / "pipe").c_str(), 0600), 0);
  for (const std::string& target : {address("pipe"), std::string("file:///dev/full")}) {
    const Error error = open_error(target);
    EXPECT_EQ(error.fault(), Fault::CannotCreate) << target;
    EXPECT_THAT(error.what(), HasSubstr("not a regular file"));
  }
}

TEST_F(FileCollector, TellsThatItCannotWrite) {
  const auto target = collector(address("limited"));
  target->open();
  struct rlimit_guard {
    rlimit before{};
    rlimit_guard() {
      ::getrlimit(RLIMIT_FSIZE, &before);
      rlimit limit = before;
      limit.rlim_cur = 1000;
      ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~rlimit_guard() { ::setrlimit(RLIMIT_FSIZE, &before); }
  } guard;
  const Error error = error_of([&] {
    target->send(bulk(10));
    (void)target->wait_for_receipt();
  });
  EXPECT_EQ(error.fault(), Fault::CannotWrite);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("limited"), HasSubstr("File too large")));
}

}  // namespace
}  // namespace vrni2syslog
