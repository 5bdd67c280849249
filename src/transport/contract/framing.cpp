#include "transport/contract/framing.h"

#include "base/error.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace vrni2syslog {

Framing parse_framing(std::string_view name) {
  if (name == "lf") return Framing::Lf;
  if (name == "nul") return Framing::Nul;
  if (name == "octet") return Framing::Octet;
  throw Error(Fault::Usage,
              fmt::format("\"{}\" is not a framing; choose octet, lf or nul", printable(name, 80)));
}

void append_frame(std::string& out, std::string_view line, Framing framing) {
  if (framing == Framing::Octet) {
    std::array<char, 24> length;
    const auto [end, error] =
        std::to_chars(length.data(), length.data() + length.size(), line.size());
    out.append(length.data(), static_cast<std::size_t>(end - length.data()));
    out += ' ';
    out += line;
    return;
  }
  out += line;
  out += framing == Framing::Lf ? '\n' : '\0';
}

}  // namespace vrni2syslog
