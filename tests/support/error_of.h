#pragma once

#include "base/error.h"

#include <gtest/gtest.h>

namespace vrni2syslog {

/// The error that `action` ends with. Where it ends without one the test has failed, and the error
/// is Error(Ok).
template <typename Action>
[[nodiscard]] Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return Error(Fault::Bug, "no error");
}

}  // namespace vrni2syslog
