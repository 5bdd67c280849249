#include "transport/relp/relp_session.h"

#include "base/error.h"
#include "transport/contract/receipt.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace vrni2syslog {
namespace {

constexpr std::string_view kOffers = "relp_version=0\nrelp_software=vrni2syslog\ncommands=syslog";
constexpr std::string_view kAccepted = "200";
constexpr std::size_t kMaxShownBytes = 200;

[[noreturn]] void fail(const std::string& reason) {
  throw Error(Fault::Unconfirmed, reason);
}

std::uint32_t following(std::uint32_t number) noexcept {
  return number == kMaxRelpNumber ? 1 : number + 1;
}

/// Cuts `text` at the first `mark`: returns the part before it and leaves the part after it.
std::string_view cut(std::string_view& text, char mark) {
  const std::size_t end = text.find(mark);
  const std::string_view part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return part;
}

bool has_item(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    if (cut(list, ',') == wanted) return true;
  }
  return false;
}

/// An answer's data: "CODE [SP TEXT] [LF OFFERS]".
struct Answer {
  explicit Answer(std::string_view data) : offers(data) {
    text = cut(offers, '\n');
    code = cut(text, ' ');
  }

  [[nodiscard]] bool is_accepted() const noexcept { return code == kAccepted; }
  /// "500 \"disk full\"".
  [[nodiscard]] std::string shown() const {
    if (code.empty() && text.empty()) return "an empty answer";
    return fmt::format("{} \"{}\"", printable(code, kMaxShownBytes),
                       printable(text, kMaxShownBytes));
  }

  std::string_view code;
  std::string_view text;
  std::string_view offers;
};

/// "librelp,1.11.0,http://..." as "librelp 1.11.0".
std::string software_name(std::string_view value) {
  const std::string_view name = cut(value, ',');
  const std::string_view version = cut(value, ',');
  const std::string both = fmt::format("{}{}{}", name, version.empty() ? "" : " ", version);
  return printable(both, kMaxShownBytes);
}

}  // namespace

void RelpSession::append_open(std::string& out) {
  append_command(out, "open", kOffers);
}

void RelpSession::append_line(std::string& out, std::string_view line) {
  append_command(out, "syslog", line);
  ++lines_;
}

void RelpSession::append_close(std::string& out) {
  append_command(out, "close", {});
  stage_ = Stage::Closing;
}

void RelpSession::append_command(std::string& out, std::string_view command,
                                 std::string_view data) {
  fmt::format_to(std::back_inserter(out), "{} {} {}", next_, command, data.size());
  if (!data.empty()) out += ' ';
  out += data;
  out += '\n';
  next_ = following(next_);
}

void RelpSession::receive(std::string_view bytes) {
  while (!bytes.empty() && !is_closed()) {
    const RelpFrame* frame = parser_.next(bytes);
    if (frame != nullptr) take(*frame);
  }
}

void RelpSession::take(const RelpFrame& frame) {
  if (frame.number == 0) return take_hint(frame);
  if (frame.command != "rsp")
    fail(fmt::format("the collector sent the RELP command \"{}\", which is for clients only",
                     frame.command));
  if (oldest_ == next_ || frame.number != oldest_)
    fail(fmt::format("the collector answered RELP command {}, which was not its turn",
                     frame.number));
  oldest_ = following(oldest_);
  ++answers_;
  take_answer(frame);
}

/// A hint that is unknown may be ignored.
void RelpSession::take_hint(const RelpFrame& frame) const {
  if (frame.command == "rsp") fail("the collector answered RELP command 0, which does not exist");
  // After our close only its answer counts, which may still be under way.
  if (frame.command == "serverclose" && stage_ != Stage::Closing) fail(kClosedEarly);
}

void RelpSession::take_answer(const RelpFrame& frame) {
  const Answer answer(frame.data);
  switch (stage_) {
    case Stage::Opening:
      if (!answer.is_accepted())
        fail(fmt::format("the collector refuses the RELP session: {}", answer.shown()));
      take_offers(answer.offers);
      stage_ = Stage::Open;
      break;
    case Stage::Open:
      if (!answer.is_accepted())
        fail(fmt::format("the collector refused a line: {}", answer.shown()));
      ++acknowledged_;
      break;
    case Stage::Closing:
      // librelp answers a close without data.
      if (!answer.is_accepted() && !frame.data.empty())
        fail(fmt::format("it answered {}", answer.shown()));
      stage_ = Stage::Closed;
      break;
    case Stage::Closed:
      break;
  }
}

void RelpSession::take_offers(std::string_view offers) {
  bool has_version = false;
  bool takes_syslog = false;
  while (!offers.empty()) {
    std::string_view value = cut(offers, '\n');
    const std::string_view name = cut(value, '=');
    if (name == "relp_version") has_version = true;
    if (name == "commands") takes_syslog = has_item(value, "syslog");
    if (name == "relp_software") peer_software_ = software_name(value);
  }
  if (!has_version)
    fail("the collector's answer to the opening of the RELP session has no version");
  if (!takes_syslog) fail("the collector takes no syslog messages over RELP");
}

std::string RelpSession::explain(std::string_view reason) const {
  if (unacknowledged() == 0) return std::string(reason);
  return fmt::format("{}; {} of {} lines are not acknowledged", reason, unacknowledged(), lines_);
}

}  // namespace vrni2syslog
