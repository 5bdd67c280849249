#include "vrni/capture/capture_description.h"

#include "base/error.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <utility>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

const CaptureDescription kDescription{"vrni2syslog 1.0.0",
                                      "2026-11-22T13:00:00Z",
                                      {{"platform-ip", "https://vrni.local/api/ni"},
                                       {"filter", "name = \"a\\b\"\n"},
                                       {"resolution", ""}}};

[[nodiscard]] std::string failure_of_loading(const std::filesystem::path& directory) {
  try {
    (void)load_capture_description(directory);
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::Data) << error.what();
    EXPECT_THAT(error.what(), HasSubstr((directory / "capture.json").string()));
    return error.what();
  }
  return "none";
}

TEST(CaptureDescription, ComesBackAsItWas) {
  std::string json = to_json(kDescription);
  CaptureDescription read;
  EXPECT_TRUE(read_capture_description(json, read));
  EXPECT_EQ(read.program, kDescription.program);
  EXPECT_EQ(read.made, kDescription.made);
  EXPECT_EQ(read.options, kDescription.options);
}

TEST(CaptureDescription, ComesBackWhateverItsOptionsAreCalled) {
  const CaptureDescription description{"p", "m", {{"a \"quoted\\name\t", "1"}, {"", "2"}}};
  std::string json = to_json(description);
  CaptureDescription read;
  ASSERT_TRUE(read_capture_description(json, read));
  EXPECT_EQ(read.options, description.options);
}

TEST(CaptureDescription, IsAFileThatAPersonCanRead) {
  EXPECT_EQ(to_json({"vrni2syslog 1.0.0", "2026-11-22T13:00:00Z", {{"filter", "x"}, {"a", "b"}}}),
            R"({
  "format": 1,
  "program": "vrni2syslog 1.0.0",
  "made": "2026-11-22T13:00:00Z",
  "options": {
    "filter": "x",
    "a": "b"
  }
}
)");
}

TEST(CaptureDescription, IsRefusedWhereItIsNone) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "empty"},
      {"{}", "no format"},
      {"[1]", "no format"},
      {R"([{"format":1}])", "no format"},
      {R"({"options":{"format":1}})", "no format"},
      {R"({"format":1)", "byte"},
      {R"({"format":2,"program":"vrni2syslog 9"})",
       "of format 2, made by vrni2syslog 9, and this version reads format 1"},
  };
  for (const auto& [text, problem] : rows) {
    std::string json(text);
    CaptureDescription description;
    const Outcome read = read_capture_description(json, description);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.problem(), HasSubstr(problem)) << text;
  }
}

TEST(CaptureDescription, PassesOverWhatItDoesNotKnow) {
  std::string json =
      R"({"format":1,"new":{"deep":{"options":{"x":"y"}}},"list":[{"format":3}],
          "options":{"since":"T","deep":{"since":"no"},"list":["no"],"null":null}})";
  CaptureDescription read;
  EXPECT_TRUE(read_capture_description(json, read));
  EXPECT_EQ(read.options, (decltype(read.options){{"since", "T"}}));
}

TEST(CaptureDescription, HoldsABoundedNumberOfOptions) {
  std::string json = R"({"format":1,"options":{)";
  for (int i = 0; i < 10'000; ++i) json += R"("a":"b",)";
  json += R"("z":"z"}})";
  CaptureDescription read;
  EXPECT_TRUE(read_capture_description(json, read));
  EXPECT_LE(read.options.size(), 100U);
}

TEST(CaptureDescription, IsLoadedFromTheDirectory) {
  const TemporaryDirectory directory;
  directory.write("capture.json", to_json(kDescription));
  EXPECT_EQ(load_capture_description(directory.path()).options, kDescription.options);
}

TEST(CaptureDescription, CannotBeLoadedFromWhatIsNoCapture) {
  const TemporaryDirectory directory;
  EXPECT_THAT(failure_of_loading(directory.path()), HasSubstr("is not there"));
  EXPECT_THAT(failure_of_loading(directory.path() / "nowhere"), HasSubstr("is not there"));
  directory.write("capture.json", "<html>");
  EXPECT_THAT(failure_of_loading(directory.path()), HasSubstr("byte"));
  directory.write("capture.json", std::string(5'000'000, ' '));
  EXPECT_THAT(failure_of_loading(directory.path()), HasSubstr("longer than"));
}

TEST(CaptureDescription, IsNotAwaitedFromAPipe) {
  const TemporaryDirectory directory;
  ASSERT_EQ(::mkfifo((directory.path() / "capture.json").c_str(), 0600), 0);
  EXPECT_THAT(failure_of_loading(directory.path()), HasSubstr("not a file that can be read"));
}

}  // namespace
}  // namespace vrni2syslog
