#include "app/setup/setup_conversation.h"

#include "app/options/option_table.h"
#include "app/settings/collector_settings.h"
#include "app/setup/setup_files.h"
#include "base/error.h"
#include "base/text/ascii.h"
#include "tls/tls_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace vrni2syslog {
namespace {

/// After this many refused logins the conversation ends, since more may lock the account.
constexpr int kMaxRefusedLogins = 3;
constexpr std::string_view kLocalDomain = "local";

constexpr std::string_view kHowToCompare =
    "Compare the fingerprint with the one that the server itself shows, for example on its "
    "console:\n"
    "  openssl x509 -noout -fingerprint -sha256 -in CERTIFICATE\n";

[[nodiscard]] std::string trust_question(std::string_view server) {
  return fmt::format(
      "To trust this certificate, type its fingerprint as you have read it at the {} "
      "(sha256:...),\n"
      "or the path of a file with its authorities (PEM). Enter alone: give another address: ",
      server);
}

/// A message about a refused certificate shows its fingerprint; one about anything else has none.
[[nodiscard]] bool is_about_certificate(const Error& error) {
  return std::string_view(error.what()).find("sha256:") != std::string_view::npos;
}

/// A fingerprint has no slash.
[[nodiscard]] bool is_path(const std::string& answer) {
  std::error_code ignored;
  return answer.find('/') != std::string::npos || std::filesystem::exists(answer, ignored);
}

/// A fingerprint as options take it, of what openssl prints: "sha256 Fingerprint=12:AB:...".
[[nodiscard]] std::string option_fingerprint(const std::string& answer) {
  constexpr std::string_view kKind = "sha256:";
  const std::string digits = answer.substr(answer.rfind('=') + 1);
  return digits.starts_with(kKind) ? digits : std::string(kKind) + digits;
}

/// A run may begin in another directory.
[[nodiscard]] std::string absolute(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

[[nodiscard]] std::string with_fingerprint(std::string url, std::string_view fingerprint) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  return url.append("fingerprint=").append(fingerprint);
}

[[nodiscard]] Error nobody_answers() {
  return {Fault::Usage, "--setup asks questions, and nobody answers; run it in a terminal"};
}

/// Whether another answer to the same question may help.
[[nodiscard]] bool may_be_mended(const Error& error) {
  return error.fault() != Fault::Interrupted && error.fault() != Fault::Bug;
}

}  // namespace

SetupConversation::SetupConversation(SetupDialog dialog, SetupTrials trials,
                                     std::filesystem::path config_file)
    : dialog_(std::move(dialog)),
      trials_(std::move(trials)),
      config_file_(std::move(config_file)) {}

void SetupConversation::run() {
  dialog_.say(
      fmt::format("The answers to the following questions will be written to {}. Ctrl-C "
                  "leaves everything as it is.\n\n",
                  config_file_.string()));
  set(Option::Job, config_file_.stem().string());
  set_up_platform();
  set_up_collector();
}

void SetupConversation::set_up_platform() {
  ask_platform();
  ask_account();
  for (int refused_logins = 0;;) {
    try {
      say_that_it_asks(Option::PlatformIp);
      dialog_.say(fmt::format("ok: {}\n\n", trials_.log_in(values(), secrets_)));
      return;
    } catch (const Error& error) {
      if (!may_be_mended(error)) throw;
      const bool is_login = error.fault() == Fault::LoginRefused;
      if (is_login && ++refused_logins == kMaxRefusedLogins) throw;
      dialog_.say(fmt::format("FAILED: {}\n", error.what()));
      if (is_login) {
        ask_account();
      } else if (is_about_certificate(error)) {
        ask_trust_in_platform();
      } else {
        ask_platform();
      }
    }
  }
}

void SetupConversation::set_up_collector() {
  ask_collector();
  for (int refusals = 0;;) {
    try {
      say_that_it_asks(Option::Collector);
      dialog_.say(fmt::format("ok: {}\n\n", trials_.open_collectors(values(), secrets_)));
      return;
    } catch (const Error& error) {
      if (!may_be_mended(error)) throw;
      const bool is_certificate = is_about_certificate(error);
      const bool is_login = is_refusal(error.fault()) && !is_certificate;
      if (is_login && ++refusals == kMaxRefusedLogins) throw;
      dialog_.say(fmt::format("FAILED: {}\n", error.what()));
      if (is_certificate) {
        ask_trust_in_collector();
      } else {
        ask_collector();
      }
    }
  }
}

/// A trial may take as long as a connection attempt does.
void SetupConversation::say_that_it_asks(Option peer) {
  dialog_.say(fmt::format("Asking {} ...\n", printable(values().text(peer))));
}

void SetupConversation::ask_platform() {
  unset(Option::PlatformCaFile);
  unset(Option::PlatformFingerprint);
  set(Option::PlatformIp, require("Platform (host name or address of vRealize Network Insight): "));
}

