#pragma once

namespace vrni2syslog {

/// Replaces each escape of half a UTF-16 surrogate pair without the other half (RFC 8259, 8.2) by
/// that of U+FFFD, in place, up to the quote that ends a JSON string: RapidJSON refuses the whole
/// text for one. `rest` begins in such a string, outside an escape, and ends with a NUL if the
/// quote is missing.
void replace_lone_surrogates(char* rest);

}  // namespace vrni2syslog
