#pragma once

#include "base/clock.h"
#include "base/sha256.h"
#include "flow/time_window.h"

#include <cstdint>
#include <optional>
#include <string>

namespace vrni2syslog {

/// What ties a manifest to the one before it in its collector's chain, and who vouches for it. Any
/// text is empty where there is nothing to say.
struct ManifestLink {
  /// SHA-256 of LineFormat::signed_text() of the manifest before, in hexadecimal digits; kGenesis
  /// for the first of a chain.
  std::string previous{};
  std::string genesis{};  ///< why a chain begins here: "first"
  std::string key{};      ///< SigningKey::id() of the key that signs
  // Where the key is another one than that of the manifest before:
  std::string old_key{};        ///< the id of that one
  std::string spki{};           ///< SigningKey::public_base64url() of the new key
  std::string key_signature{};  ///< made by the old key, over the new one and `previous`
  /// The signature that `key` makes over LineFormat::signed_text().
  std::string signature{};
};

/// ManifestLink::previous of a manifest that has none before it.
inline constexpr const char* kGenesis = "genesis";

/// The content of the manifest line that ends an epoch. It lets an auditor prove from a collector's
/// files that no line is missing.
struct Manifest {
  TimeWindow window;
  std::uint64_t flow_count = 0;
  std::uint64_t left_out_count = 0;  ///< flows that were not sent because they were sent before
  /// How many flows of the window were found after it had been read, and so how many a late epoch
  /// has, those left out included. 0 for every other epoch, which has all flows of its window.
  std::uint64_t late_count = 0;
  /// SHA-256 over the lines of the flows, each followed by LF, in the order sent.
  Sha256Digest lines_digest{};
  /// SHA-256 over the text that tells where the collector has stored the lines
  /// (Sink::offsets_of()), which is too long for a line; nullopt for a collector that does not
  /// number what it stores.
  std::optional<Sha256Digest> offsets_digest{};
  WallTime time{};                     ///< when the manifest is written
  std::optional<ManifestLink> link{};  ///< nullopt for a manifest that is in no chain
};

}  // namespace vrni2syslog
