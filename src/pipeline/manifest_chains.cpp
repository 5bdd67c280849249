#include "pipeline/manifest_chains.h"

#include "base/sha256.h"

#include <fmt/format.h>

#include <utility>

namespace vrni2syslog {
namespace {

/// What the old key signs where the key changes.
[[nodiscard]] std::string key_change_text(const ManifestLink& link) {
  return fmt::format("vrni2syslog key change 1\nold_key={}\nkey={}\nspki={}\nprev={}\n",
                     link.old_key, link.key, link.spki, link.previous);
}

}  // namespace

ManifestChains::ManifestChains(std::vector<ChainEnd> ends, std::optional<ManifestKeys> keys,
                               Log& log)
    : ends_(std::move(ends)), keys_(std::move(keys)), log_(log) {}

ChainEnd ManifestChains::tie(std::size_t collector, Manifest& manifest, const LineFormat& format) {
  manifest.link = link_to(ends_.at(collector));
  const std::string text = format.signed_text(manifest);
  if (keys_) manifest.link->signature = keys_->key.sign(text);
  Sha256 digest;
  digest.update(text);
  return {.last = to_hex(digest.finish()), .key = manifest.link->key};
}

ManifestLink ManifestChains::link_to(const ChainEnd& end) {
  ManifestLink link;
  link.previous = end.last.empty() ? kGenesis : end.last;
  if (end.last.empty()) begin_chain(link, end);
  if (keys_) link.key = keys_->key.id();
  if (!end.key.empty() && end.key != link.key) change_key(link, end);
  return link;
}

void ManifestChains::begin_chain(ManifestLink& link, const ChainEnd& end) {
  link.genesis = end.genesis;
  if (std::exchange(has_told_beginning_, true)) return;
  log_.info(LogEvent::ManifestChainBegun,
            fmt::format("a new chain of manifests begins ({}): the state knows of none that the "
                        "job has sent before; if there are some, the state was lost or set",
                        end.genesis),
            {{"genesis", end.genesis}});
}

void ManifestChains::change_key(ManifestLink& link, const ChainEnd& end) {
  if (!keys_) {
    return tell_loss(
        "manifests were signed until now, and no longer are, since --manifest-key is not given: "
        "nobody can prove that their windows are unchanged");
  }
  if (keys_->previous && keys_->previous->id() == end.key) {
    link.old_key = end.key;
    link.spki = keys_->key.public_base64url();
    link.key_signature = keys_->previous->sign(key_change_text(link));
    return;
  }
  link.previous = kGenesis;
  link.genesis = kKeyGenesis;
  tell_loss(
      "--manifest-key is another key than before, and the one before was not given to sign it "
      "(--previous-manifest-key): a new chain of manifests begins");
}

void ManifestChains::tell_loss(const char* text) {
  if (std::exchange(has_told_loss_, true)) return;
  log_.warning(LogEvent::ManifestKeyChanged, text);
}

}  // namespace vrni2syslog
