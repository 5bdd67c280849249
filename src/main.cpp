#include "app/options/options.h"
#include "app/run/process.h"
#include "app/run/program.h"
#include "app/run/terminal.h"
#include "base/allocator.h"
#include "base/openssl_end.h"

#include <unistd.h>

int main(int argc, char** argv) {
  vrni2syslog::protect_process();
  vrni2syslog::keep_freed_memory();
  vrni2syslog::keep_openssl_to_the_end();
  vrni2syslog::occupy_standard_descriptors();
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  vrni2syslog::hide_secrets(argc, argv);
  const auto environment = vrni2syslog::Environment::from(environ);
  vrni2syslog::clear_options_from_environment();
  return static_cast<int>(vrni2syslog::run_program(arguments, environment));
}
