"""Lines of every length: what --max-size takes from them, and what it leaves. And whether the check would find a mistake."""

import unittest

from support.line_limit import DATAGRAM_LIMIT, DEFAULT_LIMIT, Content, LimitedLine
from support.rfc5424 import parse_line
from support.simulator import Simulator
from support.testcase import IntegrationTest, main

FLOWS = 2_000
LIMITS = (600, 900, 1200, DATAGRAM_LIMIT, DEFAULT_LIMIT)
OK = 0


class MaxSize(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.simulator = cls.start_for_class(Simulator(
            cls.class_directory(), "--hostile", "0.5", "--ipv6", "0.2", "--api-version", "9.1.0.0", "--unknown-enums",
            flows=FLOWS))
        cls.expected = cls.simulator.expected_lines()

    def test_lines_lose_what_they_must_and_no_more(self):
        for limit in LIMITS:
            with self.subTest(limit=limit):
                run = self.simulator.run_program(
                    self.directory, "--filter", "", "--dry-run", "--no-manifest", "--max-size", limit)
                self.assert_exit(run, OK)
                records = [parse_line(line) for line in run.lines]
                self.assertEqual(self.expected.keys(), {record.parameters()["flow_id"] for record in records})
                self.assertEqual(FLOWS, len(records))
                self.assertTrue(any("truncated" in record.parameters() for record in records), "no line was too long")
                differences = [text for record in records
                               for text in self.expected[record.parameters()["flow_id"]].differences(record, limit)]
                self.assertEqual([], differences[:20], f"{len(differences)} differences")


WHOLE = Content(
    {"action": ("ALLOW",), "src_vm": ("web",), "src_tags": ("a1", "b2", "c3"), "dst_tags": ("d" * 20, "e" * 20, "f" * 20),
     "dst_vm": ("x" * 40,), "flow_id": ("1",)}, "from web to db")


def line_of(fields, message):
    parameters = "".join(f' {name}="{",".join(texts)}"' for name, texts in fields.items())
    return f"<166>1 2025-06-01T00:00:00.000Z h a 1 FLOW [vrniflow@32473{parameters}] {message}"


class Contract(unittest.TestCase):
    """The check of what is missing, on lines made by hand."""

    def faults(self, limit, message=None, is_marked=True, **changes):
        """Of the line with `changes` to its fields, None for one that is missing; marked as truncated unless it is whole."""
        fields = {name: texts for name, texts in {**WHOLE.fields, **changes}.items() if texts is not None}
        message = WHOLE.message if message is None else message
        if is_marked and (fields, message) != (WHOLE.fields, WHOLE.message):
            fields["truncated"] = ("1",)
        received = {name: ",".join(texts) for name, texts in fields.items()}
        return LimitedLine(line_of(fields, message), received, message, WHOLE, limit).faults()

    def size(self, message=None, **changes):
        fields = {name: texts for name, texts in {**WHOLE.fields, "truncated": ("1",), **changes}.items() if texts}
        return len(line_of(fields, WHOLE.message if message is None else message))

    def assert_fault(self, text, faults):
        self.assertTrue(any(text in fault for fault in faults), f"{text!r} is not among {faults}")

    def test_a_whole_line_is_right(self):
        self.assertEqual([], self.faults(8000))

    def test_a_line_may_not_be_too_long(self):
        self.assert_fault("more than 200", self.faults(200))

    def test_a_loss_must_be_marked(self):
        self.assert_fault("not marked", self.faults(8000, is_marked=False, src_vm=None))

    def test_a_mark_needs_a_reason(self):
        self.assert_fault("truncated, though whole it has", self.faults(8000, src_tags=("a1",)))

    def test_the_longest_list_goes_first(self):
        size = self.size(dst_tags=("d" * 20,))
        self.assertEqual([], self.faults(size, dst_tags=("d" * 20,)))
        self.assertEqual([], self.faults(size + 20, dst_tags=("d" * 20,)))
        self.assert_fault("would have fitted", self.faults(size + 21, dst_tags=("d" * 20,)))
        self.assert_fault("while another list was longer", self.faults(size, src_tags=("a1", "b2")))

    def test_lists_lose_their_last_items(self):
        size = self.size(dst_tags=("d" * 20, "e" * 20))
        self.assert_fault("has not lost its last", self.faults(size, dst_tags=("d" * 20, "f" * 20)))
        self.assert_fault("has not lost its last", self.faults(size, dst_tags=("d" * 20, "e" * 19)))

    def test_fields_go_after_lists(self):
        short = {"src_tags": ("a1",), "dst_tags": ("d" * 20,)}
        size = self.size(**short, dst_vm=None)
        self.assertEqual([], self.faults(size + 10, **short, dst_vm=None))
        self.assert_fault("are missing before items of", self.faults(size + 10, src_tags=("a1",), dst_vm=None))
        self.assert_fault("would have been enough", self.faults(self.size(**short), **short, dst_vm=None))
        self.assert_fault("is cut", self.faults(size + 10, **short, dst_vm=("x" * 10,)))

    def test_essential_fields_stay(self):
        short = {"src_tags": ("a1",), "dst_tags": ("d" * 20,)}
        self.assert_fault("action is essential", self.faults(300, **short, action=None))
        self.assert_fault("flow_id is essential", self.faults(300, **short, flow_id=("2",)))

    def test_overlong_values_go_before_other_fields(self):
        self.assert_fault("['dst_vm'] are overlong, and kept", self.faults(
            150, src_tags=("a1",), dst_tags=("d" * 20,), src_vm=None))

    def test_the_message_goes_last(self):
        fields = {"src_tags": None, "dst_tags": None, "dst_vm": None, "src_vm": None}
        size = self.size(message="from web to", **fields)
        self.assertEqual([], self.faults(size, message="from web to", **fields))
        self.assert_fault("before ['src_vm'] are missing", self.faults(
            size, message="from", **{**fields, "src_vm": WHOLE.fields["src_vm"]}))
        self.assert_fault("not the beginning", self.faults(size, message="to db", **fields))
        self.assert_fault("would have fitted", self.faults(size + 60, message="from web to", **fields))

    def test_what_is_not_the_flows_is_found(self):
        self.assert_fault("forged is not the flow's", self.faults(220, forged=("1",), dst_tags=("d" * 20,)))


if __name__ == "__main__":
    main()
