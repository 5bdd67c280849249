#include "delivery/recent/recent_windows.h"

#include "base/error.h"
#include "base/file.h"
#include "base/file_trust.h"
#include "base/sha256.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <random>
#include <set>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIndexName = "index";
constexpr std::string_view kNotingName = "reading";
constexpr std::string_view kHashesSuffix = ".flows";
/// A reading takes some 300 bytes, and what the names of its collectors take.
constexpr std::size_t kMaxIndexBytes = 16U * 1024 * 1024;
/// The part of a hash that tells versions of a flow apart; zero if the version has no time.
constexpr std::uint64_t kVersionBits = (std::uint64_t{1} << 20U) - 1;

[[nodiscard]] fs::path folder_of(const fs::path& state_directory, const std::string& job) {
  return state_directory / (job + ".recent");
}

/// Mixes 64 bits so that each depends on all others: the finaliser of SplitMix64.
[[nodiscard]] std::uint64_t mix(std::uint64_t bits) noexcept {
  bits = (bits ^ bits >> 30U) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ bits >> 27U) * 0x94d049bb133111ebU;
  return bits ^ bits >> 31U;
}

[[nodiscard]] std::string_view bytes_of(const std::vector<std::uint64_t>& hashes) noexcept {
  return {reinterpret_cast<const char*>(hashes.data()), hashes.size() * sizeof(std::uint64_t)};
}

[[nodiscard]] std::uint64_t new_key() {
  std::random_device random;
  return std::uint64_t{random()} << 32U | random();
}

[[nodiscard]] Error cannot(std::string_view what, const fs::path& path) {
  return Error(Fault::CannotWrite,
               fmt::format("cannot {} {}: {}", what, path.string(), errno_text(errno)));
}

void require_own_path(const fs::path& path) {
  if (const Outcome own = require_own(path); !own) {
    throw Error(Fault::Configuration,
                fmt::format("{} {}, who could make this program leave flows out; check that its "
                            "content is right and give it to the user that runs this program "
                            "(chown, chmod go-w), or remove it",
                            path.string(), own.problem()));
  }
}

void make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), S_IRWXU) == 0) return;
  if (errno != EEXIST) throw cannot("make", folder);
  struct stat status {};
  if (::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return;
  throw Error(Fault::Configuration,
              fmt::format("{} is not a directory; move it away", folder.string()));
}

}  // namespace

/// The file in which the hashes of a reading are gathered.
struct RecentWindows::Noting {
  Noting(const TimeWindow& window_noted, fs::path path_of_file)
      : window(window_noted),
        path(std::move(path_of_file)),
        file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                    S_IRUSR | S_IWUSR)) {
    if (!file.is_open()) throw cannot("write", path);
  }
  Noting(const Noting&) = delete;
  Noting& operator=(const Noting&) = delete;
  ~Noting() {
    if (file.is_open()) ::unlink(path.c_str());
  }

  void write(std::string_view bytes) {
    digest.update(bytes);
    while (!bytes.empty()) {
      const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw cannot("write", path);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void finish(const fs::path& final_path) {
    if (::fsync(file.get()) != 0) throw cannot("write", path);
    if (::rename(path.c_str(), final_path.c_str()) != 0) throw cannot("rename", path);
    file.reset();
  }

  TimeWindow window;
  fs::path path;
  FileDescriptor file;
  Sha256 digest;
  std::uint64_t flows = 0;
};

RecentWindows::RecentWindows(const RecentSettings& settings, Clock& clock, Log& log)
    : settings_(settings),
      clock_(clock),
      log_(log),
      folder_(folder_of(settings.state_directory, settings.job)) {
  try {
    make_folder(folder_);
    load();
  } catch (const Error& error) {
    if (error.fault() == Fault::Configuration) throw;
    index_ = {};
    warn(error.what());
  }
  if (index_.key == 0) index_.key = new_key();
  const auto is_gone = [&](const std::string& name) {
    return std::ranges::find(settings_.collectors, name) == settings_.collectors.end();
  };
  for (RecentReading& reading : index_.readings) {
    std::erase_if(reading.collectors, is_gone);
    std::erase_if(reading.awaited, [&](const auto& its) { return is_gone(its.first); });
  }
  drop_readings_of_nobody(index_);
  for (const RecentReading& reading : index_.readings) {
    forgotten_ = std::max(forgotten_, reading.window.end - settings_.period);
    first_number_ = std::max(first_number_, reading.number + 1);
  }
  next_number_ = first_number_;
  drop_old();
  end_waiting();
  remove_files_without_reading();
}

RecentWindows::~RecentWindows() = default;

bool RecentWindows::has_any(const fs::path& state_directory, const std::string& job) {
  std::error_code error;
  return fs::exists(folder_of(state_directory, job) / kIndexName, error);
}

void RecentWindows::remove(const fs::path& state_directory, const std::string& job) {
  std::error_code error;
  fs::remove_all(folder_of(state_directory, job), error);
  if (!error) return;
  throw Error(Fault::CannotCreate,
              fmt::format("cannot remove {}: {}", folder_of(state_directory, job).string(),
                          error.message()));
}

void RecentWindows::load() {
  require_own_path(folder_);
  const fs::path path = folder_ / kIndexName;
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 && errno == ENOENT) return;
  require_own_path(path);
  const std::string text = read_file(path, kMaxIndexBytes, Fault::CannotWrite);
  try {
    index_ = parse_recent_index(text);
  } catch (const Error& error) {
    throw Error(error.fault(), fmt::format("{} {}", path.string(), error.what()));
  }
}

