"""What vrni2syslog-verify costs: steps of Python and bytes of memory, which are counted, so that no machine is too slow for these tests. Twice
as much of an archive takes twice as many steps, whatever somebody has put into it."""

import itertools
import json
import sys
import tracemalloc

from support.made_up_topic import MadeUpTopic
from support.signed_archive import SignedChain, SigningKey
from support.testcase import IntegrationTest, main
from support.verifier import Verifier

START, END = "2025-06-01T00:00:00Z", "2025-06-02T00:00:00Z"
MARK = ' lines_sha256="'


def times():
    """Hour after hour."""
    for year, month, day, hour in itertools.product(range(2000, 3000), range(1, 13), range(1, 29), range(24)):
        yield f"{year}-{month:02}-{day:02}T{hour:02}:00:00Z"


class Steps:
    """Counts the instructions of Python's machine that run within it."""

    def __init__(self):
        self.count = 0

    def _trace(self, frame, event, _):
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        self.count += event == "opcode"
        return self._trace

    def __enter__(self):
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_):
        sys.settrace(None)


class Cost(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.key = SigningKey(cls.class_directory())

    def setUp(self):
        super().setUp()
        self.verifier = Verifier()
        # So that a few lines reach what bounds the work that can be forced upon it.
        self.verifier.module._WORK_FOR_ALL, self.verifier.module._MAX_OPEN = 0, 10

    def steps(self, lines, *options):
        content = "".join(line + "\n" for line in lines).encode()
        with Steps() as steps:
            self.verifier.run(content, *options)
        return steps.count

    def memory(self, lines, *options):
        """The most bytes that it holds at a time."""
        content = lines if isinstance(lines, bytes) else "".join(line + "\n" for line in lines).encode()
        tracemalloc.start()
        try:
            self.verifier.run(content, *options)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    @staticmethod
    def chain(count, flows, key=None):
        """The lines of a chain of so many windows with so many flows each. Of its signatures, only the last one is one."""
        chain = SignedChain(key)
        ends = list(itertools.islice(times(), count + 1))
        sign = key.sign if key else None
        lines = []
        for number in range(count):
            if key:
                key.sign = sign if number == count - 1 else lambda _: "A" * 86
            lines += chain.send(range(flows), ends[number], ends[number + 1], run=f"r{number}")
        return lines

    @staticmethod
    def sendings(count, flow="f", run="r", is_whole=True):
        """So many sendings of one window with a flow each."""
        chain = SignedChain(None)
        lines = []
        for number in range(count):
            sending = chain.send((1,), START, END, run=f"{run}{number}", is_confirmed=False)
            lines += [line.replace('"f1"', f'"{flow}{number}"') for line in (sending if is_whole else sending[:-1])]
        return lines

    def test_steps_grow_as_the_archive_does(self):
        def forged(count):
            return [line.replace(MARK, f' sig="A"{MARK}') for line in self.sendings(count)]

        def topic(count):
            made = MadeUpTopic(partitions=3)
            lines = SignedChain(None).send(range(count), START, END)
            made.append(lines[:-1], lines[-1])
            return made.lines()

        def others(count):
            return [json.dumps({"a": "b" * 10, "number": number}) for number in range(count)] + self.chain(1, 1)

        key = ("--public-key", self.key.public_file)
        for name, make, count, options in (
                ("lines", lambda count: self.chain(1, count), 200, ()), ("windows", lambda count: self.chain(count, 1), 60, ()),
                ("signed windows", lambda count: self.chain(count, 1, self.key), 60, key), ("records of a topic", topic, 200, ()),
                ("lines of others", others, 300, ()), ("a question", lambda count: self.chain(1, count), 200, ("--find", "src=10.0.0.1")),
                ("a report", lambda count: self.chain(count, 1), 60, ("--report", "json")),
                ("what was not sent again", lambda count: self.sendings(count, "lost", "b", is_whole=False) + self.sendings(count), 60, ()),
                ("what was sent again", lambda count: self.sendings(count, "f", "b", is_whole=False) + self.sendings(count), 60, ()),
                ("cut lines", lambda count: [line[:150] for line in self.sendings(count, is_whole=False)] + self.sendings(count), 60, ()),
                ("platforms", lambda count: [line.replace("vrni.local", f"h{number}") for number, line in enumerate(self.sendings(count))],
                 60, ()), ("forged manifests", forged, 60, key)):
            with self.subTest(name):
                once, twice, four_times = (self.steps(make(count * factor), *options) for factor in (1, 2, 4))
                self.assertGreater(twice, once)
                self.assertLess(four_times - twice, 2.3 * (twice - once), (once, twice, four_times))

    def test_memory_does_not_grow_with_the_lines_of_windows_that_are_proven(self):
        few, many = self.chain(10, 100), self.chain(10, 1100)
        self.memory(few)
        self.assertLess(self.memory(many) - self.memory(few), 6 * 10_000)

    def test_memory_grows_little_with_each_window(self):
        few, many = self.chain(50, 1), self.chain(250, 1)
        self.memory(few)
        self.assertLess(self.memory(many) - self.memory(few), 200 * (8 << 10))

    def test_a_line_without_an_end_takes_no_more_memory_than_its_beginning(self):
        self.memory(b"")
        self.assertLess(self.memory(b"a" * (16 << 20)), 5 << 20)


if __name__ == "__main__":
    main()
