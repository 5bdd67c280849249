#pragma once

#include "transport/receipt.h"

#include <string>

namespace vrni2syslog {

/// What a stream does next to close in order.
enum class CloseAction {
  AwaitDrain,        ///< wait until the peer's kernel has acknowledged every byte
  SendCloseNotify,   ///< end the TLS stream
  AwaitCloseNotify,  ///< read until the peer ends its TLS stream or its connection
  ShutWrite,         ///< end our half of the connection
  AwaitEof,          ///< read until the peer ends its half
  Done,              ///< the receipt is ready
};

/// What came of it.
enum class CloseEvent {
  Drained,          ///< all bytes acknowledged, and the peer has not ended the connection
  CloseNotifySent,  ///< our end of the TLS stream is out
  PeerCloseNotify,  ///< the peer has ended its TLS stream
  WriteShut,        ///< our half of the connection is ended
  PeerEof,          ///< the peer has ended its half, without a reset
  TimedOut,         ///< the time for the action is over
  Broken,           ///< reset, TLS alert or another error, which the detail tells
};

/// What is known of a kind of stream.
struct CloseRules {
  bool has_close_notify = false;
  /// What it means that all bytes were acknowledged, if the peer leaves the close unanswered:
  /// `Acked` for TCP, whose kernels acknowledge; `Consumed` for a unix stream, where only reading
  /// does.
  Verdict drained_verdict = Verdict::Acked;
};

/// Decides what a closed stream proves: that the peer's process has read every byte (`Consumed`) if
/// the peer ended the connection in order after we did. A Linux peer that closes with unread bytes
/// sends a reset instead of a FIN (RFC 1122 section 4.2.2.13), and a TLS peer can only see our
/// close_notify behind everything before it (RFC 5425 section 4.4). An end that the peer announced
/// before us proves nothing.
class ReceiptMachine {
 public:
  explicit ReceiptMachine(const CloseRules& rules) : rules_(rules) {}

  /// The first is AwaitDrain.
  [[nodiscard]] CloseAction action() const noexcept { return action_; }
  /// Whether the peer has answered our close_notify, after which its FIN only rules out a reset.
  [[nodiscard]] bool is_answered() const noexcept { return is_answered_; }
  /// Takes what came of action(). `detail` is the reason of Broken and TimedOut, for the user.
  void handle(CloseEvent event, std::string detail = {});

  /// Valid once action() is Done.
  [[nodiscard]] const Receipt& receipt() const noexcept { return receipt_; }

 private:
  void finish(Verdict verdict, std::string detail = {});
  void handle_in_drain(CloseEvent event, std::string detail);
  void handle_in_close_notify(CloseEvent event);
  void handle_in_eof(CloseEvent event, std::string detail);

  CloseRules rules_;
  CloseAction action_ = CloseAction::AwaitDrain;
  bool is_answered_ = false;
  Receipt receipt_;
};

}  // namespace vrni2syslog
