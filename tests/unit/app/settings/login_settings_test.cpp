#include "app/settings/login_settings.h"

#include "app/options/config_file.h"
#include "app/options/options.h"
#include "support/temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Arguments = std::vector<std::string>;
using Variables = std::map<std::string, std::string, std::less<>>;

/// In the order of Credentials.
enum class LoginKind { Password, Vidm, Cloud, Bearer };

/// The options of command line, environment and configuration file.
struct Sources {
  Arguments arguments;
  Variables variables;
  std::string file;
};

class LoginSettingsTest : public testing::Test {
 protected:
  [[nodiscard]] static OptionValues values_of(const Sources& sources) {
    const Environment environment(sources.variables);
    return OptionValues({parse_command_line(sources.arguments), environment.options(),
                         parse_config_text(sources.file, "x.conf")});
  }
  [[nodiscard]] static SystemFacts facts_of(const Sources& sources) {
    return find_system_facts(Environment(sources.variables), 1000, UnixSeconds());
  }
  [[nodiscard]] static LoginKind kind_of(const Sources& sources) {
    const Credentials login = make_login(values_of(sources), facts_of(sources));
    return static_cast<LoginKind>(login.index());
  }
  [[nodiscard]] Credentials credentials_of(const Sources& sources) {
    const SystemFacts facts = facts_of(sources);
    const SecretPrompt prompt = [this](const std::string& question) {
      asked_ = question;
      return std::nullopt;
    };
    const OptionValues values = values_of(sources);
    Credentials login = make_login(values, facts);
    add_secret(login, values, "vrni.local", {facts, prompt, warnings_});
    return login;
  }
  template <typename Action>
  [[nodiscard]] static Error failure_of(const Action& action) {
    try {
      static_cast<void>(action());
    } catch (const Error& error) {
      return error;
    }
    return Error(Fault::Bug, "no error");
  }

  std::string asked_;
  std::vector<std::string> warnings_;
  TemporaryDirectory directory_;
};

TEST_F(LoginSettingsTest, FollowsFromTheOptionsThatAreGiven) {
  struct Row {
    Sources sources;
    LoginKind kind;
  };
  for (const Row& row : {
           Row{{}, LoginKind::Password},
           Row{{{"--domain-type", "ldap", "--domain-value", "d"}, {}, {}}, LoginKind::Password},
           Row{{{"--password", "x"}, {}, {}}, LoginKind::Password},
           Row{{{"--deployment-type", "onprem"}, {}, {}}, LoginKind::Password},
           Row{{{"--vidm-token", "x"}, {}, {}}, LoginKind::Vidm},
           Row{{{"--vidm-token-file", "x", "--domain-type", "vidm"}, {}, {}}, LoginKind::Vidm},
           Row{{{"--domain_type", "VIDM"}, {}, {}}, LoginKind::Vidm},
           Row{{{"--api-token", "x"}, {}, {}}, LoginKind::Cloud},
           Row{{{"--cloud-location", "uk"}, {}, {}}, LoginKind::Cloud},
           Row{{{"--deployment-type", "saas"}, {}, {}}, LoginKind::Cloud},
           Row{{{"--deployment-type", "NIaaS"}, {}, {}}, LoginKind::Cloud},
           Row{{{"--deployment-type", "vrnic"}, {}, {}}, LoginKind::Cloud},
           Row{{{"--deployment-type", "cloud", "--api-token-file", "x"}, {}, {}}, LoginKind::Cloud},
           Row{{{"--bearer-token-file", "x"}, {}, {}}, LoginKind::Bearer},
           Row{{{"--bearer-token-command", "x"}, {}, {}}, LoginKind::Bearer},
           // What --print-config writes of defaults means nothing.
           Row{{{"--api-token", "x"},
                {},
                "domain-type = LOCAL\ndeployment-type = onprem\ncloud-location = us"},
               LoginKind::Cloud},
           Row{{{},
                {},
                "password-file = f\ncloud-location = us\n"
                "cloud-auth-url = https://console.cloud.vmware.com"},
               LoginKind::Password},
           // A login of the command line replaces those of the other sources, and so on.
           Row{{{"--vidm-token", "x"}, {{"VRNI2SYSLOG_PASSWORD", "p"}}, "api-token-file = f"},
               LoginKind::Vidm},
           Row{{{}, {{"VRNI2SYSLOG_BEARER_TOKEN_FILE", "f"}}, "password-file = f"},
               LoginKind::Bearer},
       }) {
    EXPECT_EQ(kind_of(row.sources), row.kind)
        << testing::PrintToString(row.sources.arguments) << row.sources.file;
  }
}

