#include "app/options/value_parsers.h"

#include "base/error.h"
#include "support/temporary_directory.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace vrni2syslog {
namespace {

TEST(OutputFile, IsAPlainFileInADirectoryThatExists) {
  const TemporaryDirectory directory;
  EXPECT_EQ(parse_output_file((directory.path() / "report.json").string()),
            directory.path() / "report.json");
  EXPECT_EQ(parse_output_file("report.json"), "report.json");
  const auto fault_of = [](const std::string& path) -> std::optional<Fault> {
    try {
      (void)parse_output_file(path);
    } catch (const Error& error) {
      return error.fault();
    }
    return std::nullopt;
  };
  EXPECT_EQ(fault_of("/dev/null"), Fault::Usage);
  EXPECT_EQ(fault_of(directory.path().string()), Fault::Usage);
  EXPECT_EQ(fault_of((directory.path() / "x/y").string()), Fault::CannotCreate);
}

}  // namespace
}  // namespace vrni2syslog
