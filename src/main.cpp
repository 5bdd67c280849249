#include "app/options/options.h"
#include "app/run/program.h"
#include "app/run/terminal.h"
#include "base/allocator.h"

#include <csignal>
#include <unistd.h>

int main(int argc, char** argv) {
  // If the reader of the output has left, write() fails; that must not end the process.
  std::signal(SIGPIPE, SIG_IGN);
  vrni2syslog::keep_freed_memory();
  vrni2syslog::occupy_standard_descriptors();
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  vrni2syslog::hide_secrets(argc, argv);
  const auto environment = vrni2syslog::Environment::from(environ);
  return static_cast<int>(vrni2syslog::run_program(arguments, environment));
}
