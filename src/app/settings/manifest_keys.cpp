#include "app/settings/manifest_keys.h"

#include "base/error.h"
#include "base/file.h"

#include <fmt/format.h>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::optional<SigningKey> load_key(const SecretKind& kind, const OptionValues& values,
                                                 const SecretContext& context) {
  const std::filesystem::path path = secret_file(kind, values, context.facts);
  if (path.empty()) return std::nullopt;
  const Secret pem = read_key_file(kind, values, context);
  const auto read = [&](std::string_view) {
    try {
      return SigningKey::from_pem(pem.reveal());
    } catch (const Error& error) {
      throw error.within(printable(path.string()));
    }
  };
  return values.is_given(kind.file) ? values.parse(kind.file, read) : read({});
}

}  // namespace

bool has_manifest_key(const OptionValues& values, const SystemFacts& facts) {
  return !secret_file(kManifestKey, values, facts).empty();
}

std::optional<ManifestKeys> load_manifest_keys(const OptionValues& values,
                                               const SecretContext& context) {
  std::optional<SigningKey> key = load_key(kManifestKey, values, context);
  std::optional<SigningKey> previous = load_key(kPreviousManifestKey, values, context);
  if (key) return ManifestKeys{*std::move(key), std::move(previous)};
  if (previous && values.is_given(Option::PreviousManifestKey))
    throw values.error(Option::PreviousManifestKey,
                       "it signs the one of --manifest-key; give that");
  return std::nullopt;
}

std::string make_manifest_key(const std::filesystem::path& file) {
  const SigningKey key = SigningKey::generate();
  if (!create_file_atomically(file, key.private_pem().reveal())) {
    throw Error(Fault::CannotCreate,
                fmt::format("{} is there already, and may be the key of signed manifests; name "
                            "another file",
                            printable(file.string())));
  }
  return fmt::format(
      "{}The key {} is in {}: keep a copy of that file where only you can read it.\n"
      "What is above is the public key: give it to those who check the archive "
      "(vrni2syslog-verify --public-key).\n",
      key.public_pem(), key.id(), printable(file.string()));
}

}  // namespace vrni2syslog