TEST_F(LoginSettingsTest, IsThatOfTheMostPreferredSourceWhateverTheOthersSay) {
  struct Row {
    Sources sources;
    LoginKind kind;
  };
  const Arguments password{"--password-file", "f"};
  for (const Row& row : {
           Row{{password, {}, "domain-type = VIDM"}, LoginKind::Password},
           Row{{password, {}, "cloud-location = de"}, LoginKind::Password},
           Row{{password, {}, "cloud-api-url = h\ncloud-auth-url = h"}, LoginKind::Password},
           Row{{password, {}, "deployment-type = saas"}, LoginKind::Password},
           Row{{password, {{"VRNI2SYSLOG_DOMAIN_TYPE", "VIDM"}}, "cloud-location = de"},
               LoginKind::Password},
           Row{{{"--vidm-token", "x"}, {}, "domain-type = LDAP"}, LoginKind::Vidm},
           Row{{{"--domain-type", "LOCAL"}, {}, "vidm-token-file = f"}, LoginKind::Password},
           Row{{{"--api-token", "x"}, {{"VRNI2SYSLOG_DEPLOYMENT_TYPE", "onprem"}}, {}},
               LoginKind::Cloud},
           Row{{{"--deployment-type", "onprem"}, {}, "api-token-file = f"}, LoginKind::Password},
           Row{{{"--cloud-location", "de"}, {}, "password-file = f"}, LoginKind::Cloud},
           Row{{{"--bearer-token-file", "f"}, {}, "cloud-location = uk"}, LoginKind::Bearer},
           Row{{{}, {{"VRNI2SYSLOG_PASSWORD", "p"}}, "domain-type = VIDM"}, LoginKind::Password},
           // What another source adds to the same login counts.
           Row{{{"--domain-type", "VIDM"}, {}, "vidm-token-file = f"}, LoginKind::Vidm},
           Row{{{"--api-token", "x"}, {}, "cloud-location = de"}, LoginKind::Cloud},
       }) {
    EXPECT_EQ(kind_of(row.sources), row.kind)
        << testing::PrintToString(row.sources.arguments) << row.sources.file;
  }
}

TEST_F(LoginSettingsTest, TakeTheDomainOfAnotherSourceOnlyWhereItIsOfTheSameLogin) {
  const Arguments arguments{"--password", "p"};
  const auto ldap = std::get<PasswordCredentials>(
      credentials_of({arguments, {}, "domain-type = ldap\ndomain-value = d"}));
  EXPECT_EQ(ldap.domain_type, "LDAP");
  EXPECT_EQ(ldap.domain_value, "d");
  const auto vidm =
      std::get<PasswordCredentials>(credentials_of({arguments, {}, "domain-type = VIDM"}));
  EXPECT_EQ(vidm.domain_type, "LOCAL");
}

TEST_F(LoginSettingsTest, RefusesContradictionsAndNamesBothSides) {
  struct Row {
    Sources sources;
    Fault fault;
    const char* one;
    const char* other;
  };
  for (const Row& row : {
           Row{{{"--password", "hunter", "--vidm-token", "hunter"}, {}, {}},
               Fault::Usage,
               "--password",
               "--vidm-token"},
           Row{{{"--api-token", "hunter", "--vidm-token", "hunter"}, {}, {}},
               Fault::Usage,
               "--api-token",
               "--vidm-token"},
           Row{{{"--bearer-token-file", "f", "--password-file", "f"}, {}, {}},
               Fault::Usage,
               "--bearer-token-file",
               "--password-file"},
           Row{{{"--bearer-token-file", "f", "--bearer-token-command", "hunter"}, {}, {}},
               Fault::Usage,
               "--bearer-token-file",
               "--bearer-token-command"},
           Row{{{"--domain-type", "LDAP", "--domain-value", "d", "--vidm-token", "hunter"}, {}, {}},
               Fault::Usage,
               "--domain-type",
               "--vidm-token"},
           Row{{{"--domain-type", "VIDM", "--password", "hunter"}, {}, {}},
               Fault::Usage,
               "--domain-type",
               "--password"},
           Row{{{"--domain-type", "LOCAL", "--api-token", "hunter"}, {}, {}},
               Fault::Usage,
               "--domain-type",
               "--api-token"},
           Row{{{"--deployment-type", "onprem", "--api-token", "hunter"}, {}, {}},
               Fault::Usage,
               "--deployment-type",
               "--api-token"},
           Row{{{"--deployment-type", "saas", "--password", "hunter"}, {}, {}},
               Fault::Usage,
               "--deployment-type",
               "--password"},
           Row{{{}, {}, "bearer-token-file = f\ncloud-location = uk"},
               Fault::Configuration,
               "x.conf:2: cloud-location",
               "x.conf:1: bearer-token-file"},
           Row{{{}, {}, "password = hunter\ndomain-type = VIDM"},
               Fault::Configuration,
               "x.conf:2: domain-type",
               "x.conf:1: password"},
           Row{{{"--get-vidm-client-id", "--api-token", "hunter"}, {}, {}},
               Fault::Usage,
               "--get-vidm-client-id",
               "other logins"},
           Row{{{"--domain-type", "LDAP"}, {}, {}},
               Fault::Usage,
               "--domain-type",
               "--domain-value"},
           Row{{{"--domain-type", "KERBEROS"}, {}, {}},
               Fault::Usage,
               "--domain-type",
               "LOCAL LDAP VIDM"},
           Row{{{"--deployment-type", "hosted"}, {}, {}},
               Fault::Usage,
               "--deployment-type",
               "onprem saas niaas vrnic cloud"},
       }) {
    const Error error = failure_of([&] { return kind_of(row.sources); });
    EXPECT_EQ(error.fault(), row.fault) << error.what();
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr(row.one), HasSubstr(row.other), testing::Not(HasSubstr("hunter"))));
  }
}

