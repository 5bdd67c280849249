#include "app/options/process_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::vector<std::string> hidden(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "vrni2syslog");
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  hide_secrets(static_cast<int>(pointers.size()), pointers.data());
  std::vector<std::string> shown;
  for (std::size_t i = 1; i < pointers.size(); ++i) shown.emplace_back(pointers[i]);
  return shown;
}

using Arguments = std::vector<std::string>;

TEST(ProcessList, DoesNotShowSecrets) {
  EXPECT_EQ(hidden({"--password", "p", "--username", "u"}),
            (Arguments{"--password", "", "--username", "u"}));
  EXPECT_EQ(hidden({"--password=p", "--last", "1h"}), (Arguments{"--password=", "--last", "1h"}));
  EXPECT_EQ(hidden({"--api_token", "t", "--vidm-token=t"}),
            (Arguments{"--api_token", "", "--vidm-token="}));
  EXPECT_EQ(hidden({"--bearer-token-command", "curl -u bob:hunter2 h", "--insecure"}),
            (Arguments{"--bearer-token-command", "", "--insecure"}));
}

TEST(ProcessList, ShowsEverythingElse) {
  const Arguments arguments{
      "--password-file", "f", "--bearer-token-file", "c", "password", "x", "--", "--password"};
  EXPECT_EQ(hidden(arguments), arguments);
}

TEST(ProcessList, WipesEveryByte) {
  std::string argument = "--password=hunter2";
  std::string program = "p";
  char* pointers[] = {program.data(), argument.data()};
  hide_secrets(2, pointers);
  EXPECT_EQ(argument, "--password=" + std::string(7, '\0'));
}

}  // namespace
}  // namespace vrni2syslog
