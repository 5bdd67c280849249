#include "app/run/process.h"

#include "app/options/environment.h"

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace vrni2syslog {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kIsTraceable = true;
#else
constexpr bool kIsTraceable = false;
#endif

}  // namespace

void protect_process() noexcept {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (!kIsTraceable) ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  ::unsetenv("SSLKEYLOGFILE");
}

void clear_options_from_environment() noexcept {
  std::vector<std::string> names;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    if (text.starts_with(Environment::kPrefix)) names.emplace_back(text.substr(0, text.find('=')));
  }
  for (const std::string& name : names) ::unsetenv(name.c_str());
}

}  // namespace vrni2syslog
