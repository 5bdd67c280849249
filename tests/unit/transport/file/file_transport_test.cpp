#include "transport/file/file_transport.h"

#include "collector_fixture.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class FileCollector : public CollectorFixture {
 protected:
  std::string address(const std::string& name) const {
    return "file://" + (directory_.path() / name).string();
  }
  /// Waits until the session's thread has written so much.
  void wait_for_size(const std::string& name, std::uintmax_t size) const {
    while (std::filesystem::file_size(directory_.path() / name) < size) std::this_thread::yield();
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

/// What others do to a file while an epoch is written to it, and what the receipt says.
struct Interference {
  const char* name = "";
  std::function<void(const TemporaryDirectory& directory)> action;
  const char* detail = "";
};

class FileInterference : public FileCollector, public testing::WithParamInterface<Interference> {};

TEST_P(FileInterference, MakesTheEpochFailAndTheNextOneGoesToTheFileOfThatName) {
  directory_.write("log", "before\n");
  const auto target = collector(address("log"));
  target->open();
  target->send(batch({"one", "two"}));
  wait_for_size("log", sizeof "before\none\ntwo\n" - 1);
  GetParam().action(directory_);
  const Receipt receipt = target->wait_for_receipt();
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr(GetParam().detail));

  target->open();
  target->send(batch({"one", "two"}));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  EXPECT_THAT(directory_.read("log"), testing::EndsWith("one\ntwo\n"));
}

void resize(const TemporaryDirectory& directory, std::uintmax_t size) {
  std::filesystem::resize_file(directory.path() / "log", size);
}

void rename_to(const TemporaryDirectory& directory, const char* name) {
  std::filesystem::rename(directory.path() / "log", directory.path() / name);
}

INSTANTIATE_TEST_SUITE_P(
    All, FileInterference,
    testing::Values(Interference{.name = "Removed",
                                 .action =
                                     [](const auto& directory) {
                                       std::filesystem::remove(directory.path() / "log");
                                     },
                                 .detail = "renamed, removed or replaced"},
                    Interference{
                        .name = "Renamed",
                        .action = [](const auto& directory) { rename_to(directory, "log.1"); },
                        .detail = "renamed, removed or replaced"},
                    Interference{.name = "RenamedAndMadeAnew",
                                 .action =
                                     [](const auto& directory) {
                                       rename_to(directory, "log.1");
                                       directory.write("log", "");
                                     },
                                 .detail = "renamed, removed or replaced"},
                    Interference{.name = "ReplacedByACopy",
                                 .action =
                                     [](const auto& directory) {
                                       directory.write("copy", directory.read("log"));
                                       std::filesystem::rename(directory.path() / "copy",
                                                               directory.path() / "log");
                                     },
                                 .detail = "renamed, removed or replaced"},
                    Interference{.name = "RemovedThoughAnotherLinkIsLeft",
                                 .action =
                                     [](const auto& directory) {
                                       std::filesystem::create_hard_link(directory.path() / "log",
                                                                         directory.path() / "link");
                                       std::filesystem::remove(directory.path() / "log");
                                     },
                                 .detail = "renamed, removed or replaced"},
                    Interference{.name = "Emptied",
                                 .action = [](const auto& directory) { resize(directory, 0); },
                                 .detail = "was cut"},
                    Interference{.name = "CutByAByte",
                                 .action =
                                     [](const auto& directory) {
                                       resize(directory, sizeof "before\none\ntwo\n" - 2);
                                     },
                                 .detail = "was cut"}),
    [](const auto& row) { return row.param.name; });

TEST_F(FileCollector, IsNotConfirmedIfItWasCutBetweenTwoWrites) {
  const auto target = collector(address("log"));
  target->open();
  target->send(batch({"one", "two"}));
  wait_for_size("log", 8);
  std::filesystem::resize_file(directory_.path() / "log", 0);
  target->send(batch({"a line that makes the file longer than it was before"}));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Failed);
}

TEST_F(FileCollector, TakesTheFileThatHasTheNameWhenTheFirstLineComes) {
  directory_.write("log", "before\n");
  const auto target = collector(address("log"));
  target->open();
  rename_to(directory_, "log.1");
  target->send(batch({"one"}));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  EXPECT_EQ(directory_.read("log"), "one\n");
  EXPECT_EQ(directory_.read("log.1"), "before\n");
}

TEST_F(FileCollector, MayBeCutBeforeTheFirstLineComes) {
  // The second one ends in the middle of a line, which is ended only if it is still there.
  for (const std::string_view before : {"before\n", "befo"}) {
    SCOPED_TRACE(before);
    directory_.write("log", before);
    const auto target = collector(address("log"));
    target->open();
    std::filesystem::resize_file(directory_.path() / "log", 0);
    target->send(batch({"one"}));
    const Receipt receipt = target->wait_for_receipt();
    EXPECT_EQ(receipt.verdict, Verdict::Consumed);
    EXPECT_EQ(receipt.detail, "");
    EXPECT_EQ(directory_.read("log"), "one\n");
  }
}

TEST_F(FileCollector, MayBeCutIfNoLineComes) {
  directory_.write("log", "befo");
  const auto target = collector(address("log"));
  target->open();
  std::filesystem::resize_file(directory_.path() / "log", 0);
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  EXPECT_EQ(directory_.read("log"), "");
}

TEST_F(FileCollector, MayGrowByOthers) {
  const auto target = collector(address("log"));
  target->open();
  target->send(batch({"one"}));
  wait_for_size("log", 4);
  std::ofstream(directory_.path() / "log", std::ios::app) << "of another program\n";
  target->send(batch({"two"}));
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Consumed);
  EXPECT_EQ(directory_.read("log"), "one\nof another program\ntwo\n");
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
