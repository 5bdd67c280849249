#pragma once

#include "flow/flow.h"
#include "vrni/search/seen_ids.h"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace vrni2syslog {

/// Action and rule of the versions that were handed on, for each flow of a page that has several
/// versions.
using Decisions = std::unordered_map<std::string, std::set<std::string>>;

/// Hits whose flows are handed on later: their ids and times.
using ComingHits = std::unordered_multimap<std::string_view, UnixSeconds>;

/// Chooses which versions of a unit's flows are handed on, so that each comes once, whether it was
/// listed, or is given in the place of a listed one that is gone, or both.
class VersionChoice {
 public:
  /// `listed` must outlive it.
  explicit VersionChoice(const SeenVersions& listed) : listed_(listed) {}

  /// Takes flows out of a batch, or leaves of them no more than what the search said, their
  /// identity (Flow::is_partial). The batch is complete, and its flows differ in their ids.
  ///
  /// - A listed version is taken out if it was handed on in the place of another one, or if a
  ///   version of the same page had its decision.
  /// - A version that stands in for a listed one is reduced to the identity of the listed one if
  ///   the stand-in was handed on before, or if a version of the same page had its decision. The
  ///   identity is taken out, too, if the search gave no time of the listed version, or if that one
  ///   was handed on as a stand-in itself.
  ///
  /// `decisions` is what the versions of the page decided; null if no flow of it has several.
  /// `coming` tells of the hits after those of the batch, and is asked rarely.
  void choose(FlowBatch& batch, Decisions* decisions, const std::function<ComingHits()>& coming);

 private:
  /// What the searches say of a version that came in the place of another one.
  enum class Listing : std::uint8_t {
    None,    ///< it is not listed
    Past,    ///< its hit was handed on
    Coming,  ///< its hit is handed on later
  };

  /// Returns whether the flow is to be handed on.
  [[nodiscard]] bool choose_listed(Flow& flow, std::set<std::string>* decisions);
  [[nodiscard]] bool choose_in_place(Flow& flow, std::set<std::string>* decisions, Listing listing);

  const SeenVersions& listed_;
  SeenIds in_place_;         ///< versions that were handed on in the place of others
  SeenIds without_content_;  ///< listed versions that were not handed on themselves
};

}  // namespace vrni2syslog
