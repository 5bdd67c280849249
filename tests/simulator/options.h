#pragma once

#include "api_version.h"
#include "flow_writer.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
  double all_day = 0.2;  ///< fraction of the flows that are active through the whole span
  /// Every search lists the flows in other versions than the search before it.
  bool changes_versions = false;
  /// Every so many-th flow is also listed in an earlier version, with another action; 0: none.
  std::uint32_t earlier_version_every = 0;
};

/// Who may come in, and how.
struct LoginOptions {
  std::string username = "admin@local";
  std::string password = "simulator";
  std::string domain_type = "LOCAL";
  std::string domain_value;  ///< must be matched, where it is not empty
  std::chrono::seconds token_life{5 * 3600};
  std::chrono::seconds token_grace{0};  ///< how long a token is valid after its expiry
  std::size_t token_limit = 100;        ///< valid ones of one user, as the platform has it
  bool expiry_in_seconds = false;
  std::string vidm_client_id;  ///< empty: the platform knows no VMware Identity Manager
  std::string vidm_appliance = "vidm.example.com";
  std::string vidm_token = "vidm-access-token";
  std::uint32_t vidm_uses = 0;             ///< how often it is accepted; 0: always
  std::vector<std::string> bearer_tokens;  ///< the first is valid until all tokens die, and so on
  bool is_cloud = false;                   ///< the cloud service with its console
  std::string api_token = "cloud-api-token";
};

enum class CursorEnd : std::uint8_t { Absent, Null, Empty, Unchanged };

/// Whether a flow that was active in nothing but the first or last second of a window is in it.
enum class Bounds : std::uint8_t { Inclusive, Exclusive, WithoutStart, WithoutEnd };

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
  std::uint32_t late_flows = 0;
  /// How many minutes after its start a flow can be found, in turn of the flows; none: at once.
  std::vector<std::uint32_t> late_by{};
  Bounds bounds = Bounds::Inclusive;
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

/// What there is to ask of the metrics of flows.
struct MetricOptions {
  bool has_schema = true;
  bool has_pairs = true;             ///< POST /metrics/fetch
  bool has_lists = true;             ///< POST /metrics/fetch/v2
  std::vector<std::string> missing;  ///< names of metrics that there are not
  std::uint32_t max_points = 300;    ///< of an entity in one answer
  bool cuts_points = false;          ///< those beyond are left out; else the fetch fails
  std::uint32_t max_ids = 0;         ///< the rest is left out of the answer; 0: none is
  std::uint32_t reject_id_every = 0;
  int fail_status = 0;  ///< of every fetch; 0: it succeeds
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
  MetricOptions metrics;
  Presentation presentation;
};

/// Reads the command line. Nothing if it only asked for help, which is then on standard output.
/// Throws Error(Usage). `now` is in epoch seconds.
[[nodiscard]] std::optional<Options> parse_options(int argc, const char* const* argv,
                                                   std::int64_t now);

}  // namespace vrni2syslog::simulator
