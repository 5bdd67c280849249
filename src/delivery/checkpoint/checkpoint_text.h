#pragma once

#include "delivery/checkpoint/checkpoint.h"

#include <string>
#include <string_view>

namespace vrni2syslog {

/// The latest version of the text below. A change that an older program would misread needs a new
/// number. A text has the lowest version that can say what it says: version 2 is version 1 with the
/// windows that collectors are owed, and version 3 has the ends of their chains of manifests, too.
inline constexpr int kCheckpointVersion = 3;

/// A checkpoint as people can read it: a line of the version, lines of "name: value" in a fixed
/// order, and the SHA-256 of all of them at the end. Control characters and backslashes in values
/// are written \xHH.
[[nodiscard]] std::string format_checkpoint(const Checkpoint& checkpoint);

/// Reads what format_checkpoint() wrote, and nothing else. Throws Error(CannotWrite) for a damaged
/// text, and Error(Configuration) for one of a later version; the messages are to follow the path.
[[nodiscard]] Checkpoint parse_checkpoint(std::string_view text);

}  // namespace vrni2syslog
