#pragma once

#include "transport/contract/receipt.h"

#include <optional>
#include <string>

namespace vrni2syslog {

/// What a stream has to do next to close in order.
enum class CloseAction {
  AwaitDrain,        ///< wait until the peer's kernel has acknowledged every byte
  SendCloseNotify,   ///< end the TLS stream
  AwaitCloseNotify,  ///< read until the peer ends its TLS stream or its connection
  ShutWrite,         ///< end our half of the connection
  AwaitEof,          ///< read until the peer ends its half
  Done,              ///< the receipt is ready
};

/// How such an action ended.
enum class CloseEvent {
  Drained,          ///< all bytes acknowledged, and the peer has not ended the connection
  CloseNotifySent,  ///< our end of the TLS stream is out
  PeerCloseNotify,  ///< the peer has ended its TLS stream, having acknowledged the end of ours
  WriteShut,        ///< our half of the connection is ended
  PeerEof,          ///< the peer has ended its half, without a reset, having acknowledged our end
  PeerEndedFirst,   ///< the peer ended its side before it had received our end
  TimedOut,         ///< the time for the action is over
  Broken,           ///< reset, TLS alert or another error; the detail says which
};

/// Decides what a closed stream proves. If the peer ends its half of the connection after our end
/// has reached it, its process has read every byte (`Consumed`), because a Linux peer that closes
/// with unread bytes sends a reset instead of a FIN (RFC 1122 section 4.2.2.13). That is not so if
/// the peer's process calls shutdown(2) before, but this side cannot see the difference. A TLS
/// peer's close_notify is not enough: it should be the answer to ours, which comes after all lines
/// (RFC 5425 section 4.4), but a process that is about to end sends it as well, with lines still
/// unread. Only the FIN or the reset that follows shows which it was. An end that the peer
/// announced before ours had reached it proves nothing.
class ReceiptMachine {
 public:
  /// `after_drain` is what ends our side: SendCloseNotify for TLS, ShutWrite for others.
  /// `drained_verdict` is the verdict if all bytes were acknowledged but the peer did not answer
  /// the close: `Acked` for TCP, whose kernels acknowledge; `Consumed` for a unix stream, where
  /// only reading does.
  ReceiptMachine(CloseAction after_drain, Verdict drained_verdict) noexcept
      : after_drain_(after_drain), drained_verdict_(drained_verdict) {}

  /// What to do next; AwaitDrain at first.
  [[nodiscard]] CloseAction action() const noexcept { return action_; }
  /// Takes how action() ended. `detail` is the reason of Broken and TimedOut, for the user.
  void handle(CloseEvent event, std::string detail = {});

  /// Valid once action() is Done.
  [[nodiscard]] const Receipt& receipt() const noexcept { return receipt_; }

 private:
  [[nodiscard]] std::optional<CloseAction> next_action(CloseEvent event) const noexcept;
  void finish(CloseEvent event, std::string detail);
  void fail(CloseEvent event, std::string detail);

  CloseAction after_drain_;
  Verdict drained_verdict_;
  CloseAction action_ = CloseAction::AwaitDrain;
  Receipt receipt_;
};

}  // namespace vrni2syslog
