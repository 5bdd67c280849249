"""vrni2syslog-verify over files that were damaged by chance, the same in every run: it always ends with a report, the report is clean
text, and no archive is called complete that lacks a line as it was sent."""

import hashlib
import random
import subprocess

from support.program import ROOT, seconds
from support.testcase import IS_FULL, IntegrationTest, main

VERIFY = ROOT / "packaging/vrni2syslog-verify"
COMPLETE, INCOMPLETE, NO_MANIFEST, UNREADABLE = 0, 1, 2, 66
NIGHT, NOON, EVENING = (f"2025-06-{day}:00:00Z" for day in ("01T00", "01T12", "02T00"))
HEADER = "<166>1 2025-06-01T09:00:00.000Z vrni.local vrni2syslog 1 "
INTERESTING = [b"\n", b"\r\n", b"\0", b'"', b"\\", b"]", b"] [", b" run=", b'flow_id="f1"', b"#012", b"#011", b"\x1b[31m", b"\xff",
               b"\xe2\x80\xae", b'attempt="2"', b"MANIFEST", b"9" * 40, b"\x1f\x8b"]


def sending(ids, run, start, end):
    window = f'window_start="{start}" window_end="{end}"'
    lines = [f'{HEADER}FLOW_ALLOW [vrniflow@32473 action="ALLOW" flow_id="{one}" {window} run="{run}"] vRNI-Flow: x' for one in ids]
    digest = hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()
    return lines, f'{HEADER}MANIFEST [vrniflow@32473 run="{run}" {window} flows="{len(lines)}" lines_sha256="{digest}"] vRNI-Manifest: x'


FLOWS, ARCHIVE = [], []
for _run, _start, _end in (("aaaa", NIGHT, NOON), ("bbbb", NOON, EVENING)):
    _lines, _manifest = sending([f"f{number}" for number in range(4)], _run, _start, _end)
    FLOWS += _lines
    ARCHIVE += [*_lines, _manifest]


class Damage:
    """Changes bytes as fuzzers do."""

    def __init__(self, seed):
        self._random = random.Random(seed)

    def of(self, content):
        for _ in range(self._random.randint(1, 4)):
            content = self._changed(content)
        return content

    def _changed(self, content):
        at = self._random.randrange(len(content) + 1)
        length = self._random.randrange(1, self._random.choice((2, 8, 300)))
        kind = self._random.randrange(7)
        if kind == 0:
            return content[:at] + content[at + length:]
        if kind == 1:
            return content[:at] + content[at:at + length] + content[at:]
        if kind == 2:
            return content[:at] + self._random.choice(INTERESTING) + content[at:]
        if kind == 3:
            return content[:at] + bytes([self._random.randrange(256)]) + content[at + 1:]
        lines = content.split(b"\n")
        one, other = (self._random.randrange(len(lines)) for _ in range(2))
        if kind == 4:
            lines[one], lines[other] = lines[other], lines[one]
        elif kind == 5:
            lines.insert(other, lines[one])
        else:
            del lines[one]
        return b"\n".join(lines)


class VerifyDamage(IntegrationTest):
    def verify(self, content):
        return subprocess.run([VERIFY, "--digest", "require", "--since", NIGHT, "--until", EVENING], input=content, capture_output=True,
                              timeout=seconds(60), check=False)

    def test_what_is_whole_is_complete(self):
        done = self.verify("".join(line + "\n" for line in ARCHIVE).encode())
        self.assertEqual(COMPLETE, done.returncode, done.stdout + done.stderr)

    def test_damage_is_reported_and_never_called_complete(self):
        whole = "".join(line + "\n" for line in ARCHIVE).encode()
        for seed in range(5000 if IS_FULL else 150):
            content = Damage(seed).of(whole)
            done = self.verify(content)
            with self.subTest(seed=seed):
                self.assertIn(done.returncode, (COMPLETE, INCOMPLETE, NO_MANIFEST, UNREADABLE), done.stderr)
                report = (done.stdout + done.stderr).decode()
                self.assertNotIn("Traceback", report)
                self.assertTrue(all(line.isprintable() for line in report.splitlines()), report)
                missing = [line for line in FLOWS if line.encode() not in content]
                self.assertFalse(done.returncode == COMPLETE and missing, report)


if __name__ == "__main__":
    main()
