"""Metrics of a file, and the tools that others read them with: promtool, node_exporter and Prometheus, installed or only unpacked."""

import json
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from .collector import Installation
from .process import Process, start_on_free_port
from .program import seconds

_SAMPLE = re.compile(r'^(\w+)\{(.*)\} (\S+)$', re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def read_metrics(path):
    """The samples of a file: {name: {labels but the job's name: value}}; a sample without further labels has ()."""
    metrics = {}
    for name, labels, value in _SAMPLE.findall(Path(path).read_text(encoding="utf-8")):
        others = tuple(text for label, text in _LABEL.findall(labels) if label != "job_name")
        metrics.setdefault(name.removeprefix("vrni2syslog_"), {})[others] = float(value)
    return metrics


def promtool(directory, *arguments, text=None):
    """What promtool says, after it has ended well."""
    installation = Installation.find("promtool")
    done = subprocess.run(
        [installation.binary, *arguments], input=text, cwd=directory, env=installation.environment, capture_output=True, text=True,
        timeout=seconds(60), check=False)
    if done.returncode != 0:
        raise AssertionError(f"promtool {arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def _get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=seconds(30)) as answer:
        return answer.read().decode()


class NodeExporter:
    """Reads the files *.prom of a directory."""

    def __init__(self, directory, files):
        installation = Installation.find("prometheus-node-exporter")
        self._process, self.port = start_on_free_port(lambda port: Process(
            [installation.binary, "--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={files}",
             f"--web.listen-address=127.0.0.1:{port}"], directory, "node_exporter", env=installation.environment))

    def read(self):
        return _get(self.port, "/metrics")

    def stop(self):
        self._process.stop()


class Prometheus:
    """Scrapes a port of this machine every second, and judges it by the rules of a file."""

    def __init__(self, directory, scraped_port, rules=None):
        installation = Installation.find("prometheus")
        configuration = Path(directory, "prometheus.yml")
        configuration.write_text(json.dumps({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(rules)] if rules else [],
            "scrape_configs": [{"job_name": "node", "static_configs": [{"targets": [f"127.0.0.1:{scraped_port}"]}]}],
        }), encoding="utf-8")
        self._process, self.port = start_on_free_port(lambda port: Process(
            [installation.binary, f"--config.file={configuration}", f"--storage.tsdb.path={Path(directory, 'tsdb')}",
             f"--web.listen-address=127.0.0.1:{port}"], directory, "prometheus", env=installation.environment))

    def query(self, expression):
        """The samples that it answers: ({label: text}, value). None before it is ready."""
        try:
            answer = json.loads(_get(self.port, "/api/v1/query?" + urllib.parse.urlencode({"query": expression})))
        except urllib.error.HTTPError:
            return []
        return [(sample["metric"], float(sample["value"][1])) for sample in answer["data"]["result"]]

    def alerts(self):
        """The names of the alerts that fire or are about to."""
        return {alert["labels"]["alertname"] for alert in json.loads(_get(self.port, "/api/v1/alerts"))["data"]["alerts"]}

    def stop(self):
        self._process.stop()
