#pragma once

#include "base/text/same_text.h"
#include "json/reader.h"

#include <cstddef>
#include <iterator>
#include <string_view>

namespace vrni2syslog {

/// One row of a reader's table of places: an object or a list that the reader wants to see.
template <typename Place>
struct JsonPath {
  Place place;
  Place parent;          ///< the place directly around it
  char opening;          ///< '{' for an object, '[' for a list
  std::string_view key;  ///< its name in the parent; empty if any name will do, and in a list
};

/// Whether row i describes the place i + 1, after the row of its parent.
template <typename Place, std::size_t kRows>
[[nodiscard]] constexpr bool is_in_order(const JsonPath<Place> (&paths)[kRows]) noexcept {
  for (std::size_t row = 0; row < kRows; ++row) {
    if (static_cast<std::size_t>(paths[row].place) != row + 1) return false;
    if (paths[row].parent >= paths[row].place) return false;
  }
  return true;
}

/// Follows the paths of a JSON text that a reader asks for, and passes over everything else.
///
/// `Reader` derives from it and has a table `static constexpr JsonPath<Place> kPaths[]`. `Place` is
/// an enumeration whose first value, 0, is the outside of the text; row i of the table describes
/// the place i + 1, and comes after the row of its parent. The reader may define these functions;
/// they are found at compile time, since each is called once for every value of a page:
///
///     void take(Place, std::string_view text)   a scalar that lies directly in this place
///     void take_null(Place)                     a null that does
///     bool enter(Place)                         a place begins; false: pass over it
///     void leave(Place)                         it ends
///     void pass_over(Place)                     an object or a list directly in this place is
///                                               not in the table, or enter() has refused it
template <typename Reader, typename Place>
class JsonPathReader : public JsonHandler {
 public:
  void key(std::string_view name) final {
    if (skipped_depth_ == 0) member_ = name;
  }
  void scalar(std::string_view text) final {
    if (skipped_depth_ == 0) reader().take(place_, text);
  }
  void null() final {
    if (skipped_depth_ == 0) reader().take_null(place_);
  }
  void begin_object() final { begin('{'); }
  void end_object() final { end(); }
  void begin_array() final { begin('['); }
  void end_array() final { end(); }

  void take(Place /*place*/, std::string_view /*text*/) {}
  void take_null(Place /*place*/) {}
  [[nodiscard]] bool enter(Place /*place*/) { return true; }
  void leave(Place /*place*/) {}
  void pass_over(Place /*place*/) {}

 protected:
  /// The name of the member that is being read: in take(), of the scalar; in enter(), of the object
  /// or list that begins. Without a meaning in a list.
  [[nodiscard]] std::string_view member() const noexcept { return member_; }

 private:
  [[nodiscard]] Reader& reader() noexcept { return static_cast<Reader&>(*this); }

  /// The place that begins here, or the outside, 0, if the table has none.
  [[nodiscard]] Place place_within(char opening) const noexcept {
    static_assert(is_in_order(Reader::kPaths));
    for (std::size_t row = static_cast<std::size_t>(place_); row < std::size(Reader::kPaths);
         ++row) {
      const JsonPath<Place>& path = Reader::kPaths[row];
      const bool is_there = path.parent == place_ && path.opening == opening;
      if (is_there && (path.key.empty() || is_same_text(member_, path.key))) return path.place;
    }
    return Place{};
  }

  void begin(char opening) {
    if (skipped_depth_ == 0) {
      const Place within = place_within(opening);
      if (within != Place{} && reader().enter(within)) {
        place_ = within;
        return;
      }
      reader().pass_over(place_);
    }
    ++skipped_depth_;
  }

  void end() {
    if (skipped_depth_ > 0) {
      --skipped_depth_;
      return;
    }
    reader().leave(place_);
    place_ = Reader::kPaths[static_cast<std::size_t>(place_) - 1].parent;
  }

  Place place_{};
  std::size_t skipped_depth_ = 0;  ///< how many objects and lists are being passed over
  std::string_view member_;
};

}  // namespace vrni2syslog
