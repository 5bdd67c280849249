#include "app/run/setup_command.h"

#include "app/options/config_file.h"
#include "app/run/signals.h"
#include "app/run/terminal.h"
#include "app/settings/collector_settings.h"
#include "app/settings/login_settings.h"
#include "app/settings/settings.h"
#include "app/settings/state_settings.h"
#include "app/setup/setup_conversation.h"
#include "app/setup/setup_files.h"
#include "base/error.h"
#include "base/file_trust.h"
#include "base/log.h"
#include "base/run_context.h"
#include "base/shell_command.h"
#include "transport/collector_sink.h"
#include "transport/net/transport_loop.h"
#include "vrni/platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <grp.h>
#include <iterator>
#include <optional>
#include <stop_token>
#include <string>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace vrni2syslog {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUsualJob = "main";
constexpr std::string_view kTimer = "vrni2syslog@.timer";
constexpr std::string_view kSystemdDirectories[] = {
    "/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
    "/lib/systemd/system"};
constexpr std::chrono::minutes kTrialTime{2};
/// The only options that --setup takes.
constexpr Option kOwnOptions[] = {Option::Setup, Option::Config, Option::Job, Option::LogLevel,
                                  Option::LogFormat};

void refuse_other_options(const OptionValues& command_line) {
  for (const OptionInfo& info : option_table()) {
    if (!command_line.is_given(info.option) ||
        std::ranges::find(kOwnOptions, info.option) != std::end(kOwnOptions)) {
      continue;
    }
    throw command_line.error(info.option,
                             "--setup asks for everything; give it --job or --config alone, and "
                             "add other options to the file that it writes");
  }
}

/// Answers for the person who has given the secret before.
[[nodiscard]] SecretPrompt prompt_for(const SecretKind& kind,
                                      const std::vector<SetupSecret>& secrets) {
  return [&kind, &secrets](const std::string&) -> std::optional<Secret> {
    const auto found = std::ranges::find(secrets, &kind, &SetupSecret::kind);
    if (found == secrets.end()) return std::nullopt;
    return found->secret;
  };
}

/// The options of the file; before a collector is known, with one that takes nothing.
[[nodiscard]] OptionValues completed(const OptionValues& values) {
  std::vector<GivenOption> given;
  for (const OptionInfo& info : option_table())
    std::ranges::copy(values.of(info.option), std::back_inserter(given));
  if (!values.is_given(Option::Collector))
    given.push_back({Option::Collector, "-", OptionSource::ConfigFile, "collector"});
  return OptionValues({std::move(given)});
}

[[nodiscard]] std::string try_login(const OptionValues& values,
                                    const std::vector<SetupSecret>& secrets,
                                    const SystemFacts& facts, const RunContext& context) {
  const OptionValues all = completed(values);
  Settings settings = make_settings(all, facts);
  const SecretPrompt prompt = prompt_for(kPassword, secrets);
  const SecretContext sources{facts, prompt, settings.warnings, {.stop = context.limits.stop}};
  add_secret(settings.platform.credentials, all, settings.platform.api.host, sources);
  Platform platform(settings.platform, context.clock, context.limits, context.log);
  platform.log_in();
  return fmt::format("{}, {}, logged in as {}", settings.platform.api.host,
                     platform.peer_description(), platform.account());
}

[[nodiscard]] std::string try_collectors(const OptionValues& values,
                                         const std::vector<SetupSecret>& secrets,
                                         const SystemFacts& facts, const RunContext& context) {
  Settings settings = make_settings(values, facts);
  const SecretPrompt prompt = prompt_for(kCollectorPassword, secrets);
  const SecretContext sources{facts, prompt, settings.warnings, {.stop = context.limits.stop}};
  add_collector_password(settings.collectors, values, sources, settings.collector_options);
  TransportLoop loop;
  std::string text;
  for (const CollectorAddress& address : settings.collectors) {
    CollectorSink collector(loop, address, settings.collector_options, context.limits, context.log);
    collector.open();
    text += fmt::format("{}{}, {}", text.empty() ? "" : "; ", collector.display_name(),
                        collector.peer_description());
    collector.end_epoch();
    (void)collector.wait_for_receipt();
  }
  return text;
}

