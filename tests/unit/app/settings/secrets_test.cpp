#include "app/settings/secrets.h"

#include "app/options/config_file.h"
#include "app/options/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Variables = std::map<std::string, std::string, std::less<>>;

class FindSecret : public testing::Test {
 protected:
  FindSecret() {
    std::string name = testing::TempDir() + "/password.XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~FindSecret() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  [[nodiscard]] std::string file(const std::string& name, std::string_view content,
                                 mode_t mode = 0600) const {
    const std::string path = directory_ / name;
    std::ofstream(path) << content;
    ::chmod(path.c_str(), mode);
    return path;
  }

  [[nodiscard]] std::string find(const std::vector<std::string>& arguments,
                                 const Variables& variables = {}, const std::string& config = "",
                                 const SecretKind& kind = kPassword) {
    const Environment environment(variables);
    std::vector<std::vector<GivenOption>> sources{parse_command_line(arguments),
                                                  environment.options()};
    if (!config.empty()) {
      const OptionValues chosen({parse_command_line({"--config", config})});
      sources.push_back(read_config_file(chosen));
    }
    warnings_.clear();
    const SystemFacts facts = facts_of(environment);
    return std::string(
        find_secret(kind, OptionValues(sources), "Password: ", {facts, prompt_, warnings_})
            .reveal());
  }

  [[nodiscard]] static SystemFacts facts_of(const Environment& environment) {
    return find_system_facts(environment, 1000, UnixSeconds());
  }

  [[nodiscard]] Error failure(const std::vector<std::string>& arguments,
                              const Variables& variables = {}) {
    try {
      static_cast<void>(find(arguments, variables));
    } catch (const Error& error) {
      return error;
    }
    return Error(Fault::Bug, "no error");
  }

  std::filesystem::path directory_;
  std::vector<std::string> warnings_;
  SecretPrompt prompt_ = [](const std::string&) { return std::nullopt; };
};

