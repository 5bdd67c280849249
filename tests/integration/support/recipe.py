"""The configurations of packaging/receivers, as a test runs them: the very files, with addresses and paths of the test in them."""

import json
from pathlib import Path

from .collector import Collector, Installation
from .delivery import FLOWS, DeliveryTest
from .process import free_port, has_bound, start_on_free_port
from .program import ROOT
from .rfc5424 import parse_line
from .rsyslogd import require_module, start_rsyslogd
from .syslog_ng import start_syslog_ng

RECEIVERS = ROOT / "packaging/receivers"


def recipe(name, replacements=None):
    """The text of a recipe. Each key of `replacements` stands in it as it is, and becomes its value."""
    text = (RECEIVERS / name).read_text(encoding="utf-8")
    for old, new in (replacements or {}).items():
        if old not in text:
            raise AssertionError(f"{name} has no {old!r}")
        text = text.replace(old, str(new))
    return text


class RecipeCollector(Collector):
    """A daemon with a recipe that has two inputs. The texts `ports` of the recipe say where, {} being the standard port of
    `standard_ports`. `output` is the path of a file that it writes, in place of which it writes one in the test's directory. The
    `replacements` are others."""

    daemon = module = ports = ""
    standard_ports = ()

    def __init__(self, directory, name, output, replacements=None):
        self._directory = Path(directory)
        self._installation = Installation.find(self.daemon, self.module)
        self._name = name
        self.output = self._directory / Path(output).name
        self._replacements = {str(output): str(self.output), **(replacements or {})}
        self.second_port = free_port()
        self.process, self.port = start_on_free_port(self._start)
        self.process.wait_until(lambda: has_bound(self.process.pid, self.second_port), f"listening on port {self.second_port}")

    def _start(self, port):
        inputs = {self.ports.format(standard): self.ports.format(own)
                  for standard, own in zip(self.standard_ports, (port, self.second_port), strict=True)}
        configuration = self._directory / self._name
        configuration.write_text(recipe(self._name, {**self._replacements, **inputs}), encoding="utf-8")
        return self._run(configuration)

    def _run(self, configuration):
        raise NotImplementedError


class RsyslogRecipe(RecipeCollector):
    """`port` is that of imtcp, `second_port` that of imrelp."""

    daemon, module = "rsyslogd", "lmnet.so"
    ports, standard_ports = 'port="{}"', (514, 2514)

    def _run(self, configuration):
        for module in ("imrelp", "omelasticsearch", "omkafka"):
            if f'module(load="{module}")' in configuration.read_text(encoding="utf-8"):
                require_module(self._installation, module)
        return start_rsyslogd(self._installation, self._directory, configuration)


class SyslogNgRecipe(RecipeCollector):
    """`port` is that of network(), `second_port` that of syslog()."""

    daemon, module = "syslog-ng", "libaffile.so"
    ports, standard_ports = "port({})", (514, 601)

    def _run(self, configuration):
        return start_syslog_ng(self._installation, self._directory, configuration)


class RecipeTest(DeliveryTest):
    def assert_lines_archived(self, collector):
        """The file has every line as it was sent."""
        collector.wait_for(FLOWS + 1, self.patience())
        collector.stop()
        self.assert_archived([parse_line(line) for line in collector.lines()])

    def printed(self, name, room="1M"):
        """The lines of all flows in a format, and that of their manifest."""
        run = self.simulator.run_program(
            self.directory, "--filter", "", "--dry-run", "--format", name, "--max-size", room, timeout=180)
        self.assert_exit(run, 0)
        return run.lines

    def objects_of_json(self, room="1M"):
        """What the format json-syslog makes of each flow, by the flow's id. test_formats shows that each field is right."""
        objects = [without_run(json.loads(line.partition(" - ")[2])) for line in self.printed("json-syslog", room)[:-1]]
        return {value["vrni"]["flow_id"]: value for value in objects}

    def assert_same_objects(self, flows, room="1M"):
        """These objects are those of the format json."""
        expected = self.objects_of_json(room)
        self.assertEqual(len(expected), len(flows))
        different = [value for value in map(without_run, flows) if value != expected[value["vrni"]["flow_id"]]]
        self.assertEqual([], different[:2], f"{len(different)} differences")


def without_run(value):
    value["vrni"].pop("run")
    return value
