#include "delivery/checkpoint/job_identity.h"

#include "base/error.h"
#include "base/sha256.h"
#include "base/text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace vrni2syslog {
namespace {

constexpr std::size_t kJobKeyDigits = 16;
constexpr std::size_t kMaxNameBytes = 64;

[[nodiscard]] bool is_in_names(char c) {
  return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
}

}  // namespace

std::vector<std::string> distinct_names(std::vector<std::string> names) {
  std::set<std::string> taken;
  for (std::string& name : names) {
    const std::string base = name;
    for (int number = 2; !taken.insert(name).second; ++number)
      name = fmt::format("{}#{}", base, number);
  }
  return names;
}

std::string default_job_name(const JobIdentity& identity) {
  std::vector<std::string> collectors = identity.collectors;
  std::ranges::sort(collectors);
  Sha256 digest;
  const auto add = [&digest](const std::string& text) {
    digest.update(fmt::format("{}:", text.size()));  // so that no two identities read the same
    digest.update(text);
  };
  add("vrni2syslog job 1");
  add(identity.platform);
  add(identity.filter);
  for (const std::string& collector : collectors) add(collector);
  return to_hex(digest.finish()).substr(0, kJobKeyDigits);
}

std::string parse_job_name(std::string_view text) {
  if (!text.empty() && text.size() <= kMaxNameBytes && is_alphanumeric(text.front()) &&
      std::ranges::all_of(text, is_in_names)) {
    return std::string(text);
  }
  throw Error(
      Fault::Usage,
      fmt::format("'{}' cannot be the name of a job; write at most {} letters, digits, '.', '_' "
                  "and '-', beginning with a letter or digit",
                  printable(text, 80), kMaxNameBytes));
}

}  // namespace vrni2syslog
