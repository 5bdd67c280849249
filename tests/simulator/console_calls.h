#pragma once

#include "platform.h"

namespace vrni2syslog::simulator {

/// The Cloud Services console's exchange of an API token for an access token. 400 for a wrong one,
/// which is then repeated in the message, and for one in the URL, where it does not belong.
[[nodiscard]] Answer exchange_api_token(Platform& platform, const Call& call);

}  // namespace vrni2syslog::simulator
