#pragma once

#include "app/options/option_rows.h"

#include <array>
#include <string_view>

namespace vrni2syslog::option_rows {

inline constexpr std::array<std::string_view, 5> kDeployments{"onprem", "saas", "niaas", "vrnic",
                                                              "cloud"};

/// The options about the command line of flows_to_vrli.py, in the order of Option.
inline constexpr OptionInfo kScriptRows[] = {
    {.option = Option::VrliServer,
     .name = "vrli-server",
     .group = Group::Script,
     .kind = Kind::Address,
     .argument = "HOST",
     .help = "the same as --collector tls://HOST:6514",
     .topic = Topic::Collector},
    {.option = Option::VrliPort,
     .name = "vrli-port",
     .group = Group::Script,
     .kind = Kind::Number,
     .argument = "PORT",
     .help = "its port; 514: tcp, 9543 and 9000: cfapi",
     .topic = Topic::Collector},
    {.option = Option::DeploymentType,
     .name = "deployment-type",
     .group = Group::Script,
     .argument = "TYPE",
     .default_value = "onprem",
     .help = "platform (all but onprem: the cloud service)",
     .choices = words<kDeployments>},
};

}  // namespace vrni2syslog::option_rows
