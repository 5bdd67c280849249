"""The peer of the whole run: one curl process that downloads the same answers and throws them away."""

import gzip
import json
import ssl
import urllib.request

from support.simulator import PASSWORD

from .measurement import MeasuredProcess

_LOGIN = {"username": "admin@local", "password": PASSWORD, "domain": {"domain_type": "LOCAL"}}


def read_capture(directory):
    """The calls of a run, in their order, from the files of --save-capture."""
    for file in sorted(directory.glob("*.json.gz")):
        with gzip.open(file) as text:
            call = json.load(text)
        if "method" in call:
            yield call


class CurlDownload:
    """The requests of `capture`, to be sent to the simulator by a single curl, over connections that it keeps."""

    def __init__(self, context, directory, simulator, capture, in_flight, is_compressed=False):
        self._context = context
        self._directory = directory / ("curl-compressed" if is_compressed else "curl")
        self._directory.mkdir()
        self._base = f"https://127.0.0.1:{simulator.port}/api/ni"
        self._ca_file = simulator.ca_file
        self._token = self._log_in()
        self._is_compressed = is_compressed
        sections, self._answer_bytes = [], []
        for call in read_capture(capture):
            self._answer_bytes.append(len(call["answer"].encode()))
            sections.append(self._section(len(sections), call))
        self.requests = len(sections)
        self._config = self._directory / "config"
        parallel = f"parallel\nparallel-max = {in_flight}\n" if in_flight > 1 else ""
        self._config.write_text(f"silent\nshow-error\n{parallel}" + "next\n".join(sections))

    def _log_in(self):
        request = urllib.request.Request(
            self._base + "/auth/token", json.dumps(_LOGIN).encode(), {"Content-Type": "application/json"})
        trust = ssl.create_default_context(cafile=self._ca_file)
        with urllib.request.urlopen(request, context=trust, timeout=60) as answer:
            return json.load(answer)["token"]

    def _section(self, number, call):
        method, path = call["method"], call["path"]
        options = [f'url = "{self._base}{path}"', f'request = "{method}"', f'cacert = "{self._ca_file}"',
                   f'header = "Authorization: NetworkInsight {self._token}"', 'header = "Content-Type: application/json"',
                   'output = "/dev/null"', r'write-out = "%{http_code} %{size_download}\n"']
        if call["request"]:
            file = self._directory / f"body-{number}"
            file.write_text(call["request"])
            options.append(f'data-binary = "@{file}"')
        if self._is_compressed:
            options.append("compressed")
        return "\n".join(options) + "\n"

    def run(self):
        """Downloads everything once, and returns what that has cost."""
        process = MeasuredProcess(["curl", "--disable", "--config", self._config], self._directory, "curl",
                                  self._context.environment)
        cost = process.wait()
        self._check([line.split() for line in process.output.read_text().splitlines()])
        return cost

    def _check(self, answers):
        """It must have downloaded what the program did, in whatever order."""
        statuses = {status for status, _ in answers}
        sizes = sorted(int(size) for _, size in answers)
        expected = sorted(self._answer_bytes)
        if statuses != {"200"} or len(sizes) != len(expected) or (not self._is_compressed and sizes != expected):
            raise AssertionError(f"curl got {len(sizes)} answers of {sum(sizes)} bytes with {statuses} in place of "
                                 f"{len(expected)} of {sum(expected)}")
