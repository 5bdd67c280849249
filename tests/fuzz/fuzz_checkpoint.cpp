/// Any state of a job, with a digest put behind it that is right: what is not written by the
/// program is refused as damaged or as of a later version, and what is accepted is written the same
/// again.

#include "base/sha256.h"
#include "delivery/checkpoint/checkpoint_text.h"
#include "fuzz_input.h"
#include "properties.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::testing {
namespace {

std::string with_digest(std::string_view text) {
  Sha256 digest;
  digest.update(text);
  return std::string(text) + "sha256: " + to_hex(digest.finish()) + "\n";
}

void check_text(const std::string& text) {
  const auto checkpoint = result_unless_refused({Fault::CannotWrite, Fault::Configuration},
                                                [&] { return parse_checkpoint(text); });
  if (!checkpoint) return;
  require(!checkpoint->collectors.empty(), "a state has no collector", text);
  require(format_checkpoint(*checkpoint) == text, "a state is written differently", text);
}

UnixSeconds read_time(FuzzInput& input) {
  return UnixSeconds(std::chrono::seconds(input.number(4)));
}

/// A state with any names is read back as it was.
void check_names(FuzzInput input) {
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
    if ((input.byte() & 1U) != 0) {
      collector.verdict = Verdict::Consumed;
      collector.confirmed_at = read_time(input);
    }
  } while (!input.is_empty());
  const std::string text = format_checkpoint(checkpoint);
  require(parse_checkpoint(text) == checkpoint, "a state is read differently", text);
}

void check(FuzzInput input) {
  if ((input.byte() & 1U) != 0) return check_names(input);
  const std::string_view text = input.all();
  check_text(std::string(text));
  check_text(with_digest(text));
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check(vrni2syslog::testing::FuzzInput(data, size));
  return 0;
}
