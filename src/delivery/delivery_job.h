#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "delivery/checkpoint/checkpoint.h"
#include "delivery/checkpoint/checkpoint_file.h"
#include "delivery/checkpoint/job_lock.h"
#include "delivery/checkpoint/kept_progress.h"
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

/// The settings with the name under which the job's state is kept. A job without --job may have
/// been stored by a program, or for options, that spelled its addresses in another way, which gave
/// it another name. Throws Error(CannotCreate) if the state directory cannot be read.
[[nodiscard]] JobSettings with_stored_name(JobSettings settings);

/// Looks at a job without locking it: nullopt if it has never run. Throws what
/// CheckpointFile::load() and resume_checkpoint() throw.
[[nodiscard]] std::optional<Checkpoint> peek_checkpoint(const JobSettings& settings);

/// A run of a job. The job is locked while this lives, and written down after every unit.
class DeliveryJob final : public Ledger {
 public:
  /// Makes the state directory if there is none, locks the job and reads its state. `clock` must
  /// outlive the job. `log` is told which collectors the job no longer has. Throws what
  /// prepare_state_directory(), JobLock and peek_checkpoint() throw.
  DeliveryJob(const JobSettings& settings, Clock& clock, Log& log, const std::stop_token& stop);

  /// nullopt before the first run.
  [[nodiscard]] const std::optional<Checkpoint>& checkpoint() const noexcept { return checkpoint_; }

  /// Begins the run `run_id`; a job's first run begins with the flows from `start` on. What that
  /// changes is saved before anything is sent, so that the run after a first one that failed starts
  /// where that one did. Throws what CheckpointFile::save() throws.
  void begin(UnixSeconds start, const std::string& run_id);

  /// Before begin(): brings the job up to the progress that a collector keeps itself. Where there
  /// is no state, collectors that keep none start where the first one ends, or at `start` if that
  /// is earlier.
  [[nodiscard]] KeptDifference adopt(std::size_t collector, const KeptProgress& kept,
                                     UnixSeconds start);

  /// Undoes begin() of a first run whose start cannot be trusted, for example because the clock was
  /// wrong, unless something was confirmed since. Throws what
  /// CheckpointFile::remove() throws.
  void withdraw_first_start();

  // After begin().
  [[nodiscard]] std::vector<UnixSeconds> watermarks() const override;
  [[nodiscard]] std::vector<std::vector<TimeWindow>> owed() const override;
  [[nodiscard]] bool owe(const TimeWindow& unit,
                         const std::vector<std::size_t>& collectors) override;
  void confirm(const TimeWindow& unit, const Confirmations& confirmations) override;
  [[nodiscard]] std::vector<ChainEnd> chains() const override;
  [[nodiscard]] std::string progress_after(std::size_t collector,
                                           const std::optional<TimeWindow>& unit,
                                           const std::optional<ChainEnd>& chain) const override;
  void extend_chains(const std::map<std::size_t, ChainEnd>& ends) override;

 private:
  void begin_checkpoint(UnixSeconds start);
  void drop_forgotten_windows(Log& log);
  void save();
  void save_confirmed();

  JobSettings settings_;
  Clock& clock_;
  CheckpointFile file_;
  std::optional<JobLock> lock_;
  std::optional<Checkpoint> checkpoint_;
  std::optional<Checkpoint> saved_;
  bool is_first_start_ = false;  ///< made by begin(), and nothing is confirmed yet
  bool is_lost_ = false;         ///< adopt() has found no state
};

}  // namespace vrni2syslog
