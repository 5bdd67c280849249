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
/// A user of a service; the test's own if it does not run as root.
const uid_t kService = ::geteuid() == 0 ? 4711 : ::geteuid();

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
  struct Row {
    uid_t owner;
    mode_t mode;
    const char* readers;  ///< empty for those that may
  };
  for (const Row& row :
       {Row{0, 0600, ""}, Row{0, 0640, ""}, Row{0, 0644, "every user"}, Row{kService, 0600, ""},
        Row{kService, 0640, "its group"}, Row{kService, 0644, "every user"}}) {
    const std::string path = file("a", "x", row.mode);
    if (::geteuid() != 0 && row.owner != ::geteuid()) continue;
    ASSERT_EQ(::chown(path.c_str(), row.owner, static_cast<gid_t>(-1)), 0);
    EXPECT_EQ(find({"--insecure-permissions", "--password-file", path}), "x");
    EXPECT_THAT(warnings_,
                *row.readers == '\0'
                    ? testing::Matcher<std::vector<std::string>>(IsEmpty())
                    : testing::ElementsAre(HasSubstr(std::string("can be read by ") + row.readers)))
        << row.owner << " " << std::oct << row.mode;
  }
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

TEST_F(FindSecret, WarnsOfKeysThatOthersCanRead) {
  const std::string open = file("open.key", "x", 0644);
  const std::string safe = file("safe.key", "x");
  struct Row {
    std::vector<std::filesystem::path> key_files;
    std::vector<std::filesystem::path> certificate_files;
    std::vector<std::string> warned_of;
  };
  constexpr auto kSame = static_cast<uid_t>(-1);
  constexpr uid_t kAnother = 1;
  const std::string both = file("both.pem", "x", 0640);
  ASSERT_EQ(::chown(both.c_str(), ::geteuid() == 0 ? kAnother : kSame, kSame),
            0);  // not root's: its group
  for (const Row& row : {Row{{safe}, {open}, {}}, Row{{open}, {safe}, {open}},
                         Row{{open, open}, {safe, safe}, {open}}, Row{{""}, {both}, {both}},
                         Row{{""}, {""}, {}}, Row{{directory_ / "missing"}, {safe}, {}}}) {
    std::vector<CollectorAddress> collectors;
    for (std::size_t i = 0; i < row.key_files.size(); ++i) {
      Endpoint endpoint;
      endpoint.tls.key_file = row.key_files[i];
      endpoint.tls.certificate_file = row.certificate_files[i];
      collectors.push_back({endpoint});
    }
    warnings_.clear();
    warn_of_readable_files(OptionValues({}), collectors, warnings_);
    ASSERT_EQ(warnings_.size(), row.warned_of.size());
    for (std::size_t i = 0; i < warnings_.size(); ++i)
      EXPECT_THAT(warnings_[i],
                  HasSubstr(row.warned_of[i] + " holds a private key and can be read"));
  }
}

TEST_F(FindSecret, WarnsOfAConfigurationFileWithACommandForTokens) {
  const auto warn_of = [&](const std::vector<GivenOption>& given) {
    warnings_.clear();
    warn_of_readable_files(OptionValues({given}), {}, warnings_);
  };
  for (const std::string option : {"bearer-token-command", "collector-token-command"}) {
    for (const mode_t mode : {0600U, 0644U}) {
      const std::string path = file("command.conf", option + " = get-token s3cret", mode);
      warn_of(read_config_file(OptionValues({parse_command_line({"--config", path})})));
      ASSERT_EQ(warnings_.size(), mode == 0600U ? 0U : 1U);
    }
    EXPECT_THAT(warnings_[0], testing::AllOf(HasSubstr("holds a command for tokens"),
                                             testing::Not(HasSubstr("s3cret"))));
  }
  warn_of(parse_command_line({"--bearer-token-command", "get-token"}));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(FindSecret, RefusesTwoOfOneSource) {
  const Error error = failure({"--password", "hunter2", "--password-file", "f"});
  EXPECT_EQ(error.fault(), Fault::Usage);
  EXPECT_THAT(error.what(), testing::Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace vrni2syslog
