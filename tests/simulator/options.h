#pragma once

#include "api_version.h"
#include "flow_writer.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace vrni2syslog::simulator {

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;
  std::string certificate, key;  ///< PEM files; both empty: a certificate is made
  std::string ca_out, port_file;
  std::chrono::milliseconds latency{0};
  bool uses_gzip = false;
};

struct DataOptions {
  std::uint32_t flows = 1000;
  std::uint64_t seed = 1;
  std::int64_t from = 0;  ///< epoch seconds
  std::int64_t until = 0;
  double hostile = 0;
  double ipv6 = 0;
  bool unknown_enums = false;
  std::uint32_t fact_change_every = 0;
};

struct LoginOptions {
  std::string username = "admin@local";
  std::string password = "simulator";
  std::string domain_type = "LOCAL";
  std::string domain_value;  ///< must be matched, where it is not empty
  std::chrono::seconds token_life{5 * 3600};
  bool expiry_in_seconds = false;
};

enum class CursorEnd : std::uint8_t { Absent, Null, Empty, Unchanged };

/// How searches are paged. 0 switches a limit off.
struct PageOptions {
  CursorEnd end = CursorEnd::Absent;
  std::optional<std::uint32_t> repeat_after =
      std::nullopt;  ///< pages until the cursor leads back; 0: the last
  std::uint32_t page_cap = 0;
  std::uint32_t size_limit = 10'000;
  std::uint32_t deep_offset_limit = 0;
  int deep_offset_status = 400;
  std::uint32_t churn_every = 0;
  std::uint32_t churn_size = 5;
  bool has_growing_total = false;
};

/// Faults of every n-th call that reads data; 0 switches one off.
struct FaultOptions {
  std::uint32_t throttle_every = 0;
  std::string retry_after = "none";
  std::uint32_t unauthorized_after = 0;
  std::uint32_t fail_every = 0;
  std::uint32_t fail_first = 0;
  int fail_status = 503;
  std::uint32_t stall_every = 0;
  std::chrono::seconds stall{60};
  std::uint32_t cut_every = 0;
  std::uint32_t truncate_every = 0;
  std::string body;                   ///< what is answered instead of JSON; empty: JSON
  std::string body_call = "/search";  ///< the path that answers so
};

struct FetchOptions {
  std::uint32_t miss_every = 0;
  bool misses_as_null = false;
  std::uint32_t miss_times = 1;  ///< how often such an id is missed; 0: always
  bool is_shuffled = false;
  std::uint32_t reject_id_every = 0;
};

/// The command line.
struct Options {
  ServerOptions server;
  DataOptions data;
  ApiVersion version;
  LoginOptions login;
  PageOptions pages;
  FaultOptions faults;
  FetchOptions fetch;
  Presentation presentation;
};

/// Reads the command line. Nothing if it only asked for help, which is then on standard output.
/// Throws Error(Usage). `now` is in epoch seconds.
[[nodiscard]] std::optional<Options> parse_options(int argc, const char* const* argv,
                                                   std::int64_t now);

}  // namespace vrni2syslog::simulator
