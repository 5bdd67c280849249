#include "base/secret_file.h"

#include "base/error.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;

[[nodiscard]] Error failure_of(const std::filesystem::path& path) {
  try {
    (void)read_secret_file(path, "the password", {});
  } catch (const Error& error) {
    return error;
  }
  return Error(Fault::Bug, "no error");
}

TEST(SecretFile, HoldsTheSecretOnItsFirstLine) {
  struct Row {
    const char* content;
    const char* secret;
  };
  const TemporaryDirectory directory;
  for (const Row& row :
       {Row{"se cret\nsecond\n", "se cret"}, Row{"no line break", "no line break"},
        Row{"windows\r\nx", "windows"}, Row{"\xEF\xBB\xBFp\u00E4ss\r\n", "p\u00E4ss"}}) {
    const auto path = directory.write("secret", row.content);
    EXPECT_EQ(read_secret_file(path, "the password", {}).reveal(), row.secret);
  }
}

TEST(SecretFile, MustHoldASecretInItsFirstLine) {
  const TemporaryDirectory directory;
  for (const std::string& content :
       {std::string(), std::string("\nx"), std::string("\r\n"), std::string(100'000, 'x')}) {
    const Error error = failure_of(directory.write("secret", content));
    EXPECT_EQ(error.fault(), Fault::Configuration);
    EXPECT_THAT(error.what(), HasSubstr((directory.path() / "secret").string()));
  }
  EXPECT_THAT(failure_of(directory.write("secret", "\n")).what(),
              HasSubstr("is empty; it must hold the password"));
  EXPECT_EQ(failure_of(directory.path()).fault(), Fault::Configuration);
  EXPECT_EQ(failure_of("/nonexistent").fault(), Fault::Configuration);
}

TEST(SecretFile, MustBeATextInUtf8) {
  const TemporaryDirectory directory;
  for (const std::string& content :
       {std::string("secret\0", 7), std::string("\xFF\xFEs\0e\0c\0", 8),
        std::string("p\xE4ss\n")}) {
    const Error error = failure_of(directory.write("secret", content));
    EXPECT_EQ(error.fault(), Fault::Configuration);
    EXPECT_THAT(error.what(), HasSubstr("UTF-8"));
  }
}

TEST(FirstLine, EndsBeforeTheLineBreak) {
  EXPECT_EQ(first_line("a\nb"), "a");
  EXPECT_EQ(first_line("a\r\nb"), "a");
  EXPECT_EQ(first_line("a"), "a");
  EXPECT_EQ(first_line(""), "");
}

}  // namespace
}  // namespace vrni2syslog
