#pragma once

#include "json/json.h"

#include <cstddef>

namespace vrni2syslog {

/// For what looks at the outermost object and those within it, and passes over everything deeper.
class JsonDepthHandler : public JsonHandler {
 public:
  void null() override {}
  void begin_object() override { ++depth_; }
  void end_object() override { --depth_; }
  void begin_array() override { depth_ += kArray; }
  void end_array() override { depth_ -= kArray; }

 protected:
  /// 1 in the outermost object, 2 in an object within it. What is in an array is deeper than that.
  [[nodiscard]] std::size_t depth() const noexcept { return depth_; }

 private:
  static constexpr std::size_t kArray = 2;

  std::size_t depth_ = 0;
};

}  // namespace vrni2syslog
