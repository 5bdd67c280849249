#include "transport/receipt_machine.h"

#include <utility>

namespace vrni2syslog {
void ReceiptMachine::handle(CloseEvent event, std::string detail) {
  if (event == CloseEvent::Broken) return finish(Verdict::Failed, std::move(detail));
  switch (action_) {
    case CloseAction::AwaitDrain:
      return handle_in_drain(event, std::move(detail));
    case CloseAction::SendCloseNotify:
      if (event == CloseEvent::CloseNotifySent)
        action_ = CloseAction::AwaitCloseNotify;
      else
        finish(Verdict::Failed, event == CloseEvent::TimedOut ? std::move(detail) : kClosedEarly);
      return;
    case CloseAction::AwaitCloseNotify:
      return handle_in_close_notify(event);
    case CloseAction::ShutWrite:
      if (event == CloseEvent::WriteShut)
        action_ = CloseAction::AwaitEof;
      else
        finish(Verdict::Failed, std::move(detail));
      return;
    case CloseAction::AwaitEof:
      return handle_in_eof(event, std::move(detail));
    case CloseAction::Done:
      return;
  }
}

void ReceiptMachine::handle_in_drain(CloseEvent event, std::string detail) {
  if (event == CloseEvent::Drained) {
    action_ = rules_.has_close_notify ? CloseAction::SendCloseNotify : CloseAction::ShutWrite;
  } else {
    finish(Verdict::Failed, event == CloseEvent::TimedOut ? std::move(detail) : kClosedEarly);
  }
}

void ReceiptMachine::handle_in_close_notify(CloseEvent event) {
  if (event == CloseEvent::PeerEof) return finish(Verdict::Consumed);
  // Many peers never send a close_notify of their own: then their FIN is the answer.
  is_answered_ = event == CloseEvent::PeerCloseNotify;
  action_ = CloseAction::ShutWrite;
}

void ReceiptMachine::handle_in_eof(CloseEvent event, std::string detail) {
  if (event == CloseEvent::PeerCloseNotify) {
    is_answered_ = true;
  } else if (event == CloseEvent::PeerEof || is_answered_) {
    finish(Verdict::Consumed);
  } else if (rules_.drained_verdict == Verdict::Consumed) {
    finish(Verdict::Consumed);
  } else {
    finish(rules_.drained_verdict, std::move(detail));
  }
}

void ReceiptMachine::finish(Verdict verdict, std::string detail) {
  action_ = CloseAction::Done;
  receipt_ = Receipt{verdict, std::move(detail)};
}

}  // namespace vrni2syslog
