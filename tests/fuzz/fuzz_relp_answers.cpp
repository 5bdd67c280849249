/// A RELP session whose peer sends anything: what it proves does not depend on how the bytes are
/// split, nothing counts as acknowledged that was not answered, and a refusal is one line.

#include "../support/valid_utf8.h"
#include "base/error.h"
#include "fuzz_input.h"
#include "properties.h"
#include "transport/relp/relp_session.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>

namespace vrni2syslog::testing {
namespace {

bool is_one_line(std::string_view text) {
  return is_valid_utf8(text) &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// What the peer sends before the session is open, to the lines, and to the close.
struct Conversation {
  std::size_t lines;
  std::string_view opening;
  std::string_view answers;
  std::string_view closing;
};

struct Outcome {
  bool has_failed = false;
  bool is_closed = false;
  std::size_t unacknowledged = 0;
  std::uint64_t answers = 0;
  std::string peer_software;

  [[nodiscard]] auto all() const {
    return std::tie(has_failed, is_closed, unacknowledged, answers, peer_software);
  }
};

void feed(RelpSession& session, std::string_view bytes, std::size_t step) {
  while (!bytes.empty()) {
    session.receive(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
}

void converse(RelpSession& session, const Conversation& conversation, std::size_t step) {
  std::string sent;
  session.append_open(sent);
  feed(session, conversation.opening, step);
  if (!session.is_open()) return;
  for (std::size_t i = 0; i < conversation.lines; ++i) session.append_line(sent, "line");
  feed(session, conversation.answers, step);
  if (session.unacknowledged() > 0) return;
  session.append_close(sent);
  feed(session, conversation.closing, step);
}

void check_failure(const Error& error) {
  require(error.fault() == Fault::Unconfirmed, "another's fault", error.what());
  require(is_one_line(error.what()), "a message is not one line", error.what());
}

Outcome outcome_of(const Conversation& conversation, std::size_t step) {
  RelpSession session;
  Outcome outcome;
  std::string reason = "none";
  try {
    converse(session, conversation, step);
  } catch (const Error& error) {
    check_failure(error);
    outcome.has_failed = true;
    reason = error.what();
  }
  outcome.is_closed = session.is_closed();
  outcome.unacknowledged = session.unacknowledged();
  outcome.answers = session.answers();
  outcome.peer_software = session.peer_software();
  const std::string detail = session.explain(reason);
  require(is_one_line(detail), "a detail is not one line", detail);
  require(is_one_line(outcome.peer_software), "a name is not one line", outcome.peer_software);
  require(session.unacknowledged() <= conversation.lines, "more is missing than was sent");
  // Of the lines that were sent, as many are acknowledged as were answered after the opening.
  const std::size_t acknowledged =
      session.answers() == 0 ? 0 : conversation.lines - session.unacknowledged();
  require(outcome.has_failed || !session.is_open() || session.answers() == acknowledged + 1,
          "more is confirmed than was answered");
  require(!outcome.is_closed || session.unacknowledged() == 0,
          "a session was closed with lines missing");
  require(!outcome.is_closed || session.answers() == conversation.lines + 2,
          "a session was closed that was not answered");
  return outcome;
}

void check_session(FuzzInput input) {
  Conversation conversation;
  conversation.lines = input.byte() % (RelpSession::kWindow + 1);
  const std::size_t step = 1U + input.byte();
  const std::size_t opening_bytes = input.number(2);
  conversation.opening = input.bytes(opening_bytes);
  const std::size_t answers_bytes = input.number(2);
  conversation.answers = input.bytes(answers_bytes);
  conversation.closing = input.all();
  const Outcome whole = outcome_of(conversation, static_cast<std::size_t>(-1));
  require(outcome_of(conversation, step).all() == whole.all(), "the split matters");
}

}  // namespace
}  // namespace vrni2syslog::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vrni2syslog::testing::check_session(vrni2syslog::testing::FuzzInput(data, size));
  return 0;
}
