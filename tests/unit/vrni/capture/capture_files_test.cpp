#include "vrni/capture/capture_files.h"

#include "base/error.h"
#include "base/gzip.h"
#include "capture_fixture.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <sys/stat.h>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

[[nodiscard]] std::vector<std::string> files_of(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

[[nodiscard]] mode_t mode_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

[[nodiscard]] std::pair<Fault, std::string> failure_of_creating(const fs::path& directory) {
  try {
    CaptureWriter(directory, kAnyDescription);
  } catch (const Error& error) {
    return {error.fault(), error.what()};
  }
  return {Fault::Bug, ""};
}

TEST(CaptureWriter, WritesADescriptionAndOneFileForEachCall) {
  const TemporaryDirectory directory;
  write_capture(directory.path() / "capture",
                {call_of("/search", "{}", answer(200, "{}")),
                 call_of("/entities/fetch", "{}", answer(503, "busy"))});
  EXPECT_THAT(
      files_of(directory.path() / "capture"),
      ElementsAre("000001-search.json.gz", "000002-entities-fetch.json.gz", "capture.json"));
  EXPECT_THAT(gunzip(directory.read("capture/000002-entities-fetch.json.gz"), 1000),
              HasSubstr("\"answer\":\"busy\""));
  EXPECT_EQ(directory.read("capture/capture.json"), to_json(kAnyDescription));
}

TEST(CaptureWriter, LetsNobodyButTheOwnerIn) {
  const TemporaryDirectory directory;
  const mode_t umask_before = ::umask(0);
  fs::create_directory(directory.path() / "open");
  EXPECT_EQ(mode_of(directory.path() / "open"), 0777U);
  for (const char* name : {"new", "open"}) {
    const fs::path path = directory.path() / name;
    write_capture(path, {call_of("/search", "{}", answer(200, "{}"))});
    EXPECT_EQ(mode_of(path), 0700U) << name;
    for (const std::string& file : files_of(path)) EXPECT_EQ(mode_of(path / file), 0600U) << file;
  }
  ::umask(umask_before);
}

TEST(CaptureWriter, TakesNoDirectoryThatHoldsSomethingAndLeavesItAsItIs) {
  const TemporaryDirectory directory;
  directory.write("capture.json", "of another run");
  ASSERT_EQ(::chmod(directory.path().c_str(), 0755), 0);
  const auto [status, message] = failure_of_creating(directory.path());
  EXPECT_EQ(status, Fault::CannotCreate);
  EXPECT_THAT(message, HasSubstr("name a new or an empty directory"));
  EXPECT_EQ(directory.read("capture.json"), "of another run");
  EXPECT_EQ(mode_of(directory.path()), 0755U);
}

TEST(CaptureWriter, SaysWhyADirectoryCannotBeMade) {
  const TemporaryDirectory directory;
  const auto file = directory.write("file", "");
  for (const fs::path& path : {directory.path() / "no" / "parent", file, file / "below"}) {
    const auto [status, message] = failure_of_creating(path);
    EXPECT_EQ(status, Fault::CannotCreate) << message;
    EXPECT_THAT(message, HasSubstr(path.string()));
  }
}

TEST(CaptureWriter, ReportsWhatItCannotWriteAndCountsItNot) {
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "capture";
  CaptureWriter writer(path, kAnyDescription);
  const RecordedCall call = call_of("/search", "{}", answer(200, "{}"));
  fs::create_directories(path / "000001-search.json.gz" / "in the way");
  try {
    writer.write(call, Redactor({}));
    FAIL() << "written";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::CannotWrite);
    EXPECT_THAT(error.what(), HasSubstr("000001-search.json.gz"));
  }
  EXPECT_THAT(files_of(path), ElementsAre("000001-search.json.gz", "capture.json"));
  fs::remove_all(path / "000001-search.json.gz");
  writer.write(call, Redactor({}));
  EXPECT_THAT(files_of(path), ElementsAre("000001-search.json.gz", "capture.json"));
}

