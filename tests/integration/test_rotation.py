"""A file:// collector whose file is rotated, removed or cut while a run writes to it: what the run calls delivered is in the files that
are kept."""

import gzip
import subprocess

from support.collector import Installation
from support.job import DAY, OK, JobTest, parse
from support.testcase import main


class Rotation(JobTest):
    """The platform holds its flows back until the file has been rotated."""

    flows = 300
    switches = ("--page-cap", "20")

    def setUp(self):
        super().setUp()
        self.archive = self.directory / "archive"
        self.archive.mkdir(mode=0o750)
        self.log = self.archive / "flows.log"

    def run_around(self, interfere, *options, before_first_line=False):
        """Runs a job, and has `interfere` happen when the first lines are in the file, or before there are any."""
        self.simulator.close_gate()
        job = self.start_job([f"file://{self.log}"], "--log-level", "info", "--concurrency", "1", *options)
        job.wait_until(self.log.exists, "the file is there")
        if not before_first_line:
            self.simulator.permit_fetches_until(lambda: self.log.stat().st_size > 0, "the first lines are in the file", job)
        interfere()
        self.simulator.open_gate()
        self.assertEqual(OK, job.wait(), job.output_text())
        return job.output_text()

    def kept_lines(self):
        """What is in the files that are left, the oldest first."""
        lines = []
        for path in sorted(self.archive.iterdir(), reverse=True):
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            lines += data.decode().split("\n")[:-1]
        return lines

    def assert_archived(self, output, *texts):
        for text in texts:
            self.assertIn(text, output)
        self.assert_complete(set(parse(self.kept_lines())), self.watermark() - DAY, self.watermark())

    def logrotate(self, *directives):
        """Rotates the file once, as a job of cron would."""
        tool = Installation.find("logrotate")
        configuration = self.directory / "logrotate.conf"
        body = "\n  ".join(("rotate 5", "missingok", "notifempty", *directives))
        configuration.write_text(f"{self.log} {{\n  {body}\n}}\n")
        configuration.chmod(0o600)
        # A group that may write keeps logrotate away.
        done = subprocess.run(
            [tool.binary, "--force", "--state", self.directory / "logrotate.state", configuration], env=tool.environment,
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_removed(self):
        output = self.run_around(self.log.unlink)
        self.assert_archived(output, "the file was renamed, removed or replaced", "attempt 1 was in vain")

    def test_renamed(self):
        output = self.run_around(lambda: self.log.rename(self.log.with_suffix(".1")))
        self.assert_archived(output, "the file was renamed, removed or replaced")

    def test_emptied(self):
        output = self.run_around(lambda: self.log.write_bytes(b""))
        self.assert_archived(output, "the file was cut")

    def test_rotated_before_the_first_line(self):
        """That costs nothing: no line was in the old file."""
        def rotate():
            self.log.rename(self.log.with_suffix(".1"))
            self.log.touch()
        output = self.run_around(rotate, before_first_line=True)
        self.assertNotIn("in vain", output)
        self.assert_archived(output)

    def test_emptied_before_the_first_line(self):
        self.log.write_bytes(b"a line that was there before\n" * 1000)
        output = self.run_around(lambda: self.log.write_bytes(b""), before_first_line=True)
        self.assertNotIn("in vain", output)
        self.assert_archived(output)

    def assert_kept_by_logrotate(self, *directives):
        output = self.run_around(lambda: self.logrotate(*directives))
        self.assert_archived(output, "attempt 1 was in vain")

    def test_logrotate_that_makes_a_new_file(self):
        self.assert_kept_by_logrotate("create")

    def test_logrotate_that_makes_no_new_file(self):
        self.assert_kept_by_logrotate("nocreate")

    def test_logrotate_that_compresses_at_once(self):
        """The lines of the first attempt that came after the compression are in no file."""
        self.assert_kept_by_logrotate("create", "compress")

    def test_logrotate_that_compresses_later(self):
        self.assert_kept_by_logrotate("create", "compress", "delaycompress")

    def test_logrotate_that_copies_and_cuts(self):
        self.assert_kept_by_logrotate("copytruncate")


if __name__ == "__main__":
    main()
