#pragma once

#include "app/options/option_values.h"
#include "app/run/exit_status.h"
#include "app/settings/system_facts.h"

#include <filesystem>
#include <functional>

namespace vrni2syslog {

/// Does what --setup asks for, with a person at the terminal: asks what a job needs, writes its
/// configuration file and those of its secrets, has `check` look at them as --check does, and
/// offers to run the job. The file is that of --config, otherwise /etc/vrni2syslog/JOB.conf with
/// the name of --job, or "main". Every attempt to reach somebody ends after two minutes. Throws
/// Error(Usage) for options that --setup does not take, for a name that no job can have, and
/// without a terminal; Error(CannotCreate) for a file that is there already, or if systemd refuses;
/// Error(LoginRefused) after some refused passwords; Error(Interrupted) when a signal comes.
[[nodiscard]] ExitStatus run_setup_command(
    const OptionValues& command_line, const SystemFacts& facts,
    const std::function<ExitStatus(const std::filesystem::path& config_file)>& check);

}  // namespace vrni2syslog
