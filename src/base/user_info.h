#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

/// An address, or addresses with commas between them, as it may be shown: without the user name and
/// the password that stand before a host ("https://bob:secret@host" is "https://host"). Also where
/// the password holds characters that should be encoded there. Paths of file:// and unix:// stay.
[[nodiscard]] std::string without_user_info(std::string_view addresses);

}  // namespace vrni2syslog