void RecentWindows::warn(const std::string& what) {
  log_.warning(LogEvent::RecountMemoryLost,
               fmt::format("{}; flows that come late for a window that is not remembered are not "
                           "looked for (--recount)",
                           what));
}

void RecentWindows::remove_files_without_reading() const {
  std::set<fs::path> known;
  for (const RecentReading& reading : index_.readings) known.insert(file_of(reading));
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& path = entry->path();
    const bool is_ours = path.extension() == kHashesSuffix || path.filename() == kNotingName;
    if (is_ours && !known.contains(path)) ::unlink(path.c_str());
  }
}

fs::path RecentWindows::file_of(const RecentReading& reading) const {
  return folder_ / fmt::format("{}{}", reading.number, kHashesSuffix);
}

std::uint64_t RecentWindows::hash_of(const Flow& flow) const noexcept {
  std::uint64_t hash = mix(index_.key);
  for (std::string_view rest = flow.id; !rest.empty();) {
    std::uint64_t part = 0;
    const std::size_t length = std::min(rest.size(), sizeof part);
    std::memcpy(&part, rest.data(), length);
    hash = mix(hash ^ part);
    rest.remove_prefix(length);
  }
  hash = mix(hash ^ flow.id.size());
  const std::uint64_t id = hash & ~kVersionBits;
  if (flow.listed_time == UnixSeconds()) return id;
  const auto time = static_cast<std::uint64_t>(flow.listed_time.time_since_epoch().count());
  return id | (1 + mix(hash ^ mix(time)) % kVersionBits);
}

void RecentWindows::begin(const TimeWindow& window) {
  end_reading();
  if (window.end > forgotten_) begin_noting(window);
}

void RecentWindows::end_reading() {
  noting_.reset();
  read_again_.reset();
  known_ = {};
  is_listed_again_ = {};
  awaited_.reset();
}

/// Decides of each reading that an earlier run left open whether the collectors have it.
void RecentWindows::end_waiting() {
  const std::vector<RecentReading> readings = index_.readings;
  for (RecentReading reading : readings) {
    const std::size_t before = reading.awaited.size();
    for (std::size_t number = 0; number < settings_.chain_ends.size(); ++number) {
      const auto its = reading.awaited.find(settings_.collectors.at(number));
      const std::optional<std::string>& end = settings_.chain_ends[number];
      if (its == reading.awaited.end() || !end) continue;
      if (its->second == *end) reading.collectors.push_back(its->first);
      reading.awaited.erase(its);
    }
    if (reading.awaited.size() == before) continue;
    take(reading.number);
    add_reading(index_, std::move(reading));
  }
  drop_readings_of_nobody(index_);
  // The chains go on with the next unit.
  if (index_.readings != readings) save();
}

