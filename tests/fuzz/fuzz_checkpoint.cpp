/// Any state or history of a job, with a digest put behind it that is right: what is not written by
/// the program is refused as damaged or as of a later version, and what is accepted is written the
/// same again. And any progress that a collector may keep: what is accepted is read as the same
/// once it was written again.

#include "delivery/checkpoint/checkpoint_text.h"
#include "delivery/checkpoint/job_history.h"
#include "delivery/checkpoint/kept_progress.h"
#include "fuzz_input.h"
#include "properties.h"
#include "state_input.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

void check_text(const std::string& text) {
  const auto checkpoint = result_unless_refused({Fault::CannotWrite, Fault::Configuration},
                                                [&] { return parse_checkpoint(text); });
  if (!checkpoint) return;
  require(!checkpoint->collectors.empty(), "a state has no collector", text);
  require(format_checkpoint(*checkpoint) == text, "a state is written differently", text);
}

void check_history(const std::string& text) {
  const auto history = result_unless_refused({Fault::CannotWrite, Fault::Configuration},
                                             [&] { return parse_history(text); });
  if (history) require(format_history(*history) == text, "a history is written differently", text);
}

void require_same_progress(const CollectorCheckpoint& read, const CollectorCheckpoint& kept,
                           const std::string& text) {
  require(read.watermark == kept.watermark, "a kept watermark is read differently", text);
  require(read.owed == kept.owed, "kept windows that are owed are read differently", text);
  require(read.chain.last == kept.chain.last, "the end of a kept chain is read differently", text);
  require(read.chain.key == kept.chain.key, "the key of a kept chain is read differently", text);
}

void check_kept(const std::string& text) {
  const auto kept =
      result_unless_refused({Fault::Configuration}, [&] { return parse_kept_text(text); });
  if (!kept) return;
  const std::string written = to_kept_text(kept->collector);
  const KeptProgress again = parse_kept_text(written);
  if (again.unlisted_owed == 0) require_same_progress(again.collector, kept->collector, text);
}

ChainEnd chain_of(unsigned kind) {
  switch (kind % 4U) {
    case 1:
      return {.last = std::string(64, 'a'), .key = {}};
    case 2:
      return {.last = std::string(64, 'b'), .key = "deb2ded39dc26fce"};
    case 3:
      return {.last = {}, .key = {}, .genesis = std::string(kSetWatermarkGenesis)};
    default:
      return {};
  }
}

/// A state with any names, owed windows and chains is read back as it was.
void check_parts(FuzzInput input) {
  Checkpoint checkpoint;
  checkpoint.job = input.text();
  checkpoint.platform = input.text();
  checkpoint.filter = input.text();
  checkpoint.run_id = input.text();
  checkpoint.saved_at = read_time(input);
  do {
    CollectorCheckpoint& collector = checkpoint.collectors.emplace_back();
    collector.name = input.text();
    collector.watermark = read_time(input);
    const unsigned kind = input.byte();
    if ((kind & 1U) != 0) {
      collector.verdict = Verdict::Consumed;
      collector.confirmed_at = read_time(input);
    }
    for (unsigned owed = kind / 2U % 8U; owed > 0; --owed) {
      const UnixSeconds start = read_time(input);
      collector.owed.push_back({start, start + std::chrono::seconds(1 + input.number(3))});
    }
    collector.chain = chain_of(kind / 16U);
  } while (!input.is_empty());
  const std::string text = format_checkpoint(checkpoint);
  require(parse_checkpoint(text) == checkpoint, "a state is read differently", text);
}

void check(FuzzInput input) {
  if ((input.byte() & 1U) != 0) return check_parts(input);
  const std::string_view text = input.all();
  check_text(std::string(text));
  check_text(with_digest(text));
  check_history(std::string(text));
  check_history(with_digest(text));
  check_kept(std::string(text));
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check(vrni2syslog::testing::FuzzInput(data, size));
  return 0;
}
