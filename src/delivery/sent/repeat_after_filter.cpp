#include "delivery/sent/repeat_after_filter.h"

#include "base/error.h"
#include "delivery/checkpoint/state_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>

namespace vrni2syslog {
namespace {

/// What no flow has: they differ from those of every flow that may be sent later.
constexpr FlowFacts kNoFacts{};
/// The value of FlowField::New.
constexpr std::string_view kMarked = "1";

void mark_new(FlowBatch& batch, std::size_t index) {
  batch.flows[index].set_text(FlowField::New, kMarked);
}

/// That of a dry run before anything was remembered.
class EmptyFilter final : public SentFlowFilter {
 public:
  explicit EmptyFilter(const std::string& scope)
      : identifier_(std::string(FlowIdentifier::kSaltBytes, '\0'), scope) {}

  void begin(const TimeWindow& /*unit*/) override {}
  [[nodiscard]] std::uint64_t leave_out_sent_before(FlowBatch& batch) override {
    for (std::size_t i = 0; i < batch.flows.size(); ++i) {
      if (identifier_.identify(batch.flows[i])) mark_new(batch, i);
    }
    return 0;
  }
  void commit() override {}
  void rollback() noexcept override {}

 private:
  FlowIdentifier identifier_;
};

/// Follows links, as SQLite does when it opens the file.
[[nodiscard]] bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  const bool found = std::filesystem::exists(path, error);
  if (!error) return found;
  throw Error(Fault::CannotCreate,
              fmt::format("cannot look for {}: {}", path.string(), error.message()));
}

}  // namespace

std::unique_ptr<SentFlowFilter> RepeatAfterFilter::open(const SentFlowSettings& settings) {
  const std::filesystem::path path = path_in(settings.state_directory);
  if (!settings.is_dry_run) {
    prepare_state_directory(settings.state_directory);
  } else if (!is_there(path)) {
    return std::make_unique<EmptyFilter>(settings.scope);
  }
  return std::make_unique<RepeatAfterFilter>(
      path, settings.is_dry_run ? SqliteAccess::ReadOnly : SqliteAccess::ReadWrite,
      settings.repeat_after, settings.scope);
}

std::filesystem::path RepeatAfterFilter::path_in(const std::filesystem::path& state_directory) {
  return state_directory / "seen-flows.sqlite";
}

RepeatAfterFilter::RepeatAfterFilter(const std::filesystem::path& path, SqliteAccess access,
                                     std::optional<std::chrono::seconds> repeat_after,
                                     const std::string& scope, const SentFlowsLimits& limits)
    : sent_(path, access, limits), identifier_(sent_.salt(), scope), repeat_after_(repeat_after) {}

void RepeatAfterFilter::begin(const TimeWindow& unit) {
  unit_start_ = unit.start;
  if (!sent_.is_read_only()) sent_.begin();
}

std::vector<std::pair<FlowIdentity, std::size_t>> RepeatAfterFilter::identify(
    const FlowBatch& batch) {
  std::vector<std::pair<FlowIdentity, std::size_t>> flows;
  flows.reserve(batch.flows.size());
  for (std::size_t i = 0; i < batch.flows.size(); ++i) {
    const std::optional<FlowIdentity> identity = identifier_.identify(batch.flows[i]);
    if (identity) flows.emplace_back(*identity, i);
  }
  // In the order of the file's pages, those of one are found together. The latest version of a flow
  // is the last, and is remembered.
  std::ranges::sort(flows, {}, [&batch](const auto& flow) {
    return std::pair(flow.first.key, batch.flows[flow.second].version_time);
  });
  return flows;
}

std::uint64_t RepeatAfterFilter::leave_out_sent_before(FlowBatch& batch) {
  std::vector<bool> is_left_out(batch.flows.size());
  for (const auto& [identity, index] : identify(batch)) {
    const bool has_other_versions = batch.flows[index].has_other_versions;
    const std::optional<SentFlow> last = sent_.find(identity.key);
    if (is_new(last, unit_start_)) mark_new(batch, index);
    is_left_out[index] = repeat_after_ && last &&
                         was_sent_before(*last, identity.facts, unit_start_, *repeat_after_);
    if (sent_.is_read_only() || (is_left_out[index] && !has_other_versions)) continue;
    // Which of the versions will come last is not known here, so none stands for the flow in later
    // units.
    sent_.record({identity.key, has_other_versions ? kNoFacts : identity.facts});
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < batch.flows.size(); ++i) {
    if (!is_left_out[i]) batch.flows[kept++] = batch.flows[i];
  }
  const std::size_t left_out = batch.flows.size() - kept;
  batch.flows.resize(kept);
  return left_out;
}

void RepeatAfterFilter::commit() {
  if (!sent_.is_read_only())
    sent_.commit(unit_start_, newest_forgotten(unit_start_, repeat_after_));
}

void RepeatAfterFilter::rollback() noexcept {
  if (!sent_.is_read_only()) sent_.rollback();
}

}  // namespace vrni2syslog