void SetupConversation::ask_account() {
  const std::string account =
      require("Account there, which only has to read (name@local, or name@domain for LDAP): ");
  set(Option::Username, account);
  const std::size_t at = account.find('@');
  const std::string domain = at == std::string::npos ? "" : account.substr(at + 1);
  if (domain.empty() || domain == kLocalDomain) {
    unset(Option::DomainType);
    unset(Option::DomainValue);
  } else {
    set(Option::DomainType, "LDAP");
    set(Option::DomainValue, domain);
  }
  ask_secret(kPassword, "Its password, which is not shown: ");
}

void SetupConversation::ask_trust_in_platform() {
  std::string answer = ask_trust("platform");
  if (answer.empty()) return ask_platform();
  unset(Option::PlatformCaFile);
  unset(Option::PlatformFingerprint);
  if (is_path(answer)) return set(Option::PlatformCaFile, absolute(answer));
  set(Option::PlatformFingerprint, std::move(answer));
}

void SetupConversation::ask_collector() {
  while (true) {
    std::string url = require(
        "Collector (tls://HOST, cfapi://HOST?user=NAME, relps://HOST, file:///PATH, ...): ");
    if (url.find("://") == std::string::npos) url.insert(0, "tls://");
    set(Option::Collector, url);
    unset(Option::CollectorCaFile);
    collector_url_ = url;
    forget_secret(kCollectorPassword);
    try {
      if (url.find(',') != std::string::npos) {
        throw Error(Fault::Usage,
                    "give one address; others to fail over to can be added to the file later");
      }
      const std::vector<CollectorAddress> collectors = make_collectors(values());
      if (!have_login(collectors)) return;
      return ask_secret(kCollectorPassword,
                        fmt::format("{} for the collector, which is not shown: ",
                                    have_only_tokens(collectors) ? "Token" : "Password"));
    } catch (const Error& error) {
      if (error.fault() != Fault::Usage && error.fault() != Fault::Configuration) throw;
      dialog_.say(fmt::format("FAILED: {}\n", error.what()));
    }
  }
}

void SetupConversation::ask_trust_in_collector() {
  const std::string answer = ask_trust("collector");
  if (answer.empty()) return ask_collector();
  set(Option::Collector, collector_url_);
  unset(Option::CollectorCaFile);
  if (is_path(answer)) return set(Option::CollectorCaFile, absolute(answer));
  set(Option::Collector, with_fingerprint(collector_url_, answer));
}

std::string SetupConversation::ask_trust(std::string_view server) {
  dialog_.say(kHowToCompare);
  while (true) {
    std::string answer = ask(trust_question(server));
    if (answer.empty()) return answer;
    try {
      if (!is_path(answer)) {
        (void)parse_fingerprint(option_fingerprint(answer));
        return option_fingerprint(answer);
      }
      if (std::filesystem::exists(answer)) return answer;
      dialog_.say(fmt::format("FAILED: there is no file {}\n", printable(answer)));
    } catch (const Error& error) {
      dialog_.say(fmt::format("FAILED: {}\n", error.what()));
    }
  }
}

std::string SetupConversation::ask(const std::string& question) {
  const std::optional<std::string> answer = dialog_.ask(question);
  if (!answer) throw nobody_answers();
  return std::string(trim(*answer));
}

std::string SetupConversation::require(const std::string& question) {
  while (true) {
    std::string answer = ask(question);
    if (!answer.empty()) return answer;
  }
}

void SetupConversation::ask_secret(const SecretKind& kind, const std::string& question) {
  std::optional<Secret> secret = dialog_.ask_secret(question);
  if (!secret) throw nobody_answers();
  forget_secret(kind);
  secrets_.push_back({&kind, *std::move(secret), secret_file_beside(config_file_, kind)});
}

void SetupConversation::forget_secret(const SecretKind& kind) {
  std::erase_if(secrets_, [&](const SetupSecret& each) { return each.kind == &kind; });
}

void SetupConversation::set(Option option, std::string value) {
  unset(option);
  given_.push_back(
      {option, std::move(value), OptionSource::ConfigFile, std::string(info_of(option).name)});
}

void SetupConversation::unset(Option option) {
  std::erase_if(given_, [&](const GivenOption& each) { return each.option == option; });
}

std::string SetupConversation::config_text() const {
  std::string text =
      "# Made by vrni2syslog --setup. The manual, vrni2syslog(1), describes every option.\n";
  for (const GivenOption& each : given_) text += fmt::format("{} = {}\n", each.origin, each.value);
  for (const SetupSecret& each : secrets_)
    text += fmt::format("{} = {}\n", info_of(each.kind->file).name, each.file.string());
  return text;
}

}  // namespace vrni2syslog
