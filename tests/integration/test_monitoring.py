"""What monitors learn of a job: --prometheus-file, read by promtool, node_exporter and Prometheus themselves; the alerts and the board."""

import fcntl
import json
import os
import re
import subprocess
import time

from support.certificates import CertificateAuthority
from support.fake_platform import FakePlatform
from support.job import CONFIGURATION, DAY, HOUR, JOB, OK, TEMPORARY, USAGE, JobTest, urls_of
from support.npm import node_modules
from support.peers import PythonCollector, UnreliableCollector, server_context
from support.process import wait_until
from support.program import PASSWORD, ROOT, run_program, seconds
from support.prometheus import NodeExporter, Prometheus, promtool, read_metrics
from support.testcase import IntegrationTest, main

PAGE = (ROOT / "packaging/doc/monitoring.md").read_text(encoding="utf-8")
MONITORING = ROOT / "packaging/monitoring"
ALERTS = (MONITORING / "alerts.yml").read_text(encoding="utf-8")
BOARD = (MONITORING / "grafana-dashboard.json").read_text(encoding="utf-8")
SUMS = {"flows_received": "received", "lines": "lines", "line_bytes": "line_bytes", "platform_calls": "calls"}


class MetricsTest(JobTest):
    def setUp(self):
        super().setUp()
        self.metrics_file = self.directory / "nightly.prom"
        self.report = self.directory / "report.json"

    def run_watched(self, urls, *more, **others):
        return self.run_job(urls, "--prometheus-file", self.metrics_file, *more, **others)

    def metrics(self):
        return read_metrics(self.metrics_file)

    def value(self, name):
        return self.metrics()[name][()]


