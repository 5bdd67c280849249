"""A browser, which shows a page as a person would see it."""

import subprocess
import tempfile

from .collector import Installation
from .program import seconds

_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--window-size=1200,1800")


class Browser:
    """Chromium, for pages of files. Skips the test where there is none."""

    def __init__(self):
        self._installation = Installation.find("chromium")

    def _run(self, page, *options):
        with tempfile.TemporaryDirectory() as profile:
            done = subprocess.run(
                [self._installation.binary, *_OPTIONS, f"--user-data-dir={profile}", *options, page.as_uri()],
                env=self._installation.environment, capture_output=True, timeout=seconds(120), check=False)
        if done.returncode != 0:
            raise AssertionError(f"chromium ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
        return done.stdout.decode()

    def document(self, page):
        """The page's elements as the browser has understood them, as HTML."""
        return self._run(page, "--dump-dom")

    def picture(self, page, path, *options):
        """Writes a picture of the page to `path`, in PNG."""
        self._run(page, f"--screenshot={path}", *options)
        return path.read_bytes()

    def print(self, page, path):
        """Writes to `path` what a printer would get, in PDF."""
        self._run(page, f"--print-to-pdf={path}")
        return path.read_bytes()
