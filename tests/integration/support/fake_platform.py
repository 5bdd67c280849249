"""A platform whose answers a test replaces one by one, for what the simulator is too well-behaved to do. A few flows, HTTPS."""

import base64
import json
import ssl
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .certificates import CertificateAuthority
from .program import PASSWORD
from .testcase import IntegrationTest

LOGIN, SEARCH, FETCH, NAMES = "/auth/token", "/search", "/entities/fetch", "/entities/names"
VERSION_TIME = 1_700_000_000


@dataclass
class Answer:
    """One answer. `body` may be an iterator of pieces, then `length` says how long it pretends to be. `cut_after` ends the
    connection after so many bytes of the body. With `is_held` it does not come while the platform is there. `is_bare`: without status
    and headers, as in HTTP/0.9."""

    body: object = b""
    status: int = 200
    headers: dict = field(default_factory=dict)
    length: int | None = None
    cut_after: int | None = None
    is_held: bool = False
    is_bare: bool = False


def json_answer(value, **more):
    return Answer(json.dumps(value).encode(), **more)


def make_flow(number):
    """The Flow entity of one flow between two virtual machines."""
    return {
        "entity_id": f"10000:515:{number}", "name": f"web-{number} -> db-{number} [port:443]", "entity_type": "Flow",
        "source_vm": {"entity_id": f"10000:1:{number}", "entity_type": "VirtualMachine", "entity_name": f"web-{number}"},
        "source_ip": {"ip_address": "10.0.0.5", "netmask": "255.255.255.255", "network_address": "10.0.0.5"},
        "destination_ip": {"ip_address": "10.0.1.9", "netmask": "255.255.255.255", "network_address": "10.0.1.9"},
        "port": {"start": 443, "end": 443, "display": "443", "iana_name": "https", "iana_port_display": "443 [https]"},
        "protocol": "TCP", "firewall_action": "ALLOW", "traffic_type": "EAST_WEST_TRAFFIC", "within_host": False,
        "flow_tag": ["TAG_SRC_IP_VM"],
    }


