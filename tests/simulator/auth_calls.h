#pragma once

#include "platform.h"

namespace vrni2syslog::simulator {

/// Whether the request carries a valid token: `Authorization: NetworkInsight <token>`, with that
/// very word and one space, or `Bearer <token>` where there are such; at the cloud service
/// `csp-auth-token: <token>` and nothing else.
[[nodiscard]] bool is_authorized(const Platform& platform, const Request& request);

/// 401 as the API version has it: without a body, or with an ApiError.
[[nodiscard]] Answer unauthorized_answer(const Platform& platform);

[[nodiscard]] Answer create_token(Platform& platform, const Call& call);
[[nodiscard]] Answer delete_token(Platform& platform, const Call& call);
[[nodiscard]] Answer create_vidm_token(Platform& platform, const Call& call);
[[nodiscard]] Answer get_vidm_client(Platform& platform, const Call& call);
[[nodiscard]] Answer get_version(Platform& platform, const Call& call);

}  // namespace vrni2syslog::simulator
