#include "vrni/capture/capture_reader.h"

#include "base/error.h"
#include "base/gzip.h"
#include "capture_fixture.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sys/stat.h>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

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
