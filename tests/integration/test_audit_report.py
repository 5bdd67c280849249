"""The report for auditors: what it says, that nothing in an archive can become a part of the page, and what a browser makes of it."""

import hashlib
import html.parser
import json
import re
import subprocess

from support.browser import Browser
from support.program import ROOT, seconds
from support.signed_archive import SignedChain, SigningKey
from support.testcase import IntegrationTest, main

VERIFY = ROOT / "packaging/vrni2syslog-verify"
COMPLETE, INCOMPLETE, NO_MANIFEST, USAGE, UNWRITABLE = 0, 1, 2, 64, 74
HOURS = [f"2025-06-01T{hour:02}:00:00Z" for hour in range(13)]
PERIOD = ("--since", HOURS[0], "--until", HOURS[12])
HOSTILE = "<img/src=x/onerror=alert(1)><script>alert('2')</script>&amp;"


class Elements(html.parser.HTMLParser):
    """The elements of a page: their names and attributes, and the text. Those that are opened must be closed."""

    _EMPTY = {"meta"}

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text, self._open = set(), set(), "", []
        self.feed(text)
        if self._open:
            raise AssertionError(f"not closed: {self._open}")

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in self._EMPTY and tag != "br":
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            raise AssertionError(f"{tag} is closed where it is not open")

    def handle_data(self, data):
        self.text += data


