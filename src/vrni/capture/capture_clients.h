#pragma once

#include "base/clock.h"
#include "base/run_limits.h"
#include "http/http_client.h"
#include "vrni/capture/capture_files.h"

#include <memory>
#include <string>

namespace vrni2syslog {

// `api_base` is what the URLs of requests to the API begin with; clock and redactor must outlive
// the client.

/// Hands requests on to `http`, which must outlive it, and writes each of them with its outcome
/// into a capture, without the secrets that `redactor` knows by then, except those that carry
/// credentials in their bodies. PendingAnswer::wait() also
/// throws Error(CannotWrite) if the capture cannot be written.
[[nodiscard]] std::unique_ptr<HttpClient> make_capturing_client(HttpClient& http,
                                                                CaptureWriter capture,
                                                                std::string api_base,
                                                                const Clock& clock,
                                                                const Redactor& redactor);

/// Answers from a capture, without a network. Equal requests (method, path and body) get the
/// recorded outcomes in their order, failures included, and then the last of them again. So a run
/// goes the same way as the captured one; if that one ended while it waited for the platform, the
/// run ends there with Error(Interrupted). Logins, which no capture holds, succeed.
/// PendingAnswer::wait() also throws Error(Data) if the capture does not hold the request or is
/// damaged.
[[nodiscard]] std::unique_ptr<HttpClient> make_replaying_client(CaptureReader capture,
                                                                std::string api_base,
                                                                const Clock& clock,
                                                                RunLimits limits);

/// A clock that tells the time of `clock`, which must outlive it, and never waits: for calls that
/// are answered from a capture, since no platform needs to be spared.
[[nodiscard]] std::unique_ptr<Clock> make_sleepless_clock(const Clock& clock);

}  // namespace vrni2syslog