[[nodiscard]] RunContext context_of_trial(const RunContext& context) {
  return {.clock = context.clock,
          .limits = {.stop = context.limits.stop,
                     .deadline = context.clock.steady_now() + kTrialTime,
                     .gives_up_early = true},
          .log = context.log};
}

[[nodiscard]] bool is_run_by_systemd() {
  std::error_code error;
  return fs::exists("/run/systemd/system", error) &&
         std::ranges::any_of(kSystemdDirectories, [&](std::string_view directory) {
           return fs::exists(fs::path(directory) / kTimer, error);
         });
}

/// Whether the service of the packages reads this file.
[[nodiscard]] bool is_file_of_service(const fs::path& config_file) {
  return config_file.parent_path() == fs::path(kDefaultConfigFile).parent_path() &&
         config_file.extension() == ".conf";
}

/// The file is named after the job.
[[nodiscard]] fs::path setup_config_file(const OptionValues& command_line) {
  refuse_other_options(command_line);
  require_valid_job_options(command_line);
  if (!command_line.is_given(Option::Config)) {
    const std::string job = command_line.is_given(Option::Job) ? command_line.text(Option::Job)
                                                               : std::string(kUsualJob);
    return fs::path(kDefaultConfigFile).parent_path() / (job + ".conf");
  }
  fs::path file = fs::absolute(command_line.text(Option::Config)).lexically_normal();
  if (command_line.is_given(Option::Job) && command_line.text(Option::Job) != file.stem()) {
    throw command_line.error(
        {Option::Config, Option::Job},
        "the file of --setup is named after its job; give one of them, or JOB.conf for --job JOB");
  }
  require_valid_job_options(
      OptionValues({{{Option::Job, file.stem().string(), OptionSource::CommandLine,
                      command_line.origin(Option::Config)}}}));
  return file;
}

[[nodiscard]] SetupDialog terminal_dialog(const std::stop_token& stop) {
  return {
      .say = show_on_terminal,
      .ask = [stop](const std::string& question) { return ask_for_text(question, stop); },
      .ask_secret = [stop](const std::string& question) { return ask_for_secret(question, stop); }};
}

/// Holds the conversation and writes `config_file` and its secrets.
void run_setup(const fs::path& config_file, const std::optional<ServiceUser>& service,
               const SetupDialog& dialog, const SystemFacts& facts, const RunContext& context) {
  require_new_files(config_file);
  SetupConversation setup(
      dialog,
      {.log_in =
           [&](const OptionValues& values, const std::vector<SetupSecret>& secrets) {
             return try_login(values, secrets, facts, context_of_trial(context));
           },
       .open_collectors =
           [&](const OptionValues& values, const std::vector<SetupSecret>& secrets) {
             return try_collectors(values, secrets, facts, context_of_trial(context));
           }},
      config_file);
  setup.run();
  write_setup_files(config_file, setup.config_text(), setup.secrets(),
                    service ? std::optional(service->group) : std::nullopt);
  dialog.say(fmt::format("{} is written. This is what a run with it will find:\n\n",
                         config_file.string()));
}

/// Has `check` run as the user of the service, in whose state directory root has no business, and
/// who must be able to read every file.
[[nodiscard]] ExitStatus check_as(const ServiceUser& user,
                                  const std::function<ExitStatus()>& check) {
  const pid_t child = ::fork();
  if (child < 0) throw Error(Fault::CannotCreate, "cannot begin the check: " + errno_text(errno));
  if (child == 0) {
    const bool is_changed = ::initgroups(user.name.c_str(), user.group) == 0 &&
                            ::setgid(user.group) == 0 && ::setuid(user.id) == 0;
    ::_exit(static_cast<int>(is_changed ? check() : ExitStatus::Software));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? static_cast<ExitStatus>(WEXITSTATUS(status)) : ExitStatus::Software;
}

[[nodiscard]] std::string command_of_run(const fs::path& config_file) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return fmt::format("{} --config {} --job {}", error ? "vrni2syslog" : program.string(),
                     config_file.string(), config_file.stem().string());
}