class AuditReport(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.key = SigningKey(cls.class_directory())

    def archive(self, *, is_damaged=False, job="main"):
        """The lines of twelve hours; damaged, a window is removed, a line changed, and another one's signature left out."""
        chain = SignedChain(self.key, job=job)
        windows = [chain.send((1, 2, 3), HOURS[i], HOURS[i + 1], run=f"{i:04}") for i in range(12)]
        if is_damaged:
            windows[7] = SignedChain(None, job=job).send((1, 2, 3), HOURS[7], HOURS[8], run="0007")
            windows[5][0] = windows[5][0].replace("10.0.0.1", "10.0.0.7")
            del windows[3]
        return "".join(line + "\n" for window in windows for line in window)

    def verify(self, content, *options):
        path = self.directory / "flows.log"
        path.write_text(content, encoding="utf-8")
        return subprocess.run([VERIFY, *map(str, options), path], capture_output=True, timeout=seconds(60), check=False)

    def report(self, content, kind, *options):
        done = self.verify(content, "--report", kind, "--public-key", self.key.public_file, *PERIOD, *options)
        self.assertEqual(b"", done.stderr)
        return done.returncode, done.stdout.decode()

    def test_the_report_as_json(self):
        content = self.archive()
        status, text = self.report(content, "json")
        value = json.loads(text)
        self.assertEqual((COMPLETE, COMPLETE), (status, value["status"]))
        self.assertEqual("Everything is there, and signed", value["verdict"])
        self.assertEqual({"since": HOURS[0], "until": HOURS[12], "first": HOURS[0], "last": HOURS[12]}, value["period"])
        self.assertRegex(value["version"], r"^\d+\.\d+\.\d+$")
        self.assertEqual((12, 36, 0), (len(value["windows"]), value["flows"], value["problems"]))
        self.assertEqual({"signed and complete"}, {row["verdict"] for row in value["windows"]})
        self.assertEqual([{"id": self.key.id, "introduced_by": None}], value["keys"])
        self.assertEqual([("unbroken", HOURS[0], HOURS[12], 12)],
                         [(row["state"], row["start"], row["end"], row["manifests"]) for row in value["chain"]])
        self.assertEqual([(len(content), hashlib.sha256(content.encode()).hexdigest())],
                         [(row["bytes"], row["sha256"]) for row in value["files"]])

    def test_what_is_wrong_is_in_the_report(self):
        status, text = self.report(self.archive(is_damaged=True), "json")
        value = json.loads(text)
        self.assertEqual((INCOMPLETE, "Something is missing, changed or doubtful"), (status, value["verdict"]))
        self.assertEqual({"signed and complete": 9, "altered": 1, "unsigned": 1},
                         {verdict: sum(row["verdict"] == verdict for row in value["windows"])
                          for verdict in {row["verdict"] for row in value["windows"]}})
        self.assertEqual([(HOURS[3], HOURS[4]), (HOURS[7], HOURS[8])], [(row["start"], row["end"]) for row in value["gaps"]])
        self.assertEqual(["window removed"] * 2, [row["state"] for row in value["chain"] if not row["good"]])
        page = Elements(self.report(self.archive(is_damaged=True), "html")[1])
        for expected in ("Something is missing, changed or doubtful", "window removed", "altered", "unsigned", "gap", self.key.id,
                         "Whoever has the private key", "9 of 11 sendings complete"):
            self.assertIn(expected, page.text)

    def test_lines_that_belong_to_no_window_are_problems(self):
        damaged, message = self.archive().splitlines()[0][:150], "vRNI-Flow: 2025-06-01 09:00:00 ALLOW TCP a -> b"
        for more, count, text in (([damaged] * 4, 4, "4 lines cut or damaged, and in no later sending: {0}:49, {0}:50, {0}:51 and others"),
                                  ([damaged], 1, "1 line cut or damaged, and in no later sending: {0}:49"),
                                  ([message], 1, "1 line without fields, from which nothing can be proven")):
            with self.subTest(text):
                content = self.archive() + "".join(line + "\n" for line in more)
                status, report = self.report(content, "json")
                value = json.loads(report)
                self.assertEqual((INCOMPLETE, count), (status, value["problems"]))
                page = Elements(self.report(content, "html")[1])
                self.assertIn(text.format(self.directory / "flows.log"), page.text)
                self.assertNotIn("None.", page.text)

    def test_without_a_key_the_report_says_that_nothing_was_signed(self):
        done = self.verify(self.archive(), "--report", "html")
        page = Elements(done.stdout.decode())
        self.assertEqual(COMPLETE, done.returncode)
        self.assertIn("Everything is there, but no signature was checked", page.text)
        self.assertIn("No public key was given", page.text)
        page = Elements(self.verify("nothing\n", "--report", "html").stdout.decode())
        self.assertIn("Nothing can be proven", page.text)

    def test_nothing_in_the_files_becomes_a_part_of_the_page(self):
        status, text = self.report(self.archive(job=HOSTILE), "html")
        page = Elements(text)
        self.assertEqual(COMPLETE, status)
        self.assertIn(HOSTILE, page.text)
        self.assertFalse(page.tags & {"img", "script", "link", "iframe", "object", "a"}, page.tags)
        self.assertFalse({name for name in page.attributes if name.startswith("on")} | page.attributes & {"src", "href"})
        self.assertNotRegex(text, r"url\((?!#hatch)|@import")
        self.assertIn("default-src &#x27;none&#x27;".replace("&#x27;", "'"), text)

    def test_times_that_are_none_do_not_stop_the_report(self):
        chain = SignedChain(self.key)
        content = "".join(line + "\n" for line in chain.send((1,), HOURS[0], HOURS[1])).replace("2025-06-01", "2025-99-99")
        done = self.verify(content, "--report", "html")
        self.assertNotIn(b"Traceback", done.stderr)
        Elements(done.stdout.decode())

    def test_the_report_in_a_file(self):
        path = self.directory / "report.html"
        done = self.verify(self.archive(), "--report", "html", "--report-file", path)
        self.assertEqual(COMPLETE, done.returncode)
        self.assertIn(b"12 sendings checked, 0 problems", done.stdout)
        self.assertTrue(path.read_text(encoding="utf-8").endswith("</html>\n"))
        self.assertEqual(UNWRITABLE, self.verify(self.archive(), "--report", "json", "--report-file", "/nonexistent/x").returncode)
        self.assertEqual(USAGE, self.verify("", "--report-file", path).returncode)

    def test_a_page_stays_within_bounds(self):
        chain = SignedChain(None)
        one = chain.send((1,), "2000-01-01T00:00:00Z", "2040-01-01T00:00:00Z", run="many")
        content = "".join(line.replace('run="many"', f'run="{number}"') + "\n" for number in range(12_000) for line in one)
        done = self.verify(content, "--report", "html")
        self.assertLess(len(done.stdout), 6 << 20)
        self.assertIn(b"more are in the report as JSON", done.stdout)

    def test_a_browser_shows_it(self):
        browser = Browser()
        page = self.directory / "report.html"
        page.write_text(self.report(self.archive(is_damaged=True, job=HOSTILE), "html")[1], encoding="utf-8")
        document = browser.document(page)
        self.assertIn("Something is missing, changed or doubtful</strong>", document)
        self.assertNotRegex(document, "<(img|script)")
        self.assertEqual(1, document.count("<svg"))
        self.assertGreater(len(re.findall("<rect [^>]*class=\"(?:good|bad|gap|weak)\"", document)), 5)
        light = browser.picture(page, self.directory / "light.png")
        dark = browser.picture(page, self.directory / "dark.png", "--blink-settings=preferredColorScheme=0")
        for picture in (light, dark):
            self.assertTrue(picture.startswith(b"\x89PNG"))
            self.assertGreater(len(picture), 50_000, "the page is not empty")
        self.assertNotEqual(light, dark)
        self.assertTrue(browser.print(page, self.directory / "report.pdf").startswith(b"%PDF"))


if __name__ == "__main__":
    main()
