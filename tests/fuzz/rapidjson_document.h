#pragma once

// RapidJSON adds to a null pointer when the first value comes to an empty stack, which clang's
// sanitizer takes for an error, and GCC's does not.
#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/document.h>
#ifdef __clang__
#pragma clang attribute pop
#endif
