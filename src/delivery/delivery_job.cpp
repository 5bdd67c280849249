#include "delivery/delivery_job.h"

#include "base/error.h"
#include "delivery/checkpoint/state_directory.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace vrni2syslog {

namespace {

/// A state that cannot be used is not that of a job by another name: nobody could tell.
[[nodiscard]] bool has_identity(const JobSettings& settings, const std::string& job) {
  try {
    const std::optional<Checkpoint> checkpoint =
        CheckpointFile(settings.state_directory, job).load();
    return checkpoint && default_job_name(identity_of(*checkpoint)) == settings.name;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

JobSettings with_stored_name(JobSettings settings) {
  if (settings.name != default_job_name(settings.identity)) return settings;
  const std::vector<std::string> jobs = jobs_in(settings.state_directory);
  if (std::ranges::find(jobs, settings.name) != jobs.end()) return settings;
  for (const std::string& job : jobs) {
    if (!is_default_job_name(job) || !has_identity(settings, job)) continue;
    settings.name = job;
    break;
  }
  return settings;
}

std::optional<Checkpoint> peek_checkpoint(const JobSettings& settings) {
  std::optional<Checkpoint> checkpoint =
      CheckpointFile(settings.state_directory, settings.name).load();
  if (!checkpoint) return std::nullopt;
  return resume_checkpoint(*checkpoint, settings.identity);
}

DeliveryJob::DeliveryJob(const JobSettings& settings, Clock& clock, Log& log,
                         const std::stop_token& stop)
    : settings_(settings), clock_(clock), file_(settings.state_directory, settings.name) {
  prepare_state_directory(settings.state_directory);
  lock_.emplace(settings.state_directory, settings.name, settings.lock_wait, clock, stop);
  saved_ = file_.load();
  if (!saved_ && lock_->has_had_state()) {
    throw Error(Fault::CannotWrite,
                fmt::format("{} is gone although the job has run before: put a copy of it back, or "
                            "say with --set-watermark where the job goes on, or start it anew with "
                            "--forget",
                            file_.path().string()));
  }
  if (!saved_) return;
  lock_->remember_state();
  checkpoint_ = resume_checkpoint(*saved_, settings.identity);
  for (const std::string& notice : notices_of_dropped(*saved_, settings.identity))
    log.warning(LogEvent::CollectorDropped, notice);
  drop_forgotten_windows(log);
}

/// The platform keeps flows for a month.
void DeliveryJob::drop_forgotten_windows(Log& log) {
  constexpr std::chrono::days kLongestMemory{32};
  const TimeWindow forgotten{UnixSeconds::min(), clock_.now_seconds() - kLongestMemory};
  for (const TimeWindow& window : give_up_owed(*checkpoint_, forgotten)) {
    log.warning(LogEvent::WindowLost,
                fmt::format("window {} of job {} could never be read, and the platform no longer "
                            "has it: its flows are lost",
                            to_text(window), settings_.name),
                {log_field_of(window)});
  }
}

void DeliveryJob::begin(UnixSeconds start, const std::string& run_id) {
  is_first_start_ = !checkpoint_;
  if (is_first_start_) begin_checkpoint(start);
  const bool is_as_saved = checkpoint_ == saved_;
  checkpoint_->run_id = run_id;
  if (!is_as_saved) save();
}

void DeliveryJob::begin_checkpoint(UnixSeconds start) {
  checkpoint_ = first_checkpoint(settings_.name, settings_.identity, start);
  if (lock_->is_forgotten()) begin_chains(*checkpoint_, kForgetGenesis);
}

KeptDifference DeliveryJob::adopt(std::size_t collector, const KeptProgress& kept,
                                  UnixSeconds start) {
  if (!checkpoint_) {
    is_lost_ = true;
    begin_checkpoint(std::min(start, kept.collector.watermark));
  }
  CollectorCheckpoint& its = checkpoint_->collectors.at(collector);
  // A start that nobody has confirmed is not ahead of anything.
  if (is_lost_) its.watermark = std::min(its.watermark, kept.collector.watermark);
  const KeptDifference difference = vrni2syslog::adopt(its, kept);
  return is_lost_ ? KeptDifference::KeptIsAhead : difference;
}

void DeliveryJob::withdraw_first_start() {
  if (!is_first_start_) return;
  (void)file_.remove();
  lock_->remember_no_state();
  if (checkpoint_->collectors.front().chain.genesis == kForgetGenesis) lock_->remember_forgotten();
  is_first_start_ = false;
  checkpoint_.reset();
  saved_.reset();
}

std::vector<UnixSeconds> DeliveryJob::watermarks() const {
  std::vector<UnixSeconds> watermarks;
  for (const CollectorCheckpoint& collector : checkpoint_->collectors)
    watermarks.push_back(collector.watermark);
  return watermarks;
}

std::vector<std::vector<TimeWindow>> DeliveryJob::owed() const {
  std::vector<std::vector<TimeWindow>> owed;
  for (const CollectorCheckpoint& collector : checkpoint_->collectors)
    owed.push_back(collector.owed);
  return owed;
}

bool DeliveryJob::owe(const TimeWindow& unit, const std::vector<std::size_t>& collectors) {
  Checkpoint owing = *checkpoint_;
  for (const std::size_t collector : collectors) {
    if (!vrni2syslog::owe(owing, collector, unit)) return false;
  }
  checkpoint_ = std::move(owing);
  is_first_start_ = false;
  save();
  return true;
}

void DeliveryJob::confirm(const TimeWindow& unit, const Confirmations& confirmations) {
  is_first_start_ = false;
  const auto now = clock_.now_seconds();
  for (const auto& [collector, confirmation] : confirmations) {
    vrni2syslog::confirm(*checkpoint_, collector, unit, confirmation.verdict, now);
    if (confirmation.chain) checkpoint_->collectors.at(collector).chain = *confirmation.chain;
  }
  save_confirmed();
}

std::vector<ChainEnd> DeliveryJob::chains() const {
  std::vector<ChainEnd> ends;
  for (const CollectorCheckpoint& collector : checkpoint_->collectors)
    ends.push_back(collector.chain);
  return ends;
}

std::string DeliveryJob::progress_after(std::size_t collector,
                                        const std::optional<TimeWindow>& unit,
                                        const std::optional<ChainEnd>& chain) const {
  Checkpoint after = *checkpoint_;
  if (unit) vrni2syslog::confirm(after, collector, *unit, Verdict::Consumed, UnixSeconds());
  if (chain) after.collectors.at(collector).chain = *chain;
  return to_kept_text(after.collectors.at(collector));
}

void DeliveryJob::extend_chains(const std::map<std::size_t, ChainEnd>& ends) {
  for (const auto& [collector, end] : ends) checkpoint_->collectors.at(collector).chain = end;
  save_confirmed();
}

void DeliveryJob::save_confirmed() {
  try {
    save();
  } catch (const Error& error) {
    throw error.within(
        "the lines are confirmed, but that could not be remembered, so the next run sends them "
        "again");
  }
}

void DeliveryJob::save() {
  checkpoint_->saved_at = clock_.now_seconds();
  file_.save(*checkpoint_);
  lock_->remember_state();
  saved_ = checkpoint_;
}

}  // namespace vrni2syslog
