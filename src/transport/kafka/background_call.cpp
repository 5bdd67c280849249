#include "transport/kafka/background_call.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace vrni2syslog {
namespace {

/// The calls of this process that have not ended.
struct Calls {
  std::mutex mutex;
  std::condition_variable changed;
  int count = 0;
};

/// Never destroyed: a call that outlives the end of the program may begin another one.
[[nodiscard]] Calls& calls() {
  static Calls& all = *new Calls;
  return all;
}

/// Its destructor is the end of the program.
struct EndOfProgram {
  EndOfProgram() = default;
  EndOfProgram(const EndOfProgram&) = delete;
  EndOfProgram& operator=(const EndOfProgram&) = delete;
  ~EndOfProgram() {
    constexpr std::chrono::seconds kLimit{2};
    Calls& all = calls();
    std::unique_lock lock(all.mutex);
    all.changed.wait_for(lock, kLimit, [&all] { return all.count == 0; });
  }
};

}  // namespace

void run_in_background(std::function<void()> call) {
  static const EndOfProgram end;
  Calls& all = calls();
  const std::lock_guard lock(all.mutex);
  std::thread([&all, call = std::move(call)]() mutable {
    call();
    call = nullptr;
    const std::lock_guard ended(all.mutex);
    --all.count;
    all.changed.notify_all();
  }).detach();
  ++all.count;
}

}  // namespace vrni2syslog
