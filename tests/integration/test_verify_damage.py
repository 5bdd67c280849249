"""vrni2syslog-verify over files that were damaged by chance, the same in every run: it always ends with a report, the report is clean
text, and no archive is called complete that lacks a line as it was sent."""

import hashlib
import itertools
import json
import random
from datetime import datetime

from support.made_up_topic import MadeUpTopic
from support.signed_archive import SignedChain, SigningKey
from support.testcase import IS_FULL, IntegrationTest, main
from support.verifier import Verifier

COMPLETE, INCOMPLETE, NO_MANIFEST, UNREADABLE = 0, 1, 2, 66
NIGHT, NOON, EVENING = (f"2025-06-{day}:00:00Z" for day in ("01T00", "01T12", "02T00"))
SYSLOG = "<166>1 2025-06-01T09:00:00.000Z vrni.local vrni2syslog 1 "
OLD_SYSLOG = "<166>Jun  1 09:00:00 vrni.local "
PRODUCT = "vrni2syslog|vRNI flows|1.0|"
OBJECT = '{"@timestamp":"2025-06-01T09:00:00.000Z","ecs":{"version":"9.4.0"},"message":"x","event":{"kind":"event","dataset":"vrni.'
INTERESTING = [b"\n", b"\r\n", b"\0", b'"', b"\\", b"]", b"] [", b" run=", b'flow_id="f1"', b"#012", b"#011", b"\x1b[31m", b"\xff",
               b"\xe2\x80\xae", b'attempt="2"', b"MANIFEST", b"9" * 40, b"\x1f\x8b", b'test="1"', b"|TEST|", b"^vrniTest=1",
               b" vrni2syslogFlowTest=1", b'"test":"1"', b"vrni.test", b"=", b"^", b"|", b"{", b"}", b" externalId=f1", b"^flowId=f1",
               b'"flow_id":"f1"', b'{"topic":', b'"offset":1', b'"payload":"', b"0:0-3:4:", b'\\"', b"null",
               b"CEF:0|vrni2syslog|", b"LEEF:2.0|vrni2syslog|", b'{"@timestamp":']


def milliseconds(time):
    return int(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() * 1000)


# How each format writes a line of a flow, and a manifest. {begin} and {finish} are milliseconds.
LINES = {
    "rfc5424": (
        SYSLOG + 'FLOW_ALLOW [vrniflow@32473 action="ALLOW" flow_id="{id}" window_start="{start}" window_end="{end}" run="{run}"] '
        'vRNI-Flow: x',
        SYSLOG + 'MANIFEST [vrniflow@32473 run="{run}" window_start="{start}" window_end="{end}" flows="{flows}" lines_sha256="{digest}"] '
        'vRNI-Manifest: x'),
    "rfc3164": (
        OLD_SYSLOG + 'vrni2syslog[1]: action="ALLOW" flow_id="{id}" window_start="{start}" window_end="{end}" run="{run}" vRNI-Flow: x',
        OLD_SYSLOG + 'vrni2syslog[1]: run="{run}" window_start="{start}" window_end="{end}" flows="{flows}" lines_sha256="{digest}" '
        'vRNI-Manifest: x'),
    "cef": (
        OLD_SYSLOG + f"CEF:0|{PRODUCT}FLOW_ALLOW|Flow allowed|1|" "rt=1 start={begin} end={finish} act=ALLOW dvchost=vrni.local "
        "externalId={id} vrni2syslogFlowRun={run} msg=vRNI-Flow: x",
        OLD_SYSLOG + f"CEF:0|{PRODUCT}MANIFEST|Manifest|1|" "rt=1 start={begin} end={finish} dvchost=vrni.local vrni2syslogFlowRun={run} "
        "vrni2syslogFlowFlows={flows} vrni2syslogFlowLinesSha256={digest} msg=vRNI-Manifest: x"),
    "leef": (
        OLD_SYSLOG + f"LEEF:2.0|{PRODUCT}FLOW_ALLOW|^|" "cat=Allow^devTime=1^sev=1^action=ALLOW^flowId={id}^windowStart={start}"
        "^windowEnd={end}^run={run}",
        OLD_SYSLOG + f"LEEF:2.0|{PRODUCT}MANIFEST|^|" "cat=Manifest^devTime=1^sev=1^run={run}^windowStart={start}^windowEnd={end}"
        "^vrniFlows={flows}^vrniLinesSha256={digest}"),
    "json": (
        OBJECT.replace("{", "{{").replace("}", "}}") + 'flow","start":"{start}","end":"{end}"}},"observer":{{"hostname":"vrni.local"}},'
        '"vrni":{{"action":"ALLOW","flow_id":"{id}","run":"{run}"}}}}',
        OBJECT.replace("{", "{{").replace("}", "}}") + 'manifest","start":"{start}","end":"{end}"}},"observer":{{"hostname":"vrni.local"}},'
        '"vrni":{{"run":"{run}","flows":"{flows}","lines_sha256":"{digest}"}}}}'),
}
LINES["json-syslog"] = (f"{SYSLOG}FLOW_ALLOW - {LINES['json'][0]}", f"{SYSLOG}MANIFEST - {LINES['json'][1]}")


