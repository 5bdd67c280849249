#include "delivery/sent/sent_flow_store_filter.h"

#include "base/error.h"
#include "delivery/checkpoint/state_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>

namespace vrni2syslog {
namespace {

[[nodiscard]] bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  const bool found = std::filesystem::exists(path, error);
  if (!error) return found;
  throw Error(Fault::CannotCreate,
              fmt::format("cannot look for {}: {}", path.string(), error.message()));
}

}  // namespace

std::unique_ptr<SentFlowStoreFilter> SentFlowStoreFilter::open(const SentFlowSettings& settings) {
  const std::filesystem::path path = path_in(settings.state_directory);
  if (!settings.is_dry_run) {
    prepare_state_directory(settings.state_directory);
  } else if (!is_there(path)) {
    return nullptr;
  }
  return std::make_unique<SentFlowStoreFilter>(
      path, settings.is_dry_run ? SqliteAccess::ReadOnly : SqliteAccess::ReadWrite,
      settings.repeat_after, settings.scope);
}

std::filesystem::path SentFlowStoreFilter::path_in(const std::filesystem::path& state_directory) {
  return state_directory / "seen-flows.sqlite";
}

SentFlowStoreFilter::SentFlowStoreFilter(const std::filesystem::path& path, SqliteAccess access,
                                         std::chrono::seconds repeat_after,
                                         const std::string& scope, const SentFlowsLimits& limits)
    : seen_(path, access, limits), identifier_(seen_.salt(), scope), policy_(repeat_after) {}

void SentFlowStoreFilter::begin(const TimeWindow& unit) {
  unit_start_ = unit.start;
  if (!seen_.is_read_only()) seen_.begin();
}

std::vector<SentFlowStoreFilter::Candidate> SentFlowStoreFilter::candidates_in(
    const FlowBatch& batch) {
  std::vector<Candidate> candidates;
  candidates.reserve(batch.flows.size());
  for (std::size_t i = 0; i < batch.flows.size(); ++i) {
    const std::optional<FlowIdentity> identity = identifier_.identify(batch.flows[i]);
    if (identity) candidates.push_back({*identity, i});
  }
  // In the order of the file's pages, those of one are found together.
  std::ranges::sort(candidates, {}, [](const Candidate& one) { return one.identity.key; });
  return candidates;
}

bool SentFlowStoreFilter::was_sent_before(const FlowIdentity& identity) {
  const std::optional<SentFlow> last = seen_.find(identity.key);
  return last && policy_.was_sent_before(*last, identity.facts, unit_start_);
}

std::uint64_t SentFlowStoreFilter::leave_out_sent_before(FlowBatch& batch) {
  std::vector<bool> is_left_out(batch.flows.size());
  for (const Candidate& candidate : candidates_in(batch)) {
    if (was_sent_before(candidate.identity)) {
      is_left_out[candidate.index] = true;
    } else if (!seen_.is_read_only()) {
      seen_.record(candidate.identity);
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < batch.flows.size(); ++i) {
    if (!is_left_out[i]) batch.flows[kept++] = batch.flows[i];
  }
  const std::size_t left_out = batch.flows.size() - kept;
  batch.flows.resize(kept);
  return left_out;
}

void SentFlowStoreFilter::commit() {
  if (!seen_.is_read_only()) seen_.commit(unit_start_, policy_.newest_expired(unit_start_));
}

void SentFlowStoreFilter::rollback() noexcept {
  if (!seen_.is_read_only()) seen_.rollback();
}

}  // namespace vrni2syslog
