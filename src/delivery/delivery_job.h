#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "delivery/checkpoint/checkpoint.h"
#include "delivery/checkpoint/checkpoint_file.h"
#include "delivery/checkpoint/job_lock.h"
#include "delivery/ledger.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace vrni2syslog {

struct JobSettings {
  std::string name;
  JobIdentity identity;
  std::filesystem::path state_directory;  ///< --state-dir
  std::chrono::seconds lock_wait{0};      ///< --lock-wait
};

/// Looks at a job without locking it: nothing where it has never run. Throws what
/// CheckpointFile::load() and resume_checkpoint() throw.
[[nodiscard]] std::optional<Checkpoint> peek_checkpoint(const JobSettings& settings);

/// A run of a job: locked while it lives, and written down after every unit.
class DeliveryJob final : public Ledger {
 public:
  /// Makes the state directory where there is none, locks the job and reads its state. `clock` must
  /// outlive the job. Throws what prepare_state_directory(), JobLock and peek_checkpoint() throw.
  DeliveryJob(const JobSettings& settings, Clock& clock, Log& log, const std::stop_token& stop);

  /// Nothing before the first run.
  [[nodiscard]] const std::optional<Checkpoint>& checkpoint() const noexcept { return checkpoint_; }

  /// The run `run_id` begins, in a first run with the flows from `start` on. What that changes is
  /// saved before anything is sent: a first run that fails is taken up by the next one where it
  /// started. Throws what CheckpointFile::save() throws.
  void begin(UnixSeconds start, const std::string& run_id);

  /// The run ends without having told where a first run starts: its clock was wrong, or what else
  /// it was set up with. Takes back what a first run's begin() has saved, unless something was
  /// confirmed since. Throws what CheckpointFile::remove() throws.
  void withdraw_first_start();

  // After begin().
  [[nodiscard]] std::vector<UnixSeconds> watermarks() const override;
  void confirm(const TimeWindow& unit, const std::vector<Confirmation>& confirmations) override;

 private:
  void save();

  JobSettings settings_;
  Clock& clock_;
  CheckpointFile file_;
  std::optional<JobLock> lock_;
  std::optional<Checkpoint> checkpoint_;
  std::optional<Checkpoint> saved_;
  bool is_first_start_ = false;  ///< made by begin(), and nothing is confirmed yet
};

}  // namespace vrni2syslog
