#pragma once

#include <optional>
#include <string>
#include <utility>

namespace vrni2syslog {

/// Whether something went well; if it did not, what is wrong. True means that it went well:
///
///     if (Outcome read = read_json(body, handler); !read) return read;
template <typename Problem>
class [[nodiscard]] BasicOutcome {
 public:
  [[nodiscard]] static BasicOutcome success() { return BasicOutcome(std::nullopt); }
  [[nodiscard]] static BasicOutcome failure(Problem problem) {
    return BasicOutcome(std::move(problem));
  }

  [[nodiscard]] explicit operator bool() const noexcept { return !problem_; }

  /// What is wrong. May be called for a failure only.
  [[nodiscard]] const Problem& problem() const noexcept { return *problem_; }

 private:
  explicit BasicOutcome(std::optional<Problem> problem) : problem_(std::move(problem)) {}

  std::optional<Problem> problem_;
};

/// An outcome whose problem is a clause for a message: "there is no format in it".
using Outcome = BasicOutcome<std::string>;

}  // namespace vrni2syslog
