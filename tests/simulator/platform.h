#pragma once

#include "bearer_tokens.h"
#include "faults.h"
#include "fetch_misses.h"
#include "flow_generator.h"
#include "flow_meter.h"
#include "flow_search.h"
#include "flow_writer.h"
#include "gate.h"
#include "http.h"
#include "inventory.h"
#include "options.h"
#include "pager.h"
#include "statistics.h"
#include "stopper.h"
#include "tokens.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::simulator {

/// What all the calls work on.
struct Platform {
  explicit Platform(const Options& platform_options);

  /// Makes every token invalid, of whatever kind.
  void revoke_tokens();

  Options options;
  Inventory inventory;
  FlowGenerator flows;
  FlowMeter meter;
  FlowSearch search;
  FlowWriter writer;        ///< flows as the switches have them shown
  FlowWriter truth_writer;  ///< flows as they are, with all names and VLAN ids
  Pager pager;
  Tokens tokens;
  Tokens cloud_tokens;  ///< of the console
  BearerTokens bearer_tokens;
  std::atomic<std::uint32_t> vidm_logins{0};
  Statistics statistics;
  Faults faults;
  FetchMisses misses;
  Stopper stopper;
  Gate fetch_gate;                        ///< of the answers to bulk fetches
  std::atomic<std::int64_t> index_clock;  ///< for --late-by: epoch seconds
  std::atomic<std::int64_t> surplus{0};   ///< that searches for one result count
};

/// A request for one row of the routing table.
struct Call {
  const Request& request;
  std::string id;  ///< what stands for {id} in the path
};

/// Now, in epoch seconds.
[[nodiscard]] std::int64_t now_seconds();

/// An ApiError. Its body is what the API documents; 404 and the 5xx have none.
[[nodiscard]] Answer error_answer(int status, std::string_view message);
/// An answer that says nothing but its status.
[[nodiscard]] Answer empty_answer(int status);

}  // namespace vrni2syslog::simulator
