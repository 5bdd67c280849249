#pragma once

#include "flow/flow.h"
#include "vrni/search/seen_ids.h"

#include <set>
#include <string>
#include <unordered_map>

namespace vrni2syslog {

/// Action and rule of the versions that were handed on, for each flow of a page that has several
/// versions.
using Decisions = std::unordered_map<std::string, std::set<std::string>>;

/// Chooses which versions of a unit's flows are handed on: every version that could be had once,
/// whether it was listed, or came in the place of a listed one that is gone, or both.
class VersionChoice {
 public:
  /// `listed` must outlive it.
  explicit VersionChoice(const SeenVersions& listed) : listed_(listed) {}

  /// Takes out of a batch, whose flows are complete and differ in their ids, the versions that were
  /// handed on before, and those with the decision of a version that was. Leaves of a flow that
  /// came in the place of another version what the search said of it (Flow::is_partial) if it is
  /// handed on otherwise, or has the decision of one that was. `decisions` is what the flows of the
  /// same page decided; null if the page has no flow in several versions.
  void choose(FlowBatch& batch, Decisions* decisions);

 private:
  /// Returns whether the flow is to be handed on.
  [[nodiscard]] bool choose_of_versions(Flow& flow);

  const SeenVersions& listed_;
  SeenIds in_place_;  ///< versions that were handed on in the place of others
};

}  // namespace vrni2syslog
