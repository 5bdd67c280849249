"""How many system calls a command makes."""

import shutil
import subprocess

_TIME_LIMIT = 600


def _by_perf(command, env, report):
    done = subprocess.run(["perf", "stat", "-x", ",", "-o", report, "-e", "raw_syscalls:sys_enter", *command], env=env,
                          capture_output=True, check=False, timeout=_TIME_LIMIT)
    if done.returncode != 0:
        return None
    counts = [line.split(",")[0] for line in report.read_text().splitlines() if "raw_syscalls" in line]
    return int(counts[0]) if counts and counts[0].isdigit() else None


def _by_strace(command, env, report):
    done = subprocess.run(["strace", "-f", "-c", "-o", report, *command], env=env, capture_output=True, check=False,
                          timeout=_TIME_LIMIT)
    if done.returncode != 0:
        return None
    totals = [line.split() for line in report.read_text().splitlines() if line.endswith(" total")]
    return int(totals[-1][3]) if totals else None


def count_system_calls(command, env, directory):
    """Runs the command to its end under what there is on this machine and works without privileges: perf, else strace. None
    where neither does. Both let the command do all its work, so a failure repeats it."""
    command = [str(part) for part in command]
    for tool, count in (("perf", _by_perf), ("strace", _by_strace)):
        if shutil.which(tool) is None:
            continue
        calls = count(command, env, directory / f"{tool}.txt")
        if calls is not None:
            return calls
    return None