class Metrics(MetricsTest):
    def test_the_sums_are_those_of_all_runs(self):
        urls = urls_of(self.start(UnreliableCollector()).port)
        sums = dict.fromkeys(SUMS, 0)
        for number, ago in enumerate((9, 5, 2), start=1):
            before = int(time.time())
            self.assert_silent(self.run_watched(urls, "--resolution", "1h", "--report", self.report, ago=ago))
            report = json.loads(self.report.read_text(encoding="utf-8"))
            metrics = self.metrics()
            for name, total in SUMS.items():
                sums[name] += report["totals"][total]
                self.assertEqual(report["totals"][total], metrics[f"last_run_{name}"][()], name)
                self.assertEqual(sums[name], metrics[f"{name}_total"][()], name)
            self.assertEqual(report["units"], metrics["last_run_units"][()])
            self.assertEqual({(urls[0],): float(self.watermark())}, metrics["watermark_timestamp_seconds"])
            self.assertEqual({("0",): float(number)}, metrics["runs_total"])
            self.assertEqual((0, 3 * HOUR, DAY), tuple(
                metrics[name][()] for name in ("last_run_exit_code", "warning_age_seconds", "critical_age_seconds")))
            start, end, success = (
                metrics[f"last_{name}_timestamp_seconds"][()] for name in ("run_start", "run_end", "success"))
            self.assertTrue(before <= start <= end == success <= time.time(), metrics)
        self.assertGreater(sums["lines"], 0)
        self.assertEqual(0o644, self.metrics_file.stat().st_mode & 0o777)
        promtool(self.directory, "check", "metrics", text=self.metrics_file.read_text(encoding="utf-8"))

    def test_a_run_that_failed_shows_and_the_last_success_stays(self):
        urls = urls_of(self.start(UnreliableCollector()).port)
        self.assert_silent(self.run_watched(urls, ago=3))
        success, watermark = self.value("last_success_timestamp_seconds"), self.metrics()["watermark_timestamp_seconds"]
        self.assert_exit(self.run_watched(urls, "--deadline", "1s", "--platform-fingerprint", "sha256:" + "0" * 64), 69)
        self.assertEqual(69, self.value("last_run_exit_code"))
        self.assertEqual({("0",): 1, ("69",): 1}, self.metrics()["runs_total"])
        self.assertEqual((success, watermark),
                         (self.value("last_success_timestamp_seconds"), self.metrics()["watermark_timestamp_seconds"]))

    def test_a_run_that_was_killed_shows(self):
        urls = urls_of(self.start(UnreliableCollector()).port)
        self.assert_silent(self.run_watched(urls, ago=3))
        end = self.value("last_run_end_timestamp_seconds")
        wait_until(lambda: time.time() >= end + 1, "the next second")
        self.simulator.close_gate()
        self.addCleanup(self.simulator.open_gate)
        job = self.start_job(urls, "--prometheus-file", self.metrics_file)
        job.wait_until(self.simulator.waiting_fetches, "the first fetch")
        job.kill()
        self.assertEqual(end, self.value("last_run_end_timestamp_seconds"))
        self.assertGreater(self.value("last_run_start_timestamp_seconds"), end)
        self.simulator.open_gate()
        self.assert_silent(self.run_watched(urls))
        self.assertGreaterEqual(self.value("last_run_end_timestamp_seconds"), self.value("last_run_start_timestamp_seconds"))
        self.assertEqual({("0",): 2}, self.metrics()["runs_total"])

    def test_a_run_that_finds_another_at_work_leaves_its_metrics_alone(self):
        urls = urls_of(self.start(UnreliableCollector()).port)
        self.assert_silent(self.run_watched(urls, ago=3))
        before = self.metrics_file.read_bytes()
        with (self.state / f"{JOB}.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assert_exit(self.run_watched(urls), TEMPORARY, "lock")
        self.assertEqual(before, self.metrics_file.read_bytes())

    def test_a_job_that_cannot_be_continued_shows(self):
        urls = urls_of(self.start(UnreliableCollector()).port)
        self.assert_silent(self.run_watched(urls, ago=3))
        watermark = self.metrics()["watermark_timestamp_seconds"]
        self.assert_exit(self.run_watched(urls, "--filter", "protocol = 'TCP'"), CONFIGURATION, "another filter")
        self.assertEqual(CONFIGURATION, self.value("last_run_exit_code"))
        self.assertEqual(watermark, self.metrics()["watermark_timestamp_seconds"])

    def test_a_history_that_is_damaged_stops_nothing_but_that_of_a_later_version_does(self):
        urls = urls_of(self.start(UnreliableCollector()).port)
        self.assert_silent(self.run_watched(urls, ago=4))
        history = self.state / f"{JOB}.history"
        history.write_bytes(history.read_bytes()[:-10])
        self.assert_exit(self.run_watched(urls, ago=3), OK, f"{history} is damaged", "counted anew")
        self.assertEqual({("0",): 1}, self.metrics()["runs_total"])
        history.write_text("vrni2syslog history 2\nnew: yes\n", encoding="utf-8")
        self.assert_exit(self.run_watched(urls), CONFIGURATION, f"{history} has format 2", "later version")
        self.assertEqual("vrni2syslog history 2\nnew: yes\n", history.read_text(encoding="utf-8"))

    def test_a_job_that_is_forgotten_begins_anew(self):
        urls = urls_of(self.start(UnreliableCollector()).port)
        self.assert_silent(self.run_watched(urls, ago=3))
        self.assert_exit(self.operate("--forget"), OK)
        self.assertEqual([f"{JOB}.lock"], [path.name for path in self.state.iterdir()])
        self.assert_silent(self.run_watched(urls))
        self.assertEqual({("0",): 1}, self.metrics()["runs_total"])

    def test_the_page_explains_every_metric(self):
        collector = self.start(PythonCollector())
        self.assert_silent(self.run_watched(urls_of(collector.port)))
        _, single, sums = re.split(r"(?m)^\| (?:metric|`NAME`) \|", PAGE.partition("## Prometheus")[2].partition("### Alerts")[0])
        explained = set(re.findall(r"`vrni2syslog_(\w+)`", "".join(re.findall(r"(?m)^\|([^|]*)\|", single))))
        for name in re.findall(r"`(\w+)`", "".join(re.findall(r"(?m)^\|([^|]*)\|", sums))):
            explained |= {f"last_run_{name}", f"{name}_total"}
        self.assertEqual(set(self.metrics()), explained)
        for text in (ALERTS, BOARD):
            self.assertLessEqual(set(re.findall(r"vrni2syslog_(\w+)", text)), set(self.metrics()))


class Status(MetricsTest):
    OK, WARNING, CRITICAL, UNKNOWN = range(4)

    def status(self, form, *more):
        return run_program(self.directory, "--state-dir", self.state, "--job", JOB, "--status", "--format", form, *more)

    def test_for_nagios(self):
        nobody = self.status("nagios")
        self.assert_exit(nobody, self.UNKNOWN)
        self.assertRegex(nobody.stdout.decode(), r"^VRNI2SYSLOG UNKNOWN - there is no job nightly [^|]*\n$")
        self.assert_silent(self.run_job(urls_of(self.start(UnreliableCollector()).port), ago=5))
        for limits, status, name in (
            (("--warning-age", "6h"), self.OK, "OK"), ((), self.WARNING, "WARNING"),
            (("--warning-age", "1h", "--critical-age", "4h"), self.CRITICAL, "CRITICAL")):
            with self.subTest(name):
                plugin = self.status("nagios", *limits)
                self.assert_exit(plugin, status)
                self.assertEqual("", plugin.stderr)
                self.assertRegex(plugin.stdout.decode(), rf"^VRNI2SYSLOG {name} - nightly confirmed until \S+Z \| "
                                 r"age=\d+s;\d+;\d+;0 owed=0;;;0 flows=\d+;;;0\n$")
        with self.subTest("damaged"):
            self.file.write_bytes(self.file.read_bytes()[:-10])
            plugin = self.status("nagios")
            self.assert_exit(plugin, self.UNKNOWN)
            self.assertIn("is damaged", plugin.stdout.decode())

    def test_for_nagios_tells_in_one_line_what_keeps_it_from_looking(self):
        config = self.directory / "nightly.conf"
        config.write_text("collecter = tcp://x\n", encoding="utf-8")
        config.chmod(0o600)
        for arguments, reason in (
            (("--config", config), "nightly.conf:1: there is no option 'collecter'"), (("--config", "/nowhere/x.conf"), "/nowhere/x.conf"),
            (("--no-such-option",), "--no-such-option"), (("word",), "'word' is not an option"), (("--forget",), "--forget"),
            (("--log-level", "loud"), "--log-level"), (("--warning-age", "old"), "--warning-age")):
            with self.subTest(arguments):
                plugin = self.status("nagios", *arguments)
                self.assert_exit(plugin, self.UNKNOWN)
                self.assertEqual("", plugin.stderr)
                self.assertRegex(plugin.stdout.decode(), rf"^VRNI2SYSLOG UNKNOWN - [^|\n]*{re.escape(reason)}[^|\n]*\n$")
        self.assert_exit(self.status("text", "--no-such-option"), USAGE, "--no-such-option")

    def test_in_json(self):
        urls = urls_of(self.start(UnreliableCollector()).port)
        self.assert_silent(self.run_watched(urls, ago=5))
        status = self.status("json")
        self.assert_silent(status)
        (job,) = json.loads(status.stdout)["jobs"]
        self.assertEqual((JOB, "WARNING", self.watermark(), urls[0], "consumed"),
                         (job["job_name"], job["state"], job["watermark_timestamp_seconds"], job["collectors"][0]["collector"],
                          job["collectors"][0]["verdict"]))
        self.assertEqual({"0": 1}, job["runs_total"])
        for name, value in self.metrics().items():
            if () in value and name != "last_run_duration_seconds":
                self.assertEqual(value[()], job[name], name)

    def test_takes_the_limits_from_the_file_of_the_job_and_not_its_format(self):
        self.assert_silent(self.run_job(urls_of(self.start(UnreliableCollector()).port), ago=5))
        config = self.directory / "nightly.conf"
        config.write_text(f"job = {JOB}\nformat = cef\nwarning-age = 7h\nstate-dir = {self.state}\n", encoding="utf-8")
        config.chmod(0o600)
        run = run_program(self.directory, "--config", config, "--status", "--format", "nagios")
        self.assert_exit(run, self.OK)
        self.assertIn(f"job {JOB}: goes on from", run_program(self.directory, "--config", config, "--status").stdout.decode())

    def test_knows_no_other_format(self):
        self.assert_exit(self.status("cef"), USAGE, "--format", "text json nagios")


class Certificates(MetricsTest):
    """The platform's is valid for a year; that of the collector is not."""

    def setUp(self):
        super().setUp()
        self.authority = CertificateAuthority(self.directory / "authority")
        self.certificate = self.authority.issue("vrli", ends=29)
        self.collector = self.start(UnreliableCollector(context=server_context(self.certificate)))
        self.url = f"tls://localhost:{self.collector.port}?framing=lf"
        self.trust = ("--collector-ca-file", self.authority.ca_file)

    def test_that_expire_soon_are_told_of_once_a_day_and_in_the_metrics(self):
        run = self.run_watched([self.url], *self.trust, ago=4)
        self.assert_exit(run, OK, "warning: certificate of localhost expires at ")
        self.assertEqual(1, len(run.stderr.splitlines()), run)
        expiries = self.metrics()["certificate_expiry_timestamp_seconds"]
        self.assertEqual({("127.0.0.1",), ("localhost",)}, set(expiries))
        self.assertAlmostEqual(time.time() + 29 * DAY, expiries["localhost",], delta=600)
        if time.gmtime(time.time() + 300).tm_mday == time.gmtime().tm_mday:
            self.assert_silent(self.run_watched([self.url], *self.trust, ago=3))
        status = run_program(self.directory, "--state-dir", self.state, "--status", "--format", "nagios", "--warning-age", "9h")
        self.assert_exit(status, 1)
        self.assertIn("certificate of localhost expires at", status.stdout.decode())

    def test_that_expire_soon_are_told_of_by_a_run_over_a_named_window_each_time(self):
        for _ in range(2):
            self.assert_exit(self.run_job([self.url], *self.trust, "--last", "1h"), OK, "certificate of localhost expires at ")

    def test_of_the_platform_are_told_of_thirty_days_before_they_expire(self):
        password = self.directory / "password"
        password.write_text(PASSWORD + "\n", encoding="utf-8")
        password.chmod(0o600)
        for days, is_told in ((29, True), (31, False)):
            with self.subTest(days=days):
                platform = self.start(FakePlatform(self.authority.issue(f"platform-{days}", ends=days), count=3))
                run = run_program(
                    self.directory, "--platform-ip", f"127.0.0.1:{platform.port}", "--platform-ca-file", self.authority.ca_file,
                    "--password-file", password, "--filter", "", "--job", f"job-{days}", "--state-dir", self.state,
                    "--collector", f"file://{self.directory}/flows.log", "--prometheus-file", self.metrics_file)
                self.assert_exit(run, OK)
                self.assertEqual(is_told, "warning: certificate of 127.0.0.1 expires at " in run.stderr, run.stderr)
                expiry = self.metrics()["certificate_expiry_timestamp_seconds"]["127.0.0.1",]
                self.assertAlmostEqual(time.time() + days * DAY, expiry, delta=600)

    def test_that_expire_soon_are_told_of_by_a_check_that_passes(self):
        check = self.run_job([self.url], *self.trust, "--check")
        self.assert_exit(check, OK)
        self.assertRegex(check.stdout.decode(), r"(?m)^warning +expiry: certificate of localhost expires at ")


class Readers(MetricsTest):
    def test_node_exporter_and_prometheus_read_the_metrics_of_two_jobs(self):
        files = self.directory / "textfile"
        files.mkdir()
        urls = urls_of(self.start(UnreliableCollector()).port)
        exporter = self.start(NodeExporter(self.directory, files))
        prometheus = self.start(Prometheus(self.directory, exporter.port, MONITORING / "alerts.yml"))
        for job in ("hourly", "daily"):
            file = self.state / f"{job}.prom"
            os.symlink(file, files / f"vrni2syslog-{job}.prom")
            self.assert_silent(self.run_job(urls, "--job", job, "--prometheus-file", file))
        self.assertIn("node_textfile_scrape_error 0", exporter.read())
        expected = {job: read_metrics(self.state / f"{job}.prom")["lines_total"][()] for job in ("hourly", "daily")}
        self.assertGreater(expected["hourly"], 0)
        wait_until(lambda: expected == {labels["job_name"]: value for labels, value in prometheus.query("vrni2syslog_lines_total")},
                   "the lines of both jobs")
        ages = prometheus.query("time() - vrni2syslog_watermark_timestamp_seconds")
        self.assertEqual({"hourly", "daily"}, {labels["job_name"] for labels, _ in ages})
        self.assertEqual({urls[0]}, {labels["collector"] for labels, _ in ages})
        for _, age in ages:
            self.assertTrue(HOUR <= age < HOUR + 600, age)
        wait_until(lambda: not prometheus.alerts(), "nothing to alert of")
        self.assert_exit(self.run_job(urls, "--job", "daily", "--filter", "x = 1", "--prometheus-file", self.state / "daily.prom"),
                         CONFIGURATION)
        wait_until(lambda: {"Vrni2syslogNeedsSomebody"} <= prometheus.alerts(), "an alert")


class Rules(IntegrationTest):
    def test_alerts_are_rules_that_fire_when_they_should(self):
        self.assertIn("9 rules found", promtool(MONITORING, "check", "rules", "alerts.yml"))
        promtool(MONITORING, "test", "rules", "alerts_test.yml")
        alerts = set(re.findall(r"alert: (\w+)", ALERTS))
        self.assertEqual(alerts, set(re.findall(r'alertname="(\w+)"', (MONITORING / "alerts_test.yml").read_text(encoding="utf-8"))))
        self.assertEqual(alerts, set(re.findall(r"(?m)^\| `(Vrni2syslog\w+)` \|", PAGE)))


class Board(IntegrationTest):
    """The board of Grafana, judged by Grafana's types and Prometheus' parser; Grafana itself is not in Debian."""

    TYPES = ('type Json<T> = T extends string ? `${T}` : T extends (infer U)[] ? Json<U>[] '
             ': T extends object ? { [K in keyof T]: Json<T[K]> } : T;')

    def assert_types(self, board):
        """Whether the compiler takes it."""
        modules = node_modules("grafana")
        source = self.directory / "board.ts"
        source.write_text(f'import type {{ Dashboard }} from "@grafana/schema";\n{self.TYPES}\nexport const board: Json<Dashboard> = {board};\n',
                          encoding="utf-8")
        link = self.directory / "node_modules"
        if not link.exists():
            link.symlink_to(modules)
        done = subprocess.run(
            [modules / ".bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler", source],
            cwd=self.directory, capture_output=True, text=True, timeout=seconds(120), check=False)
        if done.returncode != 0:
            raise AssertionError(done.stdout[-2000:])

    def test_has_the_types_of_a_board(self):
        self.assert_types(BOARD)
        for right, wrong in (('"h": 8', '"height": 8'), ('"refresh": "1m"', '"refresh": 60'), ('"type": "timeseries",', "")):
            with self.subTest(right), self.assertRaises(AssertionError):
                self.assertIn(right, BOARD)
                self.assert_types(BOARD.replace(right, wrong, 1))

    def test_asks_what_prometheus_understands(self):
        panels = [panel for panel in json.loads(BOARD)["panels"] if panel["type"] != "row"]
        queries = [target["expr"] for panel in panels for target in panel["targets"]]
        self.assertGreater(len(queries), 15)
        rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
        # JSON is YAML.
        file = self.directory / "queries.yml"
        file.write_text(json.dumps({"groups": [{"name": "board", "rules": rules}]}), encoding="utf-8")
        promtool(self.directory, "check", "rules", file)
        for query in queries:
            selectors = re.findall(r"vrni2syslog_\w+(\{[^}]*\})?", query)
            self.assertEqual({'{instance=~"$instance", job_name=~"$job_name"}'}, set(selectors), query)

    def test_explains_every_panel(self):
        for panel in json.loads(BOARD)["panels"]:
            with self.subTest(panel["title"]):
                if panel["type"] != "row":
                    self.assertTrue(panel["description"] and panel["fieldConfig"]["defaults"]["unit"])
                    self.assertEqual({"type": "prometheus", "uid": "${datasource}"}, panel["datasource"])


if __name__ == "__main__":
    main()
