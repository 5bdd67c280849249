#pragma once

#include "app/settings/secrets.h"
#include "base/signing_key.h"

#include <filesystem>
#include <optional>
#include <string>

namespace vrni2syslog {

/// Whether manifests are signed (--manifest-key, or the systemd credential
/// 'vrni2syslog.manifest-key').
[[nodiscard]] bool has_manifest_key(const OptionValues& values, const SystemFacts& facts);

/// Reads the keys of --manifest-key and --previous-manifest-key; nullopt if manifests are not
/// signed. Throws Error(Usage) if only the previous one is given, Error(Configuration) for a file
/// that is not to be trusted or holds no Ed25519 key, and what read_file() throws.
[[nodiscard]] std::optional<ManifestKeys> load_manifest_keys(const OptionValues& values,
                                                             const SecretContext& context);

/// Makes a key, and writes it into a new file that only its owner can read (--make-manifest-key).
/// Returns what the user is told: the public key and its id. Throws Error(CannotCreate) if there is
/// such a file already or it cannot be made.
[[nodiscard]] std::string make_manifest_key(const std::filesystem::path& file);

}  // namespace vrni2syslog
