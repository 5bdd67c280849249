#include "api_version.h"

#include "base/error.h"

namespace vrni2syslog::simulator {

ApiVersion parse_api_version(const std::string& text) {
  if (text == "1.1.8") return {text, false, false, false};
  if (text == "6.12.0") return {text, true, false, false};
  if (text == "9.1.0.0") return {text, true, true, true};
  throw Error(Fault::Usage, "--api-version " + printable(text) + ": use 1.1.8, 6.12.0 or 9.1.0.0");
}

}  // namespace vrni2syslog::simulator