void RecentWindows::begin_noting(const TimeWindow& window) {
  try {
    noting_ = std::make_unique<Noting>(window, folder_ / kNotingName);
  } catch (const Error& error) {
    warn(error.what());
  }
}

bool RecentWindows::begin_late(const RecentReading& reading, std::uint64_t count) {
  end_reading();
  const fs::path path = file_of(reading);
  try {
    const std::string bytes =
        read_file(path, settings_.most_flows * sizeof(std::uint64_t), Fault::CannotWrite);
    Sha256 digest;
    digest.update(bytes);
    if (bytes.size() != reading.flows * sizeof(std::uint64_t) ||
        to_hex(digest.finish()) != reading.hashes_digest) {
      throw Error(Fault::CannotWrite, fmt::format("{} is damaged", path.string()));
    }
    known_.resize(reading.flows);
    if (!bytes.empty()) std::memcpy(known_.data(), bytes.data(), bytes.size());
  } catch (const Error& error) {
    forget_lost(reading, error.what());
    return false;
  }
  read_again_ = reading;
  count_again_ = count;
  begin_noting(reading.window);
  note_hashes(known_);
  std::ranges::sort(known_);
  is_listed_again_.resize(known_.size());
  // What is sent and not noted would be late again in every run.
  return noting_ != nullptr;
}

void RecentWindows::forget_lost(const RecentReading& reading, const std::string& why) {
  warn(fmt::format("{}: {}", to_text(reading.window), why));
  forget(reading, reading.collectors);
}

void RecentWindows::forget(const RecentReading& reading,
                           const std::vector<std::string>& collectors) {
  RecentReading* const its = find(reading.number);
  if (its == nullptr) return;
  for (const std::string& name : collectors) std::erase(its->collectors, name);
  drop_readings_of_nobody(index_);
  save();
}

void RecentWindows::leave_out_known(FlowBatch& batch) {
  std::erase_if(batch.flows, [this](const Flow& flow) { return is_known(flow); });
}

/// Each known flow without a time stands for one version: if the source lists two, one is new.
bool RecentWindows::is_known(const Flow& flow) {
  const std::uint64_t hash = hash_of(flow);
  const std::uint64_t id = hash & ~kVersionBits;
  const auto first = std::ranges::lower_bound(known_, id);
  if (first == known_.end() || (*first & ~kVersionBits) != id) return false;
  if (hash != id && std::binary_search(first, known_.end(), hash)) return true;
  if (*first != id) return hash == id;
  std::vector<bool>::reference is_listed_again =
      is_listed_again_[static_cast<std::size_t>(first - known_.begin())];
  if (is_listed_again) return false;
  is_listed_again = true;
  return true;
}

void RecentWindows::note(const FlowBatch& batch) {
  if (!noting_) return;
  std::vector<std::uint64_t> hashes;
  hashes.reserve(batch.flows.size());
  for (const Flow& flow : batch.flows) hashes.push_back(hash_of(flow));
  note_hashes(hashes);
}

void RecentWindows::note_hashes(const std::vector<std::uint64_t>& hashes) {
  if (!noting_) return;
  noting_->flows += hashes.size();
  try {
    if (noting_->flows > settings_.most_flows) {
      throw Error(Fault::CannotWrite,
                  fmt::format("{} has more than {} flows, which is too much to remember",
                              to_text(noting_->window), settings_.most_flows));
    }
    noting_->write(bytes_of(hashes));
  } catch (const Error& error) {
    warn(error.what());
    noting_.reset();
  }
}

void RecentWindows::await(std::size_t collector, const std::string& manifest) {
  const std::string& name = settings_.collectors.at(collector);
  if (!awaited_) {
    RecentReading reading = new_reading(count_again_);
    if (!finish_noting(reading)) return forget(*read_again_, {name});
    awaited_ = reading.number;
    index_.readings.push_back(std::move(reading));
  }
  find(*awaited_)->awaited[name] = manifest;
  save();
}

RecentReading RecentWindows::new_reading(std::optional<std::uint64_t> count) {
  RecentReading reading;
  reading.asked_at = clock_.now_seconds();
  reading.read_at = read_again_ ? read_again_->read_at : reading.asked_at;
  reading.counted_at = read_again_ ? recount_time(reading) : reading.read_at;
  reading.count = count;
  reading.number = next_number_++;
  return reading;
}