TEST(CaptureWriter, HidesSecretsWhereverTheyStand) {
  const TemporaryDirectory directory;
  const Redactor redactor({Secret("to\"ken/1="), Secret(), Secret("second-token")});
  CaptureWriter writer(directory.path() / "capture", kAnyDescription);
  writer.write(call_of("/search", "second-token",
                       answer(500, R"(sent: to"ken/1=to\"ken\/1=to%22ken%2F1%3d.)")),
               redactor);
  std::string json = gunzip(directory.read("capture/000001-search.json.gz"), 1000);
  EXPECT_THAT(json, HasSubstr("sent: <hidden><hidden><hidden>."));
  EXPECT_THAT(json, Not(HasSubstr("ken")));
  RecordedCall again;
  EXPECT_TRUE(read_recorded_call(json, again));
}

class CaptureReaderTest : public testing::Test {
 protected:
  CaptureReaderTest() {
    write_capture(path_, {call_of("/search", "1", answer(200, "first")),
                          call_of("/entities/fetch", "2", answer(200, "second")),
                          call_of("/search", "3", answer(200, "third"))});
  }

  /// What is wrong when all calls of the capture are read.
  [[nodiscard]] std::string problem() const {
    try {
      const CaptureReader reader(path_);
      for (std::size_t i = 0; i < reader.size(); ++i) (void)reader.read(i);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Data) << error.what();
      EXPECT_THAT(error.what(), HasSubstr(path_.string()));
      return error.what();
    }
    return "none";
  }

  TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "capture";
  const std::string second_ = "capture/000002-entities-fetch.json.gz";
};

TEST_F(CaptureReaderTest, ReadsCallsInTheirOrder) {
  const CaptureReader reader(path_);
  ASSERT_EQ(reader.size(), 3U);
  EXPECT_EQ(reader.read(0).response.body, "first");
  EXPECT_EQ(reader.read(1).path, "/entities/fetch");
  EXPECT_EQ(reader.read(2).body, "3");
}

TEST_F(CaptureReaderTest, PassesOverOtherFiles) {
  directory_.write("capture/README", "for support");
  directory_.write("capture/000003-search.json.gz.a1b2c3", "left by a crash");
  EXPECT_EQ(CaptureReader(path_).size(), 3U);
  EXPECT_EQ(problem(), "none");
}

TEST_F(CaptureReaderTest, NoticesThatAFileIsMissing) {
  fs::remove(directory_.path() / second_);
  EXPECT_THAT(problem(), HasSubstr("the file of call 000002 is missing"));
}

TEST_F(CaptureReaderTest, NoticesTwoFilesOfOneNumber) {
  directory_.write("capture/000002-search.json.gz", "");
  EXPECT_THAT(problem(), HasSubstr("another file of the same number"));
}

TEST_F(CaptureReaderTest, NoticesThatThereIsNoCall) {
  fs::remove_all(path_);
  EXPECT_THAT(problem(), HasSubstr("cannot be read: No such file"));
  fs::create_directory(path_);
  EXPECT_THAT(problem(), HasSubstr("holds no call"));
}

TEST_F(CaptureReaderTest, TellsWhichFileIsDamaged) {
  const std::string whole = directory_.read(second_);
  const std::pair<std::string, const char*> rows[] = {
      {"", "cut off"},
      {whole.substr(0, whole.size() / 2), "cut off"},
      {"not gzip at all", "no gzip data"},
      {gzip("<html>"), "Invalid value"},
      {gzip("{}"), "no request"},
      {gzip(std::string(2'000'000, '[')), "byte"},
      {gzip(std::string(kMaxRecordedBytes + 1, ' ')), "unpacks to more than"},
  };
  for (const auto& [content, expected] : rows) {
    directory_.write(second_, content);
    const std::string found = problem();
    EXPECT_THAT(found, HasSubstr("000002-entities-fetch.json.gz: ")) << expected;
    EXPECT_THAT(found, HasSubstr(expected));
  }
}

TEST_F(CaptureReaderTest, OpensNothingButFiles) {
  const fs::path second = directory_.path() / second_;
  const std::function<void()> rows[] = {
      [&] { ASSERT_EQ(::mkfifo(second.c_str(), 0600), 0); },
      [&] { fs::create_symlink("/dev/zero", second); },
      [&] { fs::create_directory(second); },
  };
  for (const auto& make : rows) {
    fs::remove(second);
    make();
    EXPECT_THAT(problem(), HasSubstr("is not a file that can be read"));
  }
  fs::remove(second);
  fs::create_symlink("nowhere", second);
  EXPECT_THAT(problem(), HasSubstr("is not there"));
}

}  // namespace
}  // namespace vrni2syslog