TEST_F(LoginSettingsTest, FollowsFromTheSystemdCredentialWhereNoOptionSays) {
  struct Row {
    const char* credential;
    LoginKind kind;
  };
  const Variables variables{{"CREDENTIALS_DIRECTORY", directory_.path().string()}};
  // Each of them with those before it: the last is the most preferred.
  for (const Row& row :
       {Row{"vrni2syslog.bearer-token", LoginKind::Bearer}, Row{"api-token", LoginKind::Cloud},
        Row{"vrni2syslog.vidm-token", LoginKind::Vidm}, Row{"password", LoginKind::Password}}) {
    (void)directory_.write(row.credential, "secret\n");
    EXPECT_EQ(kind_of({{}, variables, {}}), row.kind) << row.credential;
  }
  EXPECT_EQ(kind_of({{"--deployment-type", "saas"}, variables, {}}), LoginKind::Cloud);
}

TEST_F(LoginSettingsTest, HaveTheApiWhereTheyBelong) {
  struct Row {
    Arguments arguments;
    Credentials login;
    const char* url;
  };
  for (const Row& row : {
           Row{{"--platform-ip", "h"}, PasswordCredentials{}, "https://h/api/ni"},
           Row{{"--platform-ip", "h"}, BearerCredentials{}, "https://h/api/ni"},
           Row{{}, CloudCredentials{}, "https://api.mgmt.cloud.vmware.com/ni/api/ni"},
           Row{{"--cloud-location", "de"},
               CloudCredentials{},
               "https://de.api.mgmt.cloud.vmware.com/ni/api/ni"},
           Row{{"--cloud-location", "de", "--cloud-api-url", "h:1/x"},
               CloudCredentials{},
               "https://h:1/x"},
       }) {
    EXPECT_EQ(make_platform_url(values_of({row.arguments, {}, {}}), row.login).url, row.url);
  }
  const Error without =
      failure_of([] { return make_platform_url(values_of({}), VidmCredentials{}); });
  EXPECT_EQ(without.fault(), Fault::Usage);
  EXPECT_THAT(without.what(), HasSubstr("--platform-ip"));
  const Error with = failure_of([] {
    return make_platform_url(values_of({{"--platform-ip", "h"}, {}, {}}), CloudCredentials{});
  });
  EXPECT_EQ(with.fault(), Fault::Usage);
  EXPECT_THAT(with.what(), AllOf(HasSubstr("--platform-ip"), HasSubstr("--cloud-location")));
}

TEST_F(LoginSettingsTest, CarryTheSecretOfTheirKind) {
  const auto password = std::get<PasswordCredentials>(credentials_of(
      {{"--password", "p", "--username", "u", "--domain-type", "ldap", "--domain-value", "d"},
       {},
       {}}));
  EXPECT_EQ(password.username, "u");
  EXPECT_EQ(password.password.reveal(), "p");
  EXPECT_EQ(password.domain_type, "LDAP");
  EXPECT_EQ(password.domain_value, "d");

  const auto vidm = std::get<VidmCredentials>(credentials_of({{"--vidm-token", "v"}, {}, {}}));
  EXPECT_EQ(vidm.access_token.reveal(), "v");

  const auto cloud = std::get<CloudCredentials>(
      credentials_of({{"--api-token", "a", "--cloud-auth-url", "console.local"}, {}, {}}));
  EXPECT_EQ(cloud.api_token.reveal(), "a");
  EXPECT_EQ(cloud.console_host, "console.local");
  EXPECT_EQ(cloud.exchange_url,
            "https://console.local/csp/gateway/am/api/auth/api-tokens/authorize");

  const std::string file = directory_.write("token", "b\n");
  const auto from_file =
      std::get<BearerCredentials>(credentials_of({{"--bearer-token-file", file}, {}, {}}));
  EXPECT_EQ(from_file.file, file);
  EXPECT_EQ(from_file.command, "");
  const auto by_command =
      std::get<BearerCredentials>(credentials_of({{"--bearer-token-command", "c d"}, {}, {}}));
  EXPECT_EQ(by_command.command, "c d");
}

TEST_F(LoginSettingsTest, AskForASecretThatIsNotGiven) {
  struct Row {
    Arguments arguments;
    const char* question;
  };
  for (const Row& row : {Row{{"--username", "u"}, "Password of u on vrni.local: "},
                         Row{{"--domain-type", "VIDM"}, "vIDM access token for vrni.local: "},
                         Row{{"--deployment-type", "saas"}, "API token of the cloud service: "}}) {
    const Error error = failure_of([&] { return credentials_of({row.arguments, {}, {}}); });
    EXPECT_EQ(error.fault(), Fault::Usage);
    EXPECT_EQ(asked_, row.question);
  }
}

}  // namespace
}  // namespace vrni2syslog
