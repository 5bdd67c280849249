#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::simulator {

/// The filter is not one that the platform would take.
class FilterError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a filter is applied to.
class FilterSubject {
 public:
  FilterSubject() = default;
  FilterSubject(const FilterSubject&) = delete;
  FilterSubject& operator=(const FilterSubject&) = delete;
  virtual ~FilterSubject() = default;

  using Test = std::function<bool(std::string_view)>;
  /// Whether `test` holds for any of the values of `field`; a field without value has none.
  [[nodiscard]] virtual bool any_value(std::string_view field, const Test& test) const = 0;
};

/// A search filter of the API: comparisons `field op value` with = != < > <= >= LIKE, NOT LIKE, IN,
/// NOT IN, and `field IS [NOT] SET`, joined by AND and OR, with parentheses. Strings are in single
/// quotes, numbers and enumeration values bare, keywords in either case. An empty filter takes all.
class Filter {
 public:
  using IsField = std::function<bool(std::string_view)>;

  /// Throws FilterError for text that is no filter, and for a field for which `is_field` is false.
  Filter(std::string_view text, const IsField& is_field);
  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;
  ~Filter();

  [[nodiscard]] bool matches(const FilterSubject& subject) const;
  [[nodiscard]] bool takes_all() const noexcept { return root_ == nullptr; }
  /// Of a trailing "in last 24 hours": the window that it asks for.
  [[nodiscard]] std::optional<std::chrono::seconds> in_last() const noexcept { return in_last_; }

  struct Node;

 private:
  std::unique_ptr<Node> root_;
  std::optional<std::chrono::seconds> in_last_;
};

}  // namespace vrni2syslog::simulator
