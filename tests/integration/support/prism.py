"""Prism (npm) judges requests by an OpenAPI document."""

import http.client
from pathlib import Path

from .npm import node_modules
from .process import Process, start_on_free_port


class Prism:
    """Runs from the constructor to stop(). Skips the test where npm cannot bring it."""

    def __init__(self, directory, document):
        program = node_modules("prism") / "@stoplight/prism-cli/dist/index.js"
        path = Path(__file__).parent / document
        self._process, self._port = start_on_free_port(
            lambda port: Process(["node", program, "mock", "--errors", "--port", port, path], directory, "prism"))

    def stop(self):
        self._process.stop()

    def complaint(self, path, headers, body):
        """What is wrong with a POST; empty if it is as the document says."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            text = answer.read().decode()
            return "" if answer.status == 200 else f"{answer.status}: {text[:1000]}"
        finally:
            connection.close()