class FakePlatform:
    """Serves `count` flows in pages of `page_size`, whatever the window. `replace(path, answers...)` gives the next calls of a
    path other answers; `replace_always(path, answer)` gives them to all. An answer may be a function of the request's body.
    `tells_time` says whether answers have the header Date."""

    def __init__(self, certificate, count=25, page_size=10, tells_time=True):
        self.flows = [make_flow(number) for number in range(count)]
        self.page_size = page_size
        self.requests = []
        self.takes_gzip = False
        """Whether the request that is answered takes a compressed answer."""
        self.tokens = set()
        self._issued = 0
        self._replacements = defaultdict(deque)
        self._permanent = {}
        # Replaced answers call back into the platform.
        self._lock = threading.RLock()
        platform = self

        class Handler(_Handler):
            def respond(self):
                platform._respond(self)

            def send_response(self, code, message=None):
                (super().send_response if tells_time else self.send_response_only)(code, message)

        self._server = _Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.certificate_file, certificate.key_file)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def ids(self):
        return {flow["entity_id"] for flow in self.flows}

    def replace(self, path, *answers):
        self._replacements[path].extend(answers)

    def replace_always(self, path, answer):
        self._permanent[path] = answer

    def answer_honestly(self):
        """Takes all replacements back."""
        self._replacements.clear()
        self._permanent.clear()

    def calls(self, path, method="POST"):
        """How many requests there were."""
        with self._lock:
            return sum(1 for request in self.requests if request == (method, path))

    def forget_tokens(self):
        """All tokens expire."""
        with self._lock:
            self.tokens.clear()

    def stop(self):
        self._server.is_stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _respond(self, handler):
        path = handler.path.removeprefix("/api/ni")
        size = int(handler.headers.get("Content-Length") or 0)
        text = handler.rfile.read(size) if size else b"{}"
        with self._lock:
            self.requests.append((handler.command, path))
            self.takes_gzip = "gzip" in handler.headers.get("Accept-Encoding", "")
            answer = None
            if handler.command == "POST":
                queue = self._replacements[path]
                answer = queue.popleft() if queue else self._permanent.get(path)
            if answer is None:
                answer = self._honest_answer(handler, path, json.loads(text))
            elif callable(answer):
                answer = answer(json.loads(text))
        handler.send(answer)

    def _honest_answer(self, handler, path, body):
        if path == LOGIN and handler.command == "POST":
            return self._log_in(body)
        token = handler.headers.get("Authorization", "").removeprefix("NetworkInsight ").removeprefix("Bearer ")
        if token not in self.tokens:
            return Answer(status=401)
        if path == LOGIN and handler.command == "DELETE":
            self.tokens.discard(token)
            return Answer(status=204)
        operation = {SEARCH: self.search, FETCH: self.fetch, NAMES: self.names}.get(path)
        return operation(body) if operation else json_answer({"code": 404, "message": "no such operation"}, status=404)

    def _log_in(self, body):
        if body.get("password") != PASSWORD:
            return Answer(status=401)
        self._issued += 1
        token = base64.b64encode(f"token+/{self._issued}".encode()).decode()
        self.tokens.add(token)
        return json_answer({"token": token, "expiry": int(time.time() * 1000) + 3_600_000})

    def search(self, body):
        """The honest answer to a search."""
        offset = int(base64.b64decode(body["cursor"])) if body.get("cursor") else 0
        size = min(body.get("size", 10), self.page_size)
        page = self.flows[offset:offset + size]
        answer = {
            "results": [{"entity_id": flow["entity_id"], "entity_type": "Flow", "time": VERSION_TIME} for flow in page],
            "total_count": len(self.flows), **body.get("time_range", {})}
        if offset + size < len(self.flows):
            answer["cursor"] = base64.b64encode(str(offset + size).encode()).decode()
        return json_answer(answer)

    def fetch(self, body):
        """The honest answer to a bulk fetch."""
        by_id = {flow["entity_id"]: flow for flow in self.flows}
        found = [by_id[wanted["entity_id"]] for wanted in body["entity_ids"] if wanted["entity_id"] in by_id]
        return json_answer({"results": [
            {"entity_id": flow["entity_id"], "entity_type": "Flow", "time": VERSION_TIME, "entity": flow} for flow in found]})

    @staticmethod
    def names(body):
        """The honest answer to a bulk lookup of names: nothing has one that it did not show before."""
        del body
        return json_answer({"entities": []})


class FakePlatformTest(IntegrationTest):
    """Tests of fake platforms share an authority, and the certificate that it has given them."""

    @classmethod
    def setUpClass(cls):
        cls.authority = CertificateAuthority(cls.class_directory())
        cls.certificate = cls.authority.issue("platform")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, *arguments):
        self.is_stopped = threading.Event()
        super().__init__(*arguments)

    def handle_error(self, request, client_address):
        """A client that goes away is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        """Says nothing."""

    def do_GET(self):
        self.respond()

    def do_POST(self):
        self.respond()

    def do_DELETE(self):
        self.respond()

    def respond(self):
        raise NotImplementedError

    def send(self, answer):
        if answer.is_held:
            self.server.is_stopped.wait()
            self.close_connection = True
            return
        if answer.is_bare:
            self.wfile.write(answer.body)
            self.close_connection = True
            return
        is_whole = isinstance(answer.body, bytes)
        length = answer.length if answer.length is not None else len(answer.body) if is_whole else None
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
        for name, value in ((n, v) for n, v in answer.headers.items() if n != "Content-Type"):
            self.send_header(name, value)
        if length is None:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        sent = 0
        for piece in [answer.body] if is_whole else answer.body:
            if answer.cut_after is not None and sent + len(piece) > answer.cut_after:
                self.wfile.write(piece[:answer.cut_after - sent])
                self.close_connection = True
                return
            self.wfile.write(piece)
            sent += len(piece)
        if length is not None and sent < length:
            self.close_connection = True