class Archive:
    """Two sendings in one format: the lines of their flows, and the content of the file. `in_topic`: the file holds what kcat -J
    prints of a topic, and `flows` are the lines as they are written there."""

    def __init__(self, name, in_topic=False):
        flow, manifest = LINES[name]
        self.flows, lines = [], []
        topic = MadeUpTopic()
        for run, start, end in (("aaaa", NIGHT, NOON), ("bbbb", NOON, EVENING)):
            fields = {"run": run, "start": start, "end": end, "begin": milliseconds(start), "finish": milliseconds(end)}
            flows = [flow.format(id=f"f{number}", **fields) for number in range(4)]
            digest = hashlib.sha256("".join(line + "\n" for line in flows).encode()).hexdigest()
            self.flows += flows
            lines += [*flows, manifest.format(flows=len(flows), digest=digest, **fields)]
            topic.append(flows, lines[-1])
        if in_topic:
            lines = topic.lines()
            self.flows = [json.dumps(line)[1:-1] for line in self.flows]
        self.content = "".join(line + "\n" for line in lines).encode()


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


class SignedArchive:
    """The same as Archive, signed and chained."""

    def __init__(self, name, key):
        chain = SignedChain(key, name)
        lines = [*chain.send(range(4), NIGHT, NOON, run="aaaa"), *chain.send(range(4), NOON, EVENING, run="bbbb")]
        self.flows = [line for line in lines if "anifest" not in line and "MANIFEST" not in line]
        self.content = "".join(line + "\n" for line in lines).encode()


class VerifyDamage(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.verifier = Verifier()

    def test_damage_of_what_is_signed_is_never_called_complete(self):
        key = SigningKey(self.directory)
        archives = [SignedArchive(name, key) for name in (*LINES, "message", "logger")]
        options = ("--public-key", key.public_file, "--since", NIGHT, "--until", EVENING)
        for seed in range(10_000 if IS_FULL else 600):
            archive = archives[seed % len(archives)]
            content = Damage(seed).of(archive.content)
            with self.subTest(seed=seed):
                status, report = self.verifier.run(content, *options)
                self.assertTrue(all(line.isprintable() for line in report.splitlines()), report)
                missing = [line for line in archive.flows if line.encode() not in content]
                self.assertFalse(status == COMPLETE and missing, report)
                self.assertFalse(status == COMPLETE and report.count("signed and complete") < 2, report)

    def verify(self, content):
        return self.verifier.run(content, "--digest", "require", "--since", NIGHT, "--until", EVENING)

    def test_what_is_whole_is_complete(self):
        for name, in_topic in itertools.product(LINES, (False, True)):
            with self.subTest(name, in_topic=in_topic):
                status, report = self.verify(Archive(name, in_topic).content)
                self.assertEqual(COMPLETE, status, report)
                self.assertEqual(2, report.count("4 of 4 lines, SHA-256 as sent"), report)

    def test_damage_is_reported_and_never_called_complete(self):
        archives = [Archive(name, in_topic) for in_topic in (False, True) for name in LINES]
        for seed in range(60_000 if IS_FULL else 3000):
            archive = archives[seed % len(archives)]
            content = Damage(seed).of(archive.content)
            with self.subTest(seed=seed):
                status, report = self.verify(content)
                self.assertIn(status, (COMPLETE, INCOMPLETE, NO_MANIFEST, UNREADABLE), report)
                self.assertTrue(all(line.isprintable() for line in report.splitlines()), report)
                missing = [line for line in archive.flows if line.encode() not in content]
                self.assertFalse(status == COMPLETE and missing, report)


if __name__ == "__main__":
    main()
