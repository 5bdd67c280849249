#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// An address, or several with commas between them, as it may be shown: without the user name and
/// the password before the host ("https://bob:secret@host" becomes "https://host"), even if the
/// password holds characters that should have been encoded. Paths of file:// and unix:// stay.
[[nodiscard]] std::string without_user_info(std::string_view addresses);

}  // namespace vrni2syslog
