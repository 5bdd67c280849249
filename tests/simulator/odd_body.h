#pragma once

#include "http.h"
#include "stopper.h"

#include <string_view>

namespace vrni2syslog::simulator {

/// An answer with status 200 that is not what the API's clients wait for: "html" is a login page,
/// "nested" 2,000,000 opening brackets, "huge" 2 GiB of JSON in chunks, "huge-length" the same with
/// a Content-Length, "empty" nothing, "array" a JSON array. `stopper` must outlive the answer.
[[nodiscard]] Answer odd_body(std::string_view kind, Stopper& stopper);

}  // namespace vrni2syslog::simulator
