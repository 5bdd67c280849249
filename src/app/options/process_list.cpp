#include "app/options/process_list.h"

#include "app/options/option_names.h"

#include <cstring>
#include <string_view>

namespace vrni2syslog {
namespace {

/// With NULs, so that not even the length is left.
void wipe(char* text) noexcept {
  std::memset(text, '\0', std::strlen(text));
}

}  // namespace

void hide_secrets(int argc, char** argv) noexcept {
  for (int i = 1; i < argc; ++i) {
    const std::string_view token(argv[i]);
    if (!token.starts_with("--")) continue;
    const std::size_t equals = token.find('=');
    const OptionInfo* option = find_option(token.substr(0, equals).substr(2));
    if (option == nullptr || !option->is_secret) continue;
    if (equals != std::string_view::npos) {
      wipe(argv[i] + equals + 1);
    } else if (i + 1 < argc) {
      wipe(argv[++i]);
    }
  }
}

}  // namespace vrni2syslog
