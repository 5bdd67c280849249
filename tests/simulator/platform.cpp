#include "platform.h"

namespace vrni2syslog::simulator {
namespace {

// What the API tells in all its calls together: flows as they are shown, and every name and VLAN.
Presentation ground_truth(const Presentation& shown) {
  Presentation truth;
  truth.rule_id = shown.rule_id;
  truth.has_tag_prefix = shown.has_tag_prefix;
  truth.has_vlan_ids = true;
  return truth;
}

}  // namespace

Platform::Platform(const Options& platform_options)
    : options(platform_options),
      inventory({options.data.seed, options.data.flows, options.data.hostile}),
      flows({options.data.seed, options.data.flows, options.data.from, options.data.until,
             options.data.ipv6, options.data.unknown_enums, options.data.fact_change_every,
             options.data.all_day},
            inventory),
      meter(flows, options.data.seed),
      search(flows, inventory),
      writer(inventory, options.version, options.presentation),
      truth_writer(inventory, options.version, ground_truth(options.presentation)),
      pager(options.pages),
      tokens(options.data.seed, options.login.token_life, options.login.token_grace,
             options.login.token_limit),
      cloud_tokens(options.data.seed + 1, options.login.token_life, options.login.token_grace,
                   Tokens::kNoLimit),
      bearer_tokens(options.login.bearer_tokens),
      faults(options.faults),
      misses(options.fetch),
      index_clock(now_seconds()) {}

void Platform::revoke_tokens() {
  tokens.remove_all();
  cloud_tokens.remove_all();
  bearer_tokens.revoke();
}

std::int64_t now_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

Answer error_answer(int status, std::string_view message) {
  Answer answer;
  answer.status = status;
  JsonWriter json(answer.body);
  json.begin_object();
  json.key("code").number(status);
  json.key("message").text(message);
  json.key("details").begin_array().begin_object();
  json.key("code").number(status);
  json.key("message").text(message);
  json.key("target").begin_array().end_array();
  json.end_object().end_array();
  json.end_object();
  return answer;
}

Answer empty_answer(int status) {
  Answer answer;
  answer.status = status;
  return answer;
}

}  // namespace vrni2syslog::simulator
