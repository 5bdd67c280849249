"""Archives that nobody has changed, as collectors, rotations, copies and breakdowns leave them: vrni2syslog-verify raises no false alarm."""

import bz2
import gzip
import lzma
import re

from support.made_up_topic import MadeUpTopic
from support.signed_archive import FORMATS, SignedChain, SigningKey
from support.testcase import IntegrationTest, main
from support.verifier import Verifier

COMPLETE, INCOMPLETE, UNREADABLE = 0, 1, 66
HOURS = [f"2025-06-01T{hour:02}:00:00Z" for hour in range(8)]
PERIOD = ("--since", HOURS[0], "--until", HOURS[3])
GOOD = "signed and complete"
MANIFEST = re.compile(r"(?i)lines_?sha256")


def joined(windows):
    return [line for window in windows for line in window]


def content_of(lines, end="\n"):
    return "".join(line + end for line in lines).encode()


class HonestArchives(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.key = SigningKey(cls.class_directory())
        cls.verifier = Verifier()

    def chain_of(self, name="rfc5424", count=3):
        """A chain of so many hours with three flows each, and its windows."""
        chain = SignedChain(self.key, name)
        return chain, [chain.send((1, 2, 3), HOURS[i], HOURS[i + 1], run=f"{i:04}") for i in range(count)]

    def verify(self, content, *options):
        return self.verifier.run(content, "--public-key", self.key.public_file, *options)

    def assert_good(self, content, count, options=PERIOD):
        """Everything is there: so many sendings are signed and complete."""
        status, text = self.verify(content, *options)
        self.assertEqual((COMPLETE, count), (status, text.count(GOOD)), text)
        return text

    def test_lines_that_end_with_carriage_return_and_line_feed(self):
        for name in (*FORMATS, "message", "logger"):
            with self.subTest(name):
                self.assert_good(content_of(joined(self.chain_of(name)[1]), "\r\n"), 3)
        # Within a line it is a change.
        lines = joined(self.chain_of()[1])
        lines[5] = lines[5].replace("] vRNI", "]\r vRNI")
        self.assertEqual(INCOMPLETE, self.verify(content_of(lines), *PERIOD)[0])

    def test_files_that_begin_with_a_byte_order_mark(self):
        topic, windows = MadeUpTopic(partitions=1), self.chain_of()[1]
        for window in windows:
            topic.append(window[:-1], window[-1])
        for lines in (joined(windows), topic.lines()):
            self.assert_good(b"\xef\xbb\xbf" + content_of(lines), 3)

    def test_files_that_were_rotated_within_a_window(self):
        """Between two lines, plain and packed, with a chain that goes on from one to the other."""
        for name in FORMATS:
            lines = joined(self.chain_of(name)[1])
            for place in range(1, len(lines)):
                with self.subTest(name, place=place):
                    older, newer = self.directory / "flows.log.1.gz", self.directory / "flows.log"
                    older.write_bytes(gzip.compress(content_of(lines[:place])))
                    newer.write_bytes(content_of(lines[place:]))
                    self.assert_good(b"", 3, options=(*PERIOD, older, newer))

    def test_a_file_that_is_still_written(self):
        """Its end, wherever it is cut, is no matter of a period that was over before."""
        for name in FORMATS:
            windows = self.chain_of(name, count=4)[1]
            whole, last = content_of(joined(windows[:3])), content_of(windows[3])
            for place in (*range(0, len(last), 41), len(last) - 20, len(last) - 1):
                with self.subTest(name, place=place):
                    status, text = self.verify(whole + last[:place], *PERIOD)
                    self.assertEqual(3, text.count(GOOD), text)
                    # Of a line that is alone and does not say when it was, nobody knows whether it was of the period.
                    is_unknown = place < len(windows[3][0]) and "1 of them in no later sending" in text
                    self.assertEqual(INCOMPLETE if is_unknown else COMPLETE, status, text)
        windows = self.chain_of(count=4)[1]
        self.assertEqual(INCOMPLETE, self.verify(content_of(joined(windows))[:-60], "--since", HOURS[0], "--until", HOURS[4])[0])

    def test_a_manifest_that_was_cut_and_the_window_that_was_sent_again(self):
        """The collector was killed, and has written the next line behind what it had written of the manifest, with a line feed or without."""
        for name in FORMATS:
            chain, windows = self.chain_of(name)
            *lines, manifest = chain.send((1, 2, 3), HOURS[3], HOURS[4], run="0003", is_confirmed=False)
            again = chain.send((1, 2, 3), HOURS[3], HOURS[4], run="0003", attempt=2)
            begin = MANIFEST.search(manifest).start()
            text_at = manifest.find("vRNI-Manifest")
            for place in range(begin, len(manifest) - 1, 7):
                # A manifest of which all fields are there is whole. What follows its text is no line.
                for end in ("\n", "") if text_at < 0 or place < text_at - 1 else ("\n",):
                    with self.subTest(name, place=place, end=end):
                        content = content_of([*joined(windows), *lines]) + (manifest[:place] + end).encode() + content_of(again)
                        status, text = self.verify(content, "--since", HOURS[0], "--until", HOURS[4])
                        self.assertEqual(COMPLETE, status, text)

    def test_lines_of_other_programs(self):
        others = ('<78>Jun  1 09:00:00 web backup[12]: run="42" status="ok"', '<78>Jun  1 09:00:00 web job: a="1" run="nightly" end="2"',
                  "<13>1 2025-06-01T09:00:00Z web app 1 - - run=1 flows=2", "CEF:0|Other|Product|1|1|x|1|rt=1 src=10.0.0.1 externalId=7",
                  '{"event":{"dataset":"other.flow"},"source":{"ip":"10.0.0.1"}}', "LEEF:2.0|Other|x|1|1|^|src=10.0.0.1^flowId=7", "\x00\xff", "")
        for name in FORMATS:
            with self.subTest(name):
                lines = joined(self.chain_of(name)[1])
                mixed = [line for pair in zip(lines, others * 2) for line in pair] + lines[len(others) * 2:]
                self.assert_good(content_of(mixed), 3)

    def test_names_of_hostile_machines_in_messages(self):
        """vrni2syslog leaves no quotes in a text, and every other character."""
        for name in ("message", "logger"):
            for vm in ("[vrniflow@32473 x", "[vrniflow@32473]", "CEF:0|vrni2syslog|vRNI flows|1.0|FLOW|x|1|rt=1", "LEEF:2.0|vrni2syslog|vRNI flows|1.0|FLOW|^|",
                       "vRNI-Flow: x", "vRNI-Manifest: 3 flows", "<166>1 2025-06-01T09:00:00.000Z h vrni2syslog 1 FLOW [vrniflow@32473 a:'b']",
                       "{'@timestamp':'vrni.flow'}", "<166>Jun  1 09:00:00 h vrni2syslog[1]: run:'x'"):
                with self.subTest(name, vm=vm):
                    chain = SignedChain(self.key, name)
                    flow = chain.flow
                    chain.flow = lambda number, **fields: flow(number, vm=vm, **fields)
                    windows = [chain.send((1, 2), HOURS[i], HOURS[i + 1], run=f"{i:04}") for i in range(3)]
                    self.assert_good(content_of(joined(windows)), 3)

    def test_several_members_of_gzip(self):
        content = content_of(joined(self.chain_of()[1]))
        self.assert_good(gzip.compress(content[:1000]) + gzip.compress(content[1000:]) + bytes(512), 3)

    def test_other_compressions_are_named(self):
        content = content_of(joined(self.chain_of()[1]))
        for name, packed in (("xz", lzma.compress(content)), ("bzip2", bz2.compress(content)), ("zstd", b"\x28\xb5\x2f\xfd\x04"),
                             ("zip", b"PK\x03\x04"), ("lz4", b"\x04\x22\x4d\x18")):
            with self.subTest(name):
                status, text = self.verify(packed)
                self.assertEqual((UNREADABLE, f"vrni2syslog-verify: - is compressed by {name}; unpack it first\n"), (status, text))

    def test_the_files_of_two_collectors(self):
        """Two that have confirmed the same windows from the beginning hold the same manifests. One that has missed some is told."""
        windows = self.chain_of()[1]
        self.assert_good(content_of(joined(windows) * 2), 3)
        other = SignedChain(self.key)
        theirs = [other.send((1, 2, 3), HOURS[i], HOURS[i + 1], run=f"{i:04}") for i in (0, 2)]
        status, text = self.verify(content_of(joined(windows + theirs)), *PERIOD)
        self.assertEqual(INCOMPLETE, status)
        self.assertIn("another manifest behind the signed one", text)
        # In different formats they are two archives, each with a chain of its own.
        both = joined(self.chain_of("rfc5424")[1]) + joined(self.chain_of("cef")[1])
        self.assertEqual(2, self.assert_good(content_of(both), 6).count("unbroken"))

    def test_a_topic_that_is_read_while_it_is_written(self):
        """Records of another sending stand at the ends of the partitions, without their manifest."""
        topic, (_, windows) = MadeUpTopic(partitions=1), self.chain_of(count=4)
        for window in windows:
            topic.append(window[:-1], window[-1])
        lines = topic.lines()
        for cut in (lines[:-1], lines[:-2], [*lines[:-1], lines[-1][:-30]]):
            self.assert_good(content_of(cut), 3)


if __name__ == "__main__":
    main()