/// What to do after a check that has failed.
[[nodiscard]] std::string mending_advice(const fs::path& config_file,
                                         const std::optional<ServiceUser>& service) {
  return fmt::format(
      "\nMend what has FAILED: if the configuration is wrong, change {}. Then check again:\n\n"
      "{}{} --check\n",
      config_file.string(), service ? fmt::format("sudo -u {} ", service->name) : "",
      command_of_run(config_file));
}

/// The line that has cron run the job: of root, that of a file of its own with the user of the
/// service; of everybody else, that of their crontab.
[[nodiscard]] std::string cron_advice(const fs::path& config_file,
                                      const std::optional<ServiceUser>& service) {
  const std::string command = command_of_run(config_file);
  if (::geteuid() != kRoot)
    return fmt::format("add this line with crontab -e:\n\n15 * * * * {}\n", command);
  return fmt::format("write this line to /etc/cron.d/vrni2syslog:\n\n15 * * * * {} {}\n",
                     service ? service->name : "root", command);
}

/// Offers to have systemd run the job if the unit of the packages is there, and otherwise shows the
/// line for cron.
void offer_schedule(const fs::path& config_file, const std::optional<ServiceUser>& service,
                    const SetupDialog& dialog, const RunContext& context) {
  const std::string job = config_file.stem().string();
  if (!is_file_of_service(config_file) || !is_run_by_systemd()) {
    dialog.say("\nTo run the job every hour, " + cron_advice(config_file, service));
    return;
  }
  const std::string command = fmt::format("systemctl enable --now vrni2syslog@{}.timer", job);
  const std::optional<std::string> answer =
      dialog.ask(fmt::format("\nHave systemd run the job every hour ({})? [yes]: ", command));
  if (!answer || (!answer->empty() && !answer->starts_with('y'))) {
    dialog.say(fmt::format("To do that later: {}\n", command));
    return;
  }
  (void)output_of({.text = command, .failure = Fault::CannotCreate}, context.clock,
                  context_of_trial(context).limits);
  dialog.say(
      fmt::format("ok: systemctl list-timers shows when it runs next; journalctl -u "
                  "vrni2syslog@{} shows what it says\n",
                  job));
}

/// Does a part of the command that asks questions, which a signal ends.
void converse(const OptionValues& command_line,
              const std::function<void(const SetupDialog&, const RunContext&)>& part) {
  const LogSettings settings = make_log_settings(command_line, LogFormat::Text);
  Log log(settings.level, settings.format);
  std::stop_source stop;
  const SignalWatcher signals(stop);
  part(terminal_dialog(stop.get_token()),
       {.clock = system_clock(), .limits = {.stop = stop.get_token()}, .log = log});
}

}  // namespace

ExitStatus run_setup_command(const OptionValues& command_line, const SystemFacts& facts,
                             const std::function<ExitStatus(const fs::path& config_file)>& check) {
  const fs::path config_file = setup_config_file(command_line);
  const std::optional<ServiceUser> service = find_service_user(::geteuid());
  converse(command_line, [&](const SetupDialog& dialog, const RunContext& context) {
    run_setup(config_file, service, dialog, facts, context);
  });
  const ExitStatus status =
      service ? check_as(*service, [&] { return check(config_file); }) : check(config_file);
  if (status != ExitStatus::Ok) {
    show_on_terminal(mending_advice(config_file, service));
    return status;
  }
  converse(command_line, [&](const SetupDialog& dialog, const RunContext& context) {
    offer_schedule(config_file, service, dialog, context);
  });
  return ExitStatus::Ok;
}

}  // namespace vrni2syslog
