#pragma once

#include <string>
#include <string_view>

namespace vrni2syslog {

// Why a chain of manifests begins.
inline constexpr std::string_view kFirstGenesis = "first";  ///< the collector has no chain yet
inline constexpr std::string_view kSetWatermarkGenesis = "set-watermark";
inline constexpr std::string_view kForgetGenesis = "forget";
/// The key has changed, and the old one was not there to sign the new one.
inline constexpr std::string_view kKeyGenesis = "key";
/// A run of a window that the user named has a chain of its own.
inline constexpr std::string_view kBackfillGenesis = "backfill";

/// Where a collector's chain of manifests ends. The next manifest names it.
struct ChainEnd {
  /// SHA-256 over the signed text of the last manifest that the collector has confirmed, in 64
  /// hexadecimal digits; empty if there is none.
  std::string last;
  std::string key;  ///< the id of the key that signed it; empty if none did
  /// Why a chain begins, as long as `last` is empty.
  std::string genesis = std::string(kFirstGenesis);

  bool operator==(const ChainEnd&) const = default;
};

}  // namespace vrni2syslog
