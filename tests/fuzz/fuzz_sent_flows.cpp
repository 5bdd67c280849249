/// Any file in the place of that of the flows sent before: it is used, or refused with one line,
/// and the message does not call it the first run.

#include "delivery/sent/sent_flows.h"
#include "properties.h"
#include "scratch_directory.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

constexpr auto kFaults = {Fault::Busy, Fault::CannotCreate, Fault::CannotWrite,
                          Fault::Configuration};
constexpr UnixSeconds kNoon{std::chrono::seconds(1'795'348'800)};  // 2026-11-22T12:00:00Z

bool look_up(const std::filesystem::path& path) {
  SentFlows sent(path, SqliteAccess::ReadOnly);
  (void)sent.salt();
  (void)sent.find(FlowKey{});
  return true;
}

bool record(const std::filesystem::path& path) {
  SentFlowsLimits limits;
  limits.flows_per_transaction = 2;
  limits.rows_per_sweep = 2;
  limits.least_swept = 4;
  limits.lock_wait = std::chrono::milliseconds(0);
  SentFlows sent(path, SqliteAccess::ReadWrite, limits);
  (void)sent.salt();
  sent.begin();
  for (unsigned char i = 0; i < 3; ++i) {
    FlowIdentity identity;
    identity.key.fill(i);
    sent.record(identity);
  }
  sent.commit(kNoon, kNoon - std::chrono::hours(24));
  return true;
}

void check(std::string_view bytes) {
  static const ScratchDirectory directory;
  const std::filesystem::path path = directory.path() / "seen-flows.sqlite";
  directory.write(path.filename().string(), bytes);
  (void)result_unless_refused(kFaults, [&] { return look_up(path); });
  (void)result_unless_refused(kFaults, [&] { return record(path); });
  directory.clear();
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
