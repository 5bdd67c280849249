#pragma once

#include "base/secret.h"
#include "http/redactor.h"
#include "transport/contract/ingestion_options.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// What differs between the generations of the ingestion API.
struct IngestionFacts {
  std::string_view name;           ///< for messages
  std::size_t max_body_bytes = 0;  ///< before compression
  std::size_t max_events = 0;      ///< in one request
  std::string_view body_start;     ///< what the body has before the events
  std::string_view body_end;       ///< what the body has after the events
  std::string_view session_path;   ///< path at which a session begins; empty if the API has none
  std::string_view token_header;   ///< what the header line has before the token
  std::string_view login_remedy;   ///< what to do if the collector demands a login
};

[[nodiscard]] const IngestionFacts& facts_of(IngestionApi api) noexcept;

/// The path to which events are posted.
[[nodiscard]] std::string ingestion_path(IngestionApi api, std::string_view agent);

/// The body of the request that begins a session. It holds the password.
[[nodiscard]] std::string session_request(const IngestionOptions& options, const Secret& password);

/// The session that an answer gives; nullopt if it gives none, or one that is not fit for a header.
[[nodiscard]] std::optional<Secret> read_session(std::string body);

/// What an answer to a request with events means.
enum class IngestionVerdict : std::uint8_t {
  Accepted,     ///< every event is stored
  Refused,      ///< none is: one of them is not acceptable, or they are too many
  Overloaded,   ///< the collector wants us to come back later
  SessionOver,  ///< a login is needed, or is needed again
  Forbidden,    ///< the login or the address is wrong, and stays so
  Unclear,      ///< nobody knows what is stored: the epoch has failed
};

/// An answer, read.
struct IngestionAnswer {
  IngestionVerdict verdict = IngestionVerdict::Unclear;
  /// For the user, unless Accepted. May quote the server, without the secrets that it repeats.
  std::string reason;
};

/// The start of a server's words, for messages: without the secrets of the run, and printable. The
/// secrets are hidden before the words are cut, since a part of a secret would not be found.
[[nodiscard]] std::string quotable(std::string words, const Redactor& redactor);

/// What an answer to a login means that gives no session: Forbidden if it refuses the account, and
/// Unclear otherwise.
[[nodiscard]] IngestionAnswer read_login_failure(int status, std::string body,
                                                 const IngestionOptions& options,
                                                 const Redactor& redactor);

/// Reads the answer to a request with `sent` events. It is Accepted only if it says that exactly so
/// many were ingested.
[[nodiscard]] IngestionAnswer read_ingestion_answer(int status, std::string body, std::size_t sent,
                                                    const IngestionFacts& facts,
                                                    const Redactor& redactor);

/// Reads the answer to a request without events, with which a session opens: an API that is there
/// answers that the events are missing. Accepted then, and also if it has too much to do now (429,
/// 503); otherwise SessionOver, Forbidden, Unclear, or Overloaded if it does not work.
[[nodiscard]] IngestionAnswer read_probe_answer(int status, std::string body,
                                                const IngestionFacts& facts,
                                                const Redactor& redactor);

/// What is left of an event that the collector refuses: its text and time, without any field. Empty
/// if it is no event.
[[nodiscard]] std::string reduced_event(std::string event);
/// An event for messages: the start of its text, and the id of its flow.
[[nodiscard]] std::string describe_event(std::string event);

}  // namespace vrni2syslog