void RecentWindows::confirm(const std::vector<std::size_t>& collectors,
                            std::optional<std::uint64_t> count) {
  if (collectors.empty()) return;
  std::vector<std::string> names;
  for (const std::size_t number : collectors) names.push_back(settings_.collectors.at(number));
  RecentReading reading;
  if (awaited_) {
    reading = take(*awaited_);
    reading.count = count;
    for (const std::string& name : names) reading.awaited.erase(name);
  } else {
    reading = new_reading(count);
  }
  reading.collectors = names;
  if (awaited_ || finish_noting(reading)) {
    add_reading(index_, std::move(reading));
    save();
  } else if (read_again_) {
    forget(*read_again_, names);
  }
  end_reading();
}

bool RecentWindows::finish_noting(RecentReading& reading) {
  if (!noting_) return false;
  reading.window = noting_->window;
  reading.flows = noting_->flows;
  try {
    reading.hashes_digest = to_hex(noting_->digest.finish());
    noting_->finish(file_of(reading));
  } catch (const Error& error) {
    warn(error.what());
    return false;
  }
  return true;
}

std::vector<std::size_t> RecentWindows::collectors_of(const RecentReading& reading) const {
  std::vector<std::size_t> numbers;
  for (std::size_t number = 0; number < settings_.collectors.size(); ++number) {
    const auto& names = reading.collectors;
    const std::string& name = settings_.collectors[number];
    if (std::ranges::find(names, name) != names.end() && !is_awaited(name, reading.window))
      numbers.push_back(number);
  }
  return numbers;
}

bool RecentWindows::is_awaited(const std::string& collector, const TimeWindow& window) const {
  return std::ranges::any_of(index_.readings, [&](const RecentReading& reading) {
    return reading.window == window && reading.awaited.contains(collector);
  });
}

std::vector<RecentReading> RecentWindows::due(
    std::size_t most, const std::function<bool(const RecentReading&)>& is_wanted) const {
  RecentIndex before = index_;
  std::erase_if(before.readings, [&](const RecentReading& reading) {
    return reading.number >= first_number_ || !is_wanted(reading);
  });
  return readings_to_recount(before, forgotten_, most);
}

RecentReading* RecentWindows::find(std::uint64_t number) {
  const auto found = std::ranges::find(index_.readings, number, &RecentReading::number);
  return found == index_.readings.end() ? nullptr : &*found;
}

RecentReading RecentWindows::take(std::uint64_t number) {
  const auto found = std::ranges::find(index_.readings, number, &RecentReading::number);
  RecentReading reading = std::move(*found);
  index_.readings.erase(found);
  return reading;
}

void RecentWindows::note_asked(const RecentReading& reading) {
  if (RecentReading* const its = find(reading.number)) its->asked_at = clock_.now_seconds();
}

/// A run may recount what another one has read in the same second.
UnixSeconds RecentWindows::recount_time(const RecentReading& reading) const {
  return std::max(clock_.now_seconds(), reading.read_at + std::chrono::seconds(1));
}

void RecentWindows::note_count(const RecentReading& reading, std::uint64_t count) {
  end_reading();
  RecentReading* const its = find(reading.number);
  if (its == nullptr) return;
  its->count = std::max(its->count.value_or(0), count);
  its->counted_at = recount_time(*its);
}

void RecentWindows::note_uncountable(const RecentReading& reading) {
  if (RecentReading* const its = find(reading.number)) its->count.reset();
}

void RecentWindows::drop_old() {
  const std::vector<TimeWindow> dropped = drop_old_readings(index_, forgotten_);
  never_recounted_.insert(never_recounted_.end(), dropped.begin(), dropped.end());
}

std::vector<TimeWindow> RecentWindows::take_never_recounted() {
  return sorted_distinct(std::exchange(never_recounted_, {}));
}

void RecentWindows::save() {
  drop_old();
  try {
    write_file_atomically(folder_ / kIndexName, format_recent_index(index_));
  } catch (const Error& error) {
    warn(error.what());
    return;
  }
  remove_files_without_reading();
}

}  // namespace vrni2syslog
