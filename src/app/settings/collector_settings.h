#pragma once

#include "app/options/option_values.h"
#include "app/settings/secrets.h"
#include "transport/collector_sink.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// The collectors that --collector and --vrli-server name, in this order. Throws Error(Usage),
/// Error(Configuration).
[[nodiscard]] std::vector<CollectorAddress> make_collectors(const OptionValues& values);

/// Whether one of the collectors has an account, or a token.
[[nodiscard]] bool have_login(const std::vector<CollectorAddress>& collectors);
/// Whether none of them has an account with a password. Those of ?api=vcf9 and ?sasl=oauthbearer
/// have a token.
[[nodiscard]] bool have_only_tokens(const std::vector<CollectorAddress>& collectors);
/// Throws Error(Usage) if there is a password for collectors, or a command for their token, and
/// none of them has an account that needs it.
void require_login_for_password(const OptionValues& values,
                                const std::vector<CollectorAddress>& collectors);

/// The UUID that stands for a name (RFC 9562, version 8): always the same one.
[[nodiscard]] std::string agent_uuid(std::string_view name);

/// Lacks the password, and the agent.
[[nodiscard]] CollectorOptions make_collector_options(const OptionValues& values);

/// Finds the password or token of the collectors that have a login, and puts it into the options;
/// nothing without such a collector, and if its token comes from a command. Throws what
/// find_secret() does.
void add_collector_password(const std::vector<CollectorAddress>& collectors,
                            const OptionValues& values, const SecretContext& context,
                            CollectorOptions& options);

/// The verdict that --confirm requires; nullopt for `auto`.
[[nodiscard]] std::optional<Verdict> make_required_verdict(const OptionValues& values);

}  // namespace vrni2syslog
