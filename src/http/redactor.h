#pragma once

#include "base/secret.h"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Hides the secrets of a run in texts that may repeat them: a server's words on an error, a
/// gateway's page that shows all that it was sent. A secret is found as it is, within JSON (as any
/// writer escapes it, and within strings in strings), percent-encoded, also several times, within
/// HTML, and in base64, hexadecimal digits and UTF-16. The time grows with the length of the text.
class Redactor {
 public:
  static constexpr std::string_view kHidden = "<hidden>";

  /// A shorter secret may be in a text by chance, and cutting it out would give it away: a text
  /// that holds it is hidden as a whole.
  static constexpr std::size_t kMinSecretBytes = 8;
  static constexpr std::size_t kMaxCookies = 40;

  /// Ignores empty secrets.
  explicit Redactor(const std::vector<Secret>& secrets);
  void add(const Secret& secret);
  /// The same for the value of a cookie, of which a server may send a new one with every answer:
  /// only the kMaxCookies that were added last, or added again, are hidden. A value shorter than
  /// kMinSecretBytes, such as the name of a node, is no secret.
  void add_cookie(const Secret& value);

  void hide_in(std::string& text) const;
  /// The same for a text that must stay of use, such as a recorded answer: secrets that are too
  /// short to be told from other words are left in it.
  void hide_in_record(std::string& text) const;
  /// The same for a text that was cut, perhaps in the middle of a secret.
  void hide_in_cut(std::string& text) const;

 private:
  using Forms = std::vector<Secret>;  ///< of a secret, without backslashes

  [[nodiscard]] static Forms make_forms(const Secret& secret);
  template <typename Action>
  void for_each_form(Action action) const;

  Forms forms_;                ///< of all secrets but cookies
  std::deque<Forms> cookies_;  ///< the oldest first
};

}  // namespace vrni2syslog
