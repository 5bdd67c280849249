#pragma once

#include "base/log.h"
#include "base/secret.h"
#include "base/verdict.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// CollectorOptions::kept_progress of a collector that could not be asked when the run began. It
/// must get nothing in this run.
inline constexpr std::string_view kNotAsked = "not asked";

/// What holds for the sessions with every collector of a run: limits, of which transport/README.md
/// also says what each one bounds, and who we are.
struct CollectorOptions {
  /// For the name lookup, and again for each address that is tried: for connecting, the TLS
  /// handshake, and the opening of a protocol such as RELP.
  std::chrono::milliseconds connect_timeout{10'000};
  /// For the time in which the peer takes no byte, or with RELP acknowledges no line, while there
  /// is more to send.
  std::chrono::milliseconds progress_timeout{60'000};
  /// For the proof at the end of an epoch: the peer's answer to the orderly close, or with RELP
  /// each of the last acknowledgements.
  std::chrono::milliseconds close_timeout{10'000};
  /// After so long without a line, the lines of the epoch so far are committed, and the next ones
  /// go over a new connection if the transport needs one: something between us and the collector is
  /// known to close idle connections. Without a value no pause is too long.
  std::optional<std::chrono::milliseconds> longest_idle;
  /// If this many bytes of lines wait to be sent, Sink::send() waits.
  std::size_t queue_bytes = 4U * 1024 * 1024;
  /// The least verdict that a receipt must have, for a transport that knows only once it is
  /// connected that it can give no such receipt; nullopt if every one but Failed will do.
  std::optional<Verdict> required_verdict;
  /// The password of the account in a collector's URL (?user=), or the token of a collector; empty
  /// if no collector needs one.
  Secret password;
  /// The command that prints the token of a collector with ?sasl=oauthbearer, in place of the
  /// password; empty if there is none.
  std::string token_command;
  /// The UUID that names the job to collectors which want to know from whom their lines come.
  std::string agent = "00000000-0000-8000-8000-000000000000";
  /// For collectors whose records say where they come from: the name of the job, the platform, and
  /// the id of the run. What is empty is not said.
  std::string job;
  std::string platform;
  std::string run;
  /// What a run of a window that the user named adds to the job's name where one run must not get
  /// in another one's way; empty for a run that continues the job.
  std::string window;
  /// Nobody sends flows over the session: it shows whether a run could, and must not get in the way
  /// of one.
  bool is_check = false;
  /// What the collector keeps of how far the job is, as the run knows it, for a transport that
  /// sends an epoch and this in one transaction. Without a text the run has not looked yet. It
  /// belongs to the loop's thread, and to all sessions with the collector. Null if nothing is
  /// sent in transactions, whatever the URL says.
  std::shared_ptr<std::optional<std::string>> kept_progress;
  /// Takes what a library of the transport logs, from any thread, and outlives the sessions; null
  /// if nobody wants it.
  Log* log = nullptr;
};

}  // namespace vrni2syslog
