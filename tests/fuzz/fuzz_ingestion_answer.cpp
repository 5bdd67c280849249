/// Any answer of a collector with Log Insight's ingestion API: only one number of events can be
/// accepted by it, what is said of it is one clean line, and a session is fit for a header.

#include "fuzz_input.h"
#include "properties.h"
#include "transport/cfapi/ingestion_protocol.h"

#include <array>
#include <string>

namespace vrni2syslog::testing {
namespace {

constexpr std::array kStatuses{200, 201, 204, 302, 400, 401, 403,
                               404, 408, 413, 429, 440, 500, 503};

void require_clean(const IngestionAnswer& answer, std::string_view body) {
  const bool is_accepted = answer.verdict == IngestionVerdict::Accepted;
  require(is_accepted || !answer.reason.empty(), "nothing is said of a failure", body);
  require(is_one_line(answer.reason), "a reason is not one clean line", answer.reason);
}

void check(FuzzInput input) {
  const int status = kStatuses[input.byte() % kStatuses.size()];
  const std::size_t sent = input.byte() % 8U;
  const std::string body(input.all());
  const Redactor redactor({Secret("errorMessage")});
  const IngestionFacts& facts = facts_of(IngestionApi::V1);
  const auto read = [&](std::size_t count) {
    return read_ingestion_answer(status, body, count, facts, redactor);
  };
  const IngestionAnswer answer = read(sent);
  require_clean(answer, body);
  if (answer.verdict == IngestionVerdict::Accepted) {
    require(status >= 200 && status < 300, "a failure is taken for a success", body);
    require(read(sent + 1).verdict != IngestionVerdict::Accepted,
            "an answer accepts any number of events", body);
  }
  require_clean(read_probe_answer(status, body, facts, redactor), body);
  if (const std::optional<Secret> session = read_session(body)) {
    require(!session->empty() && is_one_line(session->reveal()), "a session breaks a header", body);
  }
  require(is_one_line(describe_event(body)), "an event has no clean description", body);
  (void)reduced_event(body);
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check({data, size});
  return 0;
}
