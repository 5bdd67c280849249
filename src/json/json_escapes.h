#pragma once

#include <string>

namespace vrni2syslog {

/// Replaces each escape of half a UTF-16 surrogate pair without the other half (RFC 8259
/// section 8.2) by that of U+FFFD, in place. JSON parsers refuse such a text as a whole, and one
/// name in it should not make all others unreadable.
void repair_lone_surrogates(std::string& json);

}  // namespace vrni2syslog
