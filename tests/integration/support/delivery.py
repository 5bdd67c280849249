"""From the simulator through the program into a real collector, and what the collector must have made of it."""

import hashlib
from collections import Counter

from .line_limit import DEFAULT_LIMIT
from .program import IS_SANITIZED
from .simulator import Simulator
from .testcase import IntegrationTest

FLOWS = 1_500 if IS_SANITIZED else 5_000
HOSTILE = "0.2"
OK = 0
SHOWN_DIFFERENCES = 20


class DeliveryTest(IntegrationTest):
    """Flows, so many of their names hostile, and one collector for each test."""

    flows = FLOWS
    hostile = HOSTILE
    switches = ("--api-version", "9.1.0.0", "--unknown-enums")
    """Of the simulator."""

    @classmethod
    def setUpClass(cls):
        cls.simulator = cls.start_for_class(Simulator(
            cls.class_directory(), "--hostile", cls.hostile, "--ipv6", "0.2", *cls.switches, flows=cls.flows))
        cls.expected = cls.simulator.expected_lines()

    def deliver(self, url, *options, **more):
        """Sends all flows of a window. Succeeds in silence: a collector that has confirmed less than it can would be told of."""
        run = self.simulator.run_program(self.directory, "--filter", "", "--collector", url, *options, timeout=180, **more)
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)

    def assert_archived(self, records, limit=DEFAULT_LIMIT):
        """All flows are there, as assert_whole() has it."""
        self.assertGreaterEqual(len(self.expected), FLOWS)
        self.assert_whole(records, self.expected, limit)

    def assert_whole(self, records, expected, limit=DEFAULT_LIMIT):
        """Every flow expected of one run is there once, every field is the simulator's, and the manifest proves it."""
        manifests = [record for record in records if record.message_id == "MANIFEST"]
        flows = [record for record in records if record.message_id != "MANIFEST"]
        identities = Counter(record.parameters().get("flow_id") for record in flows)
        self.assertEqual(set(), set(expected) - set(identities), "flows are missing")
        self.assertEqual(set(), set(identities) - set(expected), "lines that belong to no flow")
        self.assertEqual([], [identity for identity, count in identities.items() if count > 1], "flows came twice")
        differences = [text for record in flows
                       for text in expected[record.parameters()["flow_id"]].differences(record, limit)]
        self.assertEqual([], differences[:SHOWN_DIFFERENCES], f"{len(differences)} differences")
        self.assertEqual(1, len({record.parameters()["run"] for record in records}), "one run")
        self.assert_manifest(manifests, flows)

    def assert_manifest(self, manifests, flows):
        self.assertEqual(1, len(manifests))
        manifest = manifests[0].parameters()
        self.assertEqual(str(len(flows)), manifest["flows"])
        digest = hashlib.sha256("".join(record.raw + "\n" for record in flows).encode("utf-8")).hexdigest()
        self.assertEqual(digest, manifest["lines_sha256"])

    @staticmethod
    def patience():
        """Seconds that the collector may take to store everything."""
        return 180 if IS_SANITIZED else 60
