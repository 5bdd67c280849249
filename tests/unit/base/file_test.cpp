#include "base/file.h"

#include "base/error.h"
#include "support/error_of.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  FileTest() {
    std::string pattern = (fs::temp_directory_path() / "vrni2syslog-file-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~FileTest() override { fs::remove_all(directory_); }

  fs::path directory_;
};

[[nodiscard]] std::optional<Fault> fault_of_reading(const fs::path& path, std::size_t max_bytes) {
  try {
    (void)read_file(path, max_bytes, Fault::Configuration);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos) << error.what();
    return error.fault();
  }
  return std::nullopt;
}

TEST_F(FileTest, WritesWhatIsReadBack) {
  const std::string content(100'000, 'x');
  write_file_atomically(directory_ / "state", content);
  EXPECT_EQ(read_file(directory_ / "state", 200'000, Fault::CannotWrite), content);
}

TEST_F(FileTest, ReplacesAFileAndLeavesNoTemporaryOne) {
  write_file_atomically(directory_ / "state", "old");
  write_file_atomically(directory_ / "state", "new");
  EXPECT_EQ(read_file(directory_ / "state", 100, Fault::CannotWrite), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()), 1);
}

TEST_F(FileTest, KeepsThePermissionsOfAFileThatItUpdates) {
  const fs::path path = directory_ / "report";
  update_file_atomically(path, "first");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0600));
  for (const unsigned mode : {0644U, 0640U, 0400U, 0666U}) {
    fs::permissions(path, fs::perms(mode));
    update_file_atomically(path, "again");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms(mode));
    EXPECT_EQ(read_file(path, 100, Fault::CannotWrite, FileTrust::Any), "again");
  }
}

TEST_F(FileTest, PublishesAFileForEveryUserWhateverTheUmaskIs) {
  const fs::path path = directory_ / "metrics";
  const mode_t before = ::umask(0077);
  publish_file_atomically(path, "first");
  ::umask(before);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0644));
  fs::permissions(path, fs::perms(0640));
  publish_file_atomically(path, "again");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0640)) << "which somebody has chosen";
}

TEST_F(FileTest, TakesNoPermissionsFromWhatALinkLeadsTo) {
  const fs::path target = directory_ / "target";
  write_file_atomically(target, "kept");
  fs::permissions(target, fs::perms(0666));
  fs::create_symlink(target, directory_ / "report");
  update_file_atomically(directory_ / "report", "new");
  EXPECT_EQ(fs::status(directory_ / "report").permissions(), fs::perms(0600));
  EXPECT_EQ(read_file(target, 100, Fault::CannotWrite, FileTrust::Any), "kept");
}

TEST_F(FileTest, KeepsTheOldFileWhereTheNewOneCannotTakeItsPlace) {
  fs::create_directory(directory_ / "state");
  fs::create_directory(directory_ / "state" / "not-empty");
  EXPECT_THROW(write_file_atomically(directory_ / "state", "new"), Error);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()), 1);
}

TEST_F(FileTest, ReportsADirectoryThatIsNotThere) {
  try {
    write_file_atomically(directory_ / "nowhere" / "state", "x");
    FAIL() << "written";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::CannotCreate);
  }
}

TEST_F(FileTest, CreatesAFileOnceForItsOwnerOnly) {
  EXPECT_TRUE(create_file_atomically(directory_ / "state", "first"));
  EXPECT_FALSE(create_file_atomically(directory_ / "state", "second"));
  EXPECT_EQ(read_file(directory_ / "state", 100, Fault::CannotWrite), "first");
  EXPECT_EQ(fs::status(directory_ / "state").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()), 1);
}

TEST_F(FileTest, RefusesAFileThatIsTooLong) {
  write_file_atomically(directory_ / "secret", "12345");
  EXPECT_EQ(fault_of_reading(directory_ / "secret", 5), std::nullopt);
  EXPECT_EQ(fault_of_reading(directory_ / "secret", 4), Fault::Configuration);
}

TEST_F(FileTest, ReadsWhatOthersCanWriteOnlyIfThatIsSaid) {
  const fs::path path = directory_ / "secret";
  write_file_atomically(path, "12345");
  fs::create_symlink(path, directory_ / "link");
  for (const mode_t mode : {0622U, 0602U, 0666U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    for (const fs::path& name : {path, directory_ / "link"}) {
      const Error error = error_of([&] { (void)read_file(name, 100, Fault::Configuration); });
      EXPECT_EQ(error.fault(), Fault::Configuration) << std::oct << mode;
      EXPECT_NE(std::string(error.what()).find("can be written by others"), std::string::npos);
      EXPECT_EQ(read_file(name, 100, Fault::Configuration, FileTrust::Any), "12345");
    }
  }
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  EXPECT_EQ(read_file(path, 100, Fault::Configuration), "12345");
}

TEST_F(FileTest, WaitsForAPipeAsLongAsItMay) {
  const fs::path path = directory_ / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto read = [&] {
    return read_file(path, 100, Fault::Configuration, FileTrust::OwnOnly,
                     {.time = std::chrono::milliseconds(20)});
  };
  const Error without_writer = error_of([&] { (void)read(); });
  EXPECT_EQ(without_writer.fault(), Fault::Configuration);
  EXPECT_NE(std::string(without_writer.what()).find("is it a pipe without a writer?"),
            std::string::npos);

  // A writer that does not come to the end.
  FileDescriptor writer(::open(path.c_str(), O_RDWR));
  ASSERT_EQ(::write(writer.get(), "12345", 5), 5);
  EXPECT_EQ(error_of([&] { (void)read(); }).fault(), Fault::Configuration);
}

TEST_F(FileTest, DoesNotAwaitAPipeOnceTheRunIsToEnd) {
  const fs::path path = directory_ / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  // Nothing was written yet, or a part.
  for (const bool has_begun : {false, true}) {
    const FileDescriptor writer(has_begun ? ::open(path.c_str(), O_RDWR) : -1);
    if (has_begun) {
      ASSERT_EQ(::write(writer.get(), "12345", 5), 5);
    }
    std::stop_source stop;
    stop.request_stop();
    const Error error = error_of([&] {
      (void)read_file(path, 100, Fault::Configuration, FileTrust::OwnOnly,
                      {.time = std::chrono::hours(1), .stop = stop.get_token()});
    });
    EXPECT_EQ(error.fault(), Fault::Interrupted) << has_begun;
  }
}

TEST_F(FileTest, ReadsAPipeToItsEnd) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const FileDescriptor reader(ends[0]);
  FileDescriptor writer(ends[1]);
  ASSERT_EQ(::write(writer.get(), "secret", 6), 6);
  writer.reset();
  const fs::path path = "/proc/self/fd/" + std::to_string(reader.get());
  EXPECT_EQ(read_file(path, 100, Fault::Configuration), "secret");
}

TEST_F(FileTest, ReportsAFileThatCannotBeRead) {
  EXPECT_EQ(fault_of_reading(directory_ / "nothing", 10), Fault::Configuration);
  EXPECT_EQ(fault_of_reading(directory_, 10), Fault::Configuration);
}

TEST(FileDescriptor, ClosesWhatItOwnsOnce) {
  FileDescriptor first(::open("/dev/null", O_RDONLY));
  const int number = first.get();
  FileDescriptor second(std::move(first));
  EXPECT_EQ(second.get(), number);
  second.reset();
  EXPECT_FALSE(second.is_open());
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

}  // namespace
}  // namespace vrni2syslog
