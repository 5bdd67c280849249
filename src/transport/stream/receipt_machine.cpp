#include "transport/stream/receipt_machine.h"

#include <optional>
#include <utility>

namespace vrni2syslog {

void ReceiptMachine::handle(CloseEvent event, std::string detail) {
  if (action_ == CloseAction::Done) return;
  const std::optional<CloseAction> next = next_action(event);
  if (!next) return fail(event, std::move(detail));
  action_ = *next;
  if (action_ == CloseAction::Done) finish(event, std::move(detail));
}

/// nullopt if the action must not end like this.
std::optional<CloseAction> ReceiptMachine::next_action(CloseEvent event) const noexcept {
  using enum CloseAction;
  switch (action_) {
    case AwaitDrain:
      if (event == CloseEvent::Drained) return after_drain_;
      break;
    case SendCloseNotify:
      if (event == CloseEvent::CloseNotifySent) return AwaitCloseNotify;
      break;
    case AwaitCloseNotify:
      // Many peers never answer with a close_notify of their own, but with their FIN, or wait for
      // ours. After a FIN a reset may still come.
      if (event == CloseEvent::PeerCloseNotify || event == CloseEvent::PeerEof ||
          event == CloseEvent::TimedOut) {
        return ShutWrite;
      }
      break;
    case ShutWrite:
      if (event == CloseEvent::WriteShut) return AwaitEof;
      break;
    case AwaitEof:
      if (event == CloseEvent::PeerCloseNotify) return AwaitEof;
      if (event == CloseEvent::PeerEof || event == CloseEvent::TimedOut) return Done;
      break;
    case Done:
      break;
  }
  return std::nullopt;
}

/// The peer has ended its half, or its time for that is over.
void ReceiptMachine::finish(CloseEvent event, std::string detail) {
  receipt_.verdict = event == CloseEvent::PeerEof ? Verdict::Consumed : drained_verdict_;
  if (receipt_.verdict != Verdict::Consumed) receipt_.detail = std::move(detail);
}

void ReceiptMachine::fail(CloseEvent event, std::string detail) {
  const bool has_reason = event == CloseEvent::Broken || event == CloseEvent::TimedOut;
  action_ = CloseAction::Done;
  receipt_ = Receipt{Verdict::Failed, has_reason ? std::move(detail) : kClosedEarly};
}

}  // namespace vrni2syslog
