#include "base/file.h"
#include "golden_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace vrni2syslog::testing {
namespace {

namespace fs = std::filesystem;

/// The folder of the cases: tests/golden of the sources, so that UPDATE_GOLDEN=1 rewrites what is
/// under version control.
fs::path golden_folder() {
  return GOLDEN_FOLDER;
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(golden_folder())) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem());
  }
  std::ranges::sort(names);
  return names;
}

fs::path line_file(const std::string& case_name, const std::string& format) {
  return golden_folder() / (case_name + "." + format + ".line");
}

std::string write_line(const GoldenCase& golden, const std::string& format_name) {
  std::string line;
  const std::unique_ptr<LineFormat> format = make_line_format(format_name, golden.options);
  if (golden.manifest) {
    format->append_manifest(line, *golden.manifest);
  } else {
    (void)format->append_flow(line, golden.batch.flows.front(), golden.batch.unit);
  }
  return line;
}

class Golden : public ::testing::TestWithParam<std::string> {};

/// Expected bytes are in <case>.<format>.line, with a line feed after them. UPDATE_GOLDEN=1 in the
/// environment rewrites the files; read the difference before you commit it.
TEST_P(Golden, LinesAreAsExpected) {
  GoldenCase golden;
  read_golden_case(golden_folder() / (GetParam() + ".json"), golden);
  ASSERT_FALSE(golden.formats.empty());
  for (const std::string& format : golden.formats) {
    const std::string line = write_line(golden, format);
    EXPECT_LE(line.size(), golden.options.max_line_bytes);
    const fs::path expected = line_file(GetParam(), format);
    if (std::getenv("UPDATE_GOLDEN") != nullptr) write_file_atomically(expected, line + "\n");
    EXPECT_EQ(line + "\n", read_file(expected, 1024 * 1024, Fault::Data, FileTrust::Any))
        << expected;
  }
}

TEST(GoldenFolder, HoldsNoLineThatNoCaseNames) {
  std::set<fs::path> named;
  for (const std::string& name : case_names()) {
    GoldenCase golden;
    read_golden_case(golden_folder() / (name + ".json"), golden);
    for (const std::string& format : golden.formats) named.insert(line_file(name, format));
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(golden_folder())) {
    if (entry.path().extension() != ".line") continue;
    EXPECT_TRUE(named.contains(entry.path())) << entry.path() << ": no case has it";
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, ::testing::ValuesIn(case_names()), [](const auto& test) {
  std::string name = test.param;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace vrni2syslog::testing
