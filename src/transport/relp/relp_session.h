#pragma once

#include "transport/relp/relp_frame_parser.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The client's side of a RELP session (the protocol of librelp's relp.md, version 0), without its
/// connection: makes the commands, takes the peer's answers, and counts what they prove. Every line
/// is a command, and its answer says that the collector has taken the line over.
class RelpSession {
 public:
  /// This many lines may be unanswered at any time, as with librelp.
  static constexpr std::size_t kWindow = 128;

  /// `first_number` is the number of the session's first command; a peer expects 1.
  explicit RelpSession(std::uint32_t first_number = 1) noexcept
      : next_(first_number), oldest_(first_number) {}

  // Each of these appends a command to `out`. The first one opens the session. Once is_open(),
  // lines of at most kMaxRelpDataBytes may follow as long as there is room(). Once every line is
  // acknowledged, the session may be closed.
  void append_open(std::string& out);
  void append_line(std::string& out, std::string_view line);
  void append_close(std::string& out);

  /// Takes what the peer has sent, however it is split. Throws Error(Unconfirmed) for anything that
  /// is not RELP, for an answer to no command, for a refusal (with the peer's words), and for a
  /// peer that announces its end before ours. Then only explain() may follow.
  void receive(std::string_view bytes);

  [[nodiscard]] bool is_open() const noexcept { return stage_ == Stage::Open; }
  [[nodiscard]] bool is_closed() const noexcept { return stage_ == Stage::Closed; }
  /// How many lines may be appended now.
  [[nodiscard]] std::size_t room() const noexcept { return kWindow - unacknowledged(); }
  [[nodiscard]] std::size_t unacknowledged() const noexcept {
    return static_cast<std::size_t>(lines_ - acknowledged_);
  }
  /// How many commands of any kind have been answered. A change shows progress.
  [[nodiscard]] std::uint64_t answers() const noexcept { return answers_; }
  /// Once is_open(), "librelp 1.11.0", on one line; empty if the peer does not tell.
  [[nodiscard]] const std::string& peer_software() const noexcept { return peer_software_; }

  /// Ends an epoch, all of whose lines are acknowledged: explain() counts from here on.
  void end_epoch() noexcept { lines_ = acknowledged_ = 0; }
  /// The `reason` why lines cannot be sent any more, and how many of the epoch's lines are not
  /// acknowledged.
  [[nodiscard]] std::string explain(std::string_view reason) const;

 private:
  enum class Stage { Opening, Open, Closing, Closed };

  void append_command(std::string& out, std::string_view command, std::string_view data);
  void take(const RelpFrame& frame);
  void take_hint(const RelpFrame& frame) const;
  void take_answer(const RelpFrame& frame);
  void take_offers(std::string_view offers);

  Stage stage_ = Stage::Opening;
  RelpFrameParser parser_;
  std::uint32_t next_;              ///< the number of the next command
  std::uint32_t oldest_;            ///< the number of the oldest unanswered command, or next_
  std::uint64_t lines_ = 0;         ///< of the epoch
  std::uint64_t acknowledged_ = 0;  ///< of them
  std::uint64_t answers_ = 0;
  std::string peer_software_;
};

}  // namespace vrni2syslog
