/// Any file with a secret: what is taken from it is a part of its first line, or it is refused on
/// one line that does not show what it holds.

#include "base/secret_file.h"
#include "properties.h"
#include "scratch_directory.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

void check(std::string_view content) {
  static const ScratchDirectory directory;
  directory.write("secret", content);
  const auto secret = result_unless_refused({Fault::Configuration}, [&] {
    return std::string(read_secret_file(directory.path() / "secret", "the password", {}).reveal());
  });
  if (!secret) return;
  const std::string_view line = content.substr(0, content.find('\n'));
  require(!secret->empty() && line.find(*secret) != std::string_view::npos,
          "a secret is not in the first line", *secret);
  require(line.size() - secret->size() <= 4, "a secret is cut", *secret);
  require(first_line(*secret) == *secret || secret->ends_with('\r'), "a secret is not one line",
          *secret);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