TEST_F(FindSecret, TakesTheFirstLineOfAFile) {
  EXPECT_EQ(find({"--password-file", file("a", "se cret\nsecond\n")}), "se cret");
  EXPECT_EQ(find({"--password-file", file("b", "no line break")}), "no line break");
  EXPECT_EQ(find({"--password-file", file("c", "windows\r\n")}), "windows");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(FindSecret, WarnsOfAFileThatOthersCanRead) {
  EXPECT_EQ(find({"--password-file", file("a", "x", 0640)}), "x");
  EXPECT_THAT(warnings_, testing::ElementsAre(HasSubstr("can be read by its group")));
  EXPECT_EQ(find({"--password-file", file("b", "x", 0644)}), "x");
  EXPECT_THAT(warnings_, testing::ElementsAre(HasSubstr("can be read by every user")));
}

TEST_F(FindSecret, RefusesAFileThatHasNone) {
  EXPECT_EQ(failure({"--password-file", "/nonexistent"}).fault(), Fault::Configuration);
  EXPECT_EQ(failure({"--password-file", file("empty", "")}).fault(), Fault::Configuration);
  EXPECT_THAT(failure({"--password-file", file("blank", "\nx")}).what(), HasSubstr("is empty"));
  EXPECT_THAT(failure({"--password-file", directory_.string()}).what(), HasSubstr("directory"));
  EXPECT_EQ(failure({"--password-file", file("big", std::string(100'000, 'x'))}).fault(),
            Fault::Configuration);
}

TEST_F(FindSecret, WarnsOfTheProcessList) {
  EXPECT_EQ(find({"--password", "x"}), "x");
  EXPECT_THAT(warnings_, testing::ElementsAre(HasSubstr("process list")));
}

TEST_F(FindSecret, TakesTheEnvironmentWithoutAWarning) {
  EXPECT_EQ(find({}, {{"VRNI2SYSLOG_PASSWORD", "x"}}), "x");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(FindSecret, WarnsOfAConfigurationFileThatOthersCanRead) {
  EXPECT_EQ(find({}, {}, file("safe.conf", "password = x")), "x");
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_EQ(find({}, {}, file("open.conf", "password = x", 0644)), "x");
  EXPECT_THAT(warnings_, testing::ElementsAre(HasSubstr("open.conf holds a password")));
}

TEST_F(FindSecret, TakesTheSystemdCredential) {
  const Variables variables = {{"CREDENTIALS_DIRECTORY", directory_.string()}};
  static_cast<void>(file("password", "general\n"));
  EXPECT_EQ(find({}, variables), "general");
  static_cast<void>(file("vrni2syslog.password", "own\n"));
  EXPECT_EQ(find({}, variables), "own");
  EXPECT_EQ(find({"--password-file", file("given", "given")}, variables), "given");
}

TEST_F(FindSecret, AsksWhereThereIsSomebodyToAsk) {
  std::string asked;
  prompt_ = [&](const std::string& question) {
    asked = question;
    return Secret("typed");
  };
  EXPECT_EQ(find({}), "typed");
  EXPECT_EQ(asked, "Password: ");
}

TEST_F(FindSecret, ListsAllWaysWhereThereIsNone) {
  const Error error = failure({});
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_THAT(error.what(),
              testing::AllOf(HasSubstr("--password-file"), HasSubstr("VRNI2SYSLOG_PASSWORD"),
                             HasSubstr("systemd credential"), HasSubstr("terminal")));
}

TEST_F(FindSecret, DoesTheSameForTokens) {
  struct Row {
    const SecretKind& kind;
    const char* value_option;
    const char* file_option;
    const char* variable;
    const char* credential;
    const char* noun;
  };
  for (const Row& row :
       {Row{kVidmToken, "--vidm-token", "--vidm-token-file", "VRNI2SYSLOG_VIDM_TOKEN",
            "vrni2syslog.vidm-token", "a vIDM access token"},
        Row{kApiToken, "--api-token", "--api-token-file", "VRNI2SYSLOG_API_TOKEN",
            "vrni2syslog.api-token", "an API token"}}) {
    EXPECT_EQ(find({row.value_option, "x"}, {}, "", row.kind), "x");
    EXPECT_THAT(warnings_, testing::ElementsAre(
                               testing::AllOf(HasSubstr(std::string(row.value_option) + " can be"),
                                              HasSubstr(row.file_option))));
    EXPECT_EQ(find({}, {{row.variable, "y"}}, "", row.kind), "y");
    EXPECT_THAT(warnings_, IsEmpty());
    EXPECT_EQ(find({row.file_option, file("open", "z\n", 0644)}, {}, "", row.kind), "z");
    EXPECT_THAT(warnings_, testing::ElementsAre(HasSubstr(std::string("open holds ") + row.noun)));
    static_cast<void>(file(row.credential, "of systemd\n"));
    EXPECT_EQ(find({}, {{"CREDENTIALS_DIRECTORY", directory_.string()}}, "", row.kind),
              "of systemd");
    try {
      static_cast<void>(find({}, {}, "", row.kind));
      ADD_FAILURE() << row.noun;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::AllOf(HasSubstr(row.file_option), HasSubstr(row.variable),
                                               HasSubstr(row.credential), HasSubstr("terminal")));
    }
  }
}

TEST_F(FindSecret, TriesAFileThatIsReadLater) {
  const Environment environment(Variables{{"CREDENTIALS_DIRECTORY", directory_.string()}});
  const auto try_file = [&](const std::vector<std::string>& arguments) {
    warnings_.clear();
    const SystemFacts facts = facts_of(environment);
    const OptionValues values({parse_command_line(arguments)});
    require_secret_file(kBearerToken, values, {facts, prompt_, warnings_});
    return secret_file(kBearerToken, values, facts);
  };
  const auto failure_of = [&](const std::vector<std::string>& arguments) {
    try {
      static_cast<void>(try_file(arguments));
    } catch (const Error& error) {
      return error;
    }
    return Error(Fault::Bug, "no error");
  };
  EXPECT_EQ(failure_of({}).fault(), Fault::Usage);
  EXPECT_THAT(failure_of({}).what(), HasSubstr("no bearer token: give --bearer-token-file FILE"));
  const std::string credential = file("bearer-token", "x\n");
  EXPECT_EQ(try_file({}), credential);
  const std::string given = file("given", "y\n", 0644);
  EXPECT_EQ(try_file({"--bearer-token-file", given}), given);
  EXPECT_THAT(warnings_, testing::ElementsAre(HasSubstr("given holds a bearer token")));
  EXPECT_EQ(failure_of({"--bearer-token-file", file("empty", "")}).fault(), Fault::Configuration);
}

TEST_F(FindSecret, RefusesTwoOfOneSource) {
  const Error error = failure({"--password", "hunter2", "--password-file", "f"});
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_THAT(error.what(), testing::Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace vrni2syslog
