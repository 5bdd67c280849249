"""Details of VMs: types, ids and regions, between the simulator, platforms that do not give them, and no collector."""

import re

from support.fake_platform import FETCH as FETCH_PATH, Answer, FakePlatform, FakePlatformTest, json_answer
from support.program import PASSWORD, run_program
from support.simulator import DAY, Simulator
from support.testcase import IntegrationTest, main

FLOWS = 400
DETAILS = ("vm_type", "vm_vc_id", "vm_region")
FETCH = "POST /entities/fetch"
FIELDS = "flow_id,src_vm,dst_vm," + ",".join(f"{end}_{name}" for name in DETAILS for end in ("src", "dst"))


def fields_of(line):
    return dict(re.findall(r' ([a-z_]+)="([^"]*)"', line))


class VmDetails(IntegrationTest):
    def read(self, simulator, *options):
        run = simulator.run_program(self.directory, "--filter", "", "--dry-run", "--no-manifest", *options, window=DAY)
        self.assert_exit(run, 0)
        return run, [fields_of(line) for line in run.lines]

    def start_simulator(self, *options):
        return self.start(Simulator(self.class_directory(), *options, flows=FLOWS, since=DAY.start))

    def details(self, lines):
        """What the lines say of each VM, by its name, which is of one VM here."""
        found = {}
        for line in lines:
            for end in ("src_", "dst_"):
                details = tuple(line.get(end + name) for name in DETAILS)
                if end + "vm" in line:
                    self.assertEqual(details, found.setdefault(line[end + "vm"], details))
                else:
                    self.assertEqual((None,) * len(DETAILS), details)
        return found

    def test_every_vm_has_its_type_and_its_id_and_those_in_clouds_a_region(self):
        simulator = self.start_simulator()
        self.read(simulator)
        calls = simulator.statistics()["calls"][FETCH]
        run, lines = self.read(simulator, "--vm-details")
        self.assertEqual("", run.stderr)
        self.assertEqual(FLOWS, len(lines))
        details = self.details(lines)
        by_type = {kind: [one for one in details.values() if one[0] == kind]
                   for kind in ("VirtualMachine", "EC2Instance", "AzureVirtualMachine")}
        self.assertEqual(len(details), sum(map(len, by_type.values())))
        for kind, region, form in (("VirtualMachine", None, r"vm-\d+"), ("EC2Instance", "eu-west-1", r"i-[0-9a-f]{8}"),
                                   ("AzureVirtualMachine", "westeurope", r"i-[0-9a-f]{8}")):
            self.assertTrue(by_type[kind], kind)
            for one in by_type[kind]:
                self.assertEqual(region, one[2])
                self.assertRegex(one[1], f"^{form}$")
        self.assertEqual(len(details), len({one[1] for one in details.values()}), "each VM has an id of its own")
        self.assertEqual(calls + 1, simulator.statistics()["calls"][FETCH] - calls, "one call more, for all VMs")

    def test_a_vm_is_asked_for_once_in_a_run(self):
        simulator = self.start_simulator("--page-cap", "50")
        self.read(simulator, "--vm-details")
        asked = simulator.statistics()["ids_fetched"]
        self.read(simulator)
        others = simulator.statistics()["ids_fetched"] - asked
        _, lines = self.read(simulator, "--vm-details", "--fields", FIELDS)
        self.assertEqual(len(self.details(lines)), asked - others)

    def test_without_the_option_the_lines_are_as_they_were(self):
        _, lines = self.read(self.start_simulator())
        self.assertEqual(set(), {name for line in lines for name in line if name.removeprefix("src_").removeprefix("dst_") in DETAILS})

    def test_fields_that_have_no_value_without_the_option_are_told(self):
        run, _ = self.read(self.start_simulator(), "--fields", "src_ip,src_vm_region")
        self.assertIn("src_vm_region has no value without --vm-details", run.stderr)

    def test_a_format_that_shows_none_is_told_and_nothing_is_asked(self):
        simulator = self.start_simulator()
        self.read(simulator)
        calls = simulator.statistics()["calls"][FETCH]
        run, _ = self.read(simulator, "--vm-details", "--format", "message")
        self.assertIn("is not asked for details of VMs", run.stderr)
        self.assertEqual(2 * calls, simulator.statistics()["calls"][FETCH])

    def test_a_capture_gives_the_same_lines(self):
        simulator = self.start_simulator()
        saved, lines = self.read(simulator, "--vm-details", "--save-capture", self.directory / "capture")
        self.assertTrue(self.details(lines))
        run = run_program(self.directory, "--source", f"file:{self.directory / 'capture'}", "--dry-run", "--no-manifest")
        self.assert_exit(run, 0)

        def without_run(lines):
            return [re.sub(r' run="[^"]*"', "", re.sub(r"vrni2syslog \d+ ", "", line)) for line in lines]
        self.assertEqual(without_run(saved.lines), without_run(run.lines))


class PlatformWithoutDetails(FakePlatformTest):
    """It gives flows, and refuses, or does not know, what is asked about VMs."""

    count = 2_500

    def run_on(self, platform):
        return run_program(
            self.directory, "--platform-ip", f"127.0.0.1:{platform.port}", "--platform-ca-file", self.authority.ca_file, "--filter", "",
            "--dry-run", "--no-manifest", "--vm-details", "--since", "2025-06-01", "--until", "2025-06-02", "--deadline", "60s",
            variables={"VRNI2SYSLOG_PASSWORD": PASSWORD})

    def test_costs_a_warning_and_no_flow(self):
        refusals = {
            "not allowed": Answer(b'{"code": 403, "message": "VMs are not for you"}', status=403),
            "does not know": Answer(b'{"code": 400, "message": "Invalid entity type"}', status=400),
            "no such operation": Answer(b'{"code": 404, "message": "no such operation"}', status=404),
            "not a word of them": json_answer({"results": []}),
            "no answer of the API": Answer(b"<html>Sorry</html>", headers={"Content-Type": "text/html"})}
        for name, refusal in refusals.items():
            with self.subTest(name):
                platform = self.start(FakePlatform(self.certificate, count=self.count, page_size=1_000))

                def answer(body):
                    return platform.fetch(body) if body["entity_ids"][0].get("entity_type") == "Flow" else refusal
                platform.replace_always(FETCH_PATH, answer)
                run = self.run_on(platform)
                self.assert_exit(run, 0)
                self.assertEqual(1, len(run.stderr.splitlines()), run.stderr)
                self.assertIn("the types, vCenter ids and regions of VMs are not all known: ", run.stderr)
                lines = [fields_of(line) for line in run.lines]
                self.assertEqual(sorted(platform.ids), sorted(line["flow_id"] for line in lines))
                self.assertEqual({f"web-{number}" for number in range(self.count)}, {line["src_vm"] for line in lines})
                told = {name for line in lines for name in line if name.removeprefix("src_") in DETAILS}
                self.assertEqual({"src_vm_type"}, told, "what the flow itself says of its VM")


if __name__ == "__main__":
    main()
