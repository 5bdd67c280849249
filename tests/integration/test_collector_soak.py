"""A great many flows, through a real collector that is stopped and killed again and again: none is lost. The figures are printed.

A kill in the millisecond between the collector's reading the last line of a window and its storing it would lose that line, and no
sender could know (README). In hundreds of kills one may hit it."""

import json
import random
import re
import time
from pathlib import Path

from support.job import DAY, HOUR, JOB, OK, JobTest, seconds_of
from support.process import wait_until
from support.program import seconds
from support.rsyslogd import WITHOUT_QUEUE, Rsyslogd
from support.simulator import Simulator
from support.testcase import IS_FULL, IntegrationTest, main

FLOWS, RESTARTS, UNIT = (1_000_000, 20, HOUR) if IS_FULL else (20_000, 3, 3 * HOUR)
BYTES_PER_LINE = 300
PATIENCE = 3000 if IS_FULL else 240
"""Seconds."""
LINE = re.compile(rb' flow_id="([^"]*)" window_start="([^"]*)" window_end="[^"]*" run="[^"]*"(?: attempt="(\d+)")?\]')


def cpu_seconds(pid):
    """Of a process that runs; None once it has ended."""
    try:
        fields = Path("/proc", str(pid), "stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / 100


class Soak(IntegrationTest):
    def test_no_line_is_lost(self):
        chance = random.Random(4711)
        now = int(time.time())
        self.end = (now - HOUR) // UNIT * UNIT
        simulator = self.start(Simulator(self.directory, flows=FLOWS, since=now - DAY - 2 * HOUR, until=now))
        collector = self.start(Rsyslogd(self.directory, ruleset=WITHOUT_QUEUE, is_raw=True))
        report = self.directory / "report.json"
        begin = time.monotonic()
        job = self.start(simulator.start_program(
            self.directory, "--filter", "", "--state-dir", self.directory / "state", "--job", JOB, "--settle", f"{now - self.end}s", "--resolution", f"{UNIT}s", "--confirm", "consumed", "--collector",
            f"tcp://127.0.0.1:{collector.port}", "--fields", "action,flow_id,window_start,window_end,run", "--report", report,
            "--log-level", "info", window=None))
        cpu = self.interrupt(job, simulator, collector, chance)

        def has_ended():
            nonlocal cpu
            cpu = cpu_seconds(job.pid) or cpu
            return not job.is_running
        wait_until(has_ended, "the end of the job", PATIENCE)
        self.assertEqual(OK, job.wait(), job.output_text())
        wall = time.monotonic() - begin
        collector.process.stop()
        lost, lines, distinct = self.compare(simulator, collector)
        repeated = job.errors.read_text(encoding="utf-8").count("was in vain")
        print(f"# {FLOWS} flows, {distinct} lines in windows, {RESTARTS} restarts: {lost} lost, {lines - distinct} sent twice, "
              f"{repeated} attempts in vain, {wall:.0f} s wall, {cpu:.1f} s CPU; {json.loads(report.read_text())['totals']}", flush=True)
        self.assertEqual(0, lost)
        self.assertGreaterEqual(repeated, RESTARTS // 2, "restarts in the middle of the stream")

    def interrupt(self, job, simulator, collector, chance):
        """Stops and kills the collector in turn, each time after another random number of bytes, and starts it again. Returns the
        CPU time of the job so far."""
        per_window = len(simulator.ids(self.end - UNIT, self.end - 1)) * BYTES_PER_LINE
        cpu = 0.0
        for number in range(RESTARTS):
            size = collector.output.stat().st_size if collector.output.exists() else 0
            wanted = size + chance.randrange(per_window // 10, per_window * 2)
            wait_until(lambda: not job.is_running or collector.output.exists() and collector.output.stat().st_size > wanted,
                       "more lines", seconds(300))
            self.assertTrue(job.is_running, "done before the collector was restarted often enough")
            cpu = cpu_seconds(job.pid) or cpu
            if number % 2:
                collector.process.kill()
            else:
                collector.process.stop()
            collector.start_again()
        return cpu

    def compare(self, simulator, collector):
        """(flows that are in no line of their window, lines, different lines), window by window."""
        stored, lines = {}, 0
        with open(collector.output, "rb") as file:
            for line in file:
                found = LINE.search(line)
                if found:
                    lines += 1
                    stored.setdefault(found[2].decode(), set()).add(found[1].decode())
        end = seconds_of(re.search(r"^watermark: (.*)$", (self.directory / f"state/{JOB}.state").read_text(), re.MULTILINE)[1])
        self.assertEqual(self.end, end)
        lost = 0
        for start in range(end - DAY, end, UNIT):
            name = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start))
            lost += len(simulator.ids(start, start + UNIT - 1) - stored.get(name, set()))
        return lost, lines, sum(map(len, stored.values()))


if __name__ == "__main__":
    main()
