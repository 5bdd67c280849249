#pragma once

namespace vrni2syslog {

/// The deleter of a std::unique_ptr that owns what a C library has allocated: `free_function` frees
/// it.
template <auto free_function>
struct FreedBy {
  template <typename T>
  void operator()(T* object) const noexcept {
    free_function(object);
  }
};

}  // namespace vrni2syslog
