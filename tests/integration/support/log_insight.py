"""A Log Insight written in Python: its ingestion API, with the documented limits, and with the faults that a test asks for."""

import gzip
import json
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TEXT_LIMIT = 16 * 1024
MAX_EVENTS = 500
FIELD_NAME = re.compile(r"[a-z_][a-z0-9_]{0,63}")
RESERVED_NAMES = {"timestamp", "text", "event_type", "source"}
V1, V2, VCF9 = "v1", "v2", "vcf9"
BODY_LIMITS = {V1: 4_000_000, V2: 4_000_000, VCF9: 1_000_000}
PATHS = {V1: re.compile(r"/api/v1/events/ingest/[0-9a-f-]{36}"), V2: re.compile(r"/api/v2/events"),
         VCF9: re.compile(r"/api/v2/events/ingest/[0-9a-f-]{36}")}
SESSIONS = {V1: "/api/v1/sessions", V2: "/api/v2/sessions", VCF9: None}


@dataclass
class Reply:
    """An answer in the place of the right one. With `stores` the events are taken all the same. `cut` closes the connection
    abruptly in the place of an answer, `leaves_early` before the body was read; `is_held` gives none. `pause` are the seconds before
    each byte of the body of an answer."""

    status: int = 200
    body: object = None
    headers: dict = field(default_factory=dict)
    stores: bool = False
    cut: bool = False
    leaves_early: bool = False
    is_held: bool = False
    pause: float = 0


class LogInsight:
    """Serves from the constructor to stop(). What it stored is in `events`, the number of events of each request in `batches`, and its
    path and body in `bodies`; `agents` are the last parts of the paths.

    `replace(replies...)` gives the next requests with events other answers; None gives the right one. `refuses(event)` says what is
    wrong with an event, or None. `sessions` maps an account to its password; then only a session may send. `token` is that of VCF 9.
    """

    def __init__(self, context=None, api=V1, sessions=None, token=None, refuses=None):
        self.api = api
        self.events = []
        self.batches = []
        self.bodies = []
        self.requests = []
        self.logins = []
        self.agents = set()
        self.errors = []
        self.connections = 0
        self.is_compressed = []
        self.probe_reply = None
        self.login_replies = []
        self._sessions = sessions or {}
        self._token = token
        self._refuses = refuses or (lambda event: None)
        self._valid_tokens = set()
        self._replies = []
        self._lock = threading.Lock()
        self._is_stopped = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self):
                with outer._lock:
                    outer.connections += 1
                super().setup()

            def do_POST(self):
                outer._answer(self)

            def log_message(self, *arguments):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request, client_address):
                if context is not None:
                    try:
                        request = context.wrap_socket(request, server_side=True)
                    except OSError:
                        return
                with request:
                    try:
                        super().finish_request(request, client_address)
                    except (OSError, ValueError):
                        pass

            def handle_error(self, request, client_address):
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"{'cfapi+http' if context is None else 'cfapi'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self):
        self._is_stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def replace(self, *replies):
        self._replies += replies

    def end_sessions(self):
        self._valid_tokens.clear()

    def named_fields(self, event):
        """The fields of an event by their names."""
        if self.api == V2:
            return {name: content for name, content in event.items() if name not in ("text", "timestamp")}
        return {item["name"]: item["content"] for item in event.get("fields", [])}

    def flow_ids(self):
        return [match[1] for event in self.events if (match := re.search(r' flow_id="([^"]*)"', event["text"]))]

    def messages(self, msgid):
        return [event for event in self.events if self.named_fields(event).get("msgid") == msgid]

    # A request.

    def _answer(self, handler):
        path = handler.path
        reply = None
        length = int(handler.headers["Content-Length"])
        if path != SESSIONS[self.api] and length > 100:
            reply = self._next_reply()
        if reply and reply.leaves_early:
            handler.rfile.read(length // 2)
            return _reset(handler.connection)
        body = handler.rfile.read(length)
        is_gzip = handler.headers.get("Content-Encoding") == "gzip"
        if is_gzip:
            body = gzip.decompress(body)
        with self._lock:
            self.requests.append(path)
        if path == SESSIONS[self.api]:
            return _send(handler, self._log_in(json.loads(body)))
        if not PATHS[self.api].fullmatch(path):
            return _send(handler, Reply(404, b"<html>not found</html>"))
        with self._lock:
            return self._ingest(handler, path, body, is_gzip, reply)

    def _ingest(self, handler, path, body, is_gzip, reply):
        value = json.loads(body)
        events = value if self.api == V2 else value["events"]
        if not events and self.probe_reply:
            return _send(handler, self.probe_reply)
        right = self._judge(handler, body, events)
        if reply is not None:
            if reply.stores:
                self.events += events
            if reply.is_held:
                self._is_stopped.wait(60)
                return None
            if reply.cut:
                return _reset(handler.connection)
            return _send(handler, reply)
        if right.status == 200:
            self.is_compressed.append(is_gzip)
            self.agents.add(path.rsplit("/", 1)[1])
            self.batches.append(len(events))
            self.bodies.append((path, body))
            self.events += events
        return _send(handler, right)

    def _next_reply(self):
        with self._lock:
            return self._replies.pop(0) if self._replies else None

    def _log_in(self, request):
        self.logins.append(request)
        if self.login_replies:
            return self.login_replies.pop(0)
        if self._sessions.get(request["username"]) != request["password"]:
            return Reply(401, {"errorMessage": "Invalid credentials or account is locked.", "errorCode": "FIELD_ERROR"})
        token = f"session+{len(self.logins)}/of=the-test"
        self._valid_tokens.add(token)
        return Reply(200, {"userId": "u", "sessionId": token, "ttl": 1800})

    def _judge(self, handler, body, events):
        if self._sessions and handler.headers.get("Authorization", "").removeprefix("Bearer ") not in self._valid_tokens:
            return Reply(440, {"errorMessage": "Session timed out"})
        if self._token and handler.headers.get("X-JWT-Token") != self._token:
            return Reply(401, {"errorMessage": "Invalid token"})
        if not events:
            return Reply(400, {"errorMessage": "Missing events"})
        if len(body) > BODY_LIMITS[self.api]:
            return Reply(413, b"too large")
        if len(events) > MAX_EVENTS:
            return Reply(400, {"errorMessage": "Too many events", "errorCode": "LIMIT_ERROR"})
        for event in events:
            problem = self._problem_of(event) or self._refuses(event)
            if problem:
                return Reply(400, {"errorMessage": problem, "errorCode": "FIELD_ERROR"})
        counted = "received" if self.api == VCF9 else "ingested"
        return Reply(200, {"status": "ok", "message": "events ingested", counted: len(events)})

    def _problem_of(self, event):
        """What the documentation does not allow."""
        if not isinstance(event["text"], str) or not event["text"] or len(event["text"].encode()) > TEXT_LIMIT:
            self.errors.append(f"text of {event}")
        if type(event["timestamp"]) is not int:
            self.errors.append(f"timestamp of {event}")
        items = event.get("fields", [])
        names = [name for name in event if name not in ("text", "timestamp")] if self.api == V2 else [item["name"] for item in items]
        contents = [event[name] for name in names] if self.api == V2 else [item["content"] for item in items]
        if len(set(names)) != len(names) or RESERVED_NAMES & set(names) or not all(map(FIELD_NAME.fullmatch, names)):
            self.errors.append(f"names of {event}")
        if not all(isinstance(content, str) and content for content in contents):
            self.errors.append(f"contents of {event}")
        if self.api != V2 and any(set(item) != {"name", "content"} for item in items):
            self.errors.append(f"fields of {event}")
        return None


def _send(handler, reply):
    body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode() if reply.body is not None else b""
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for byte in body if reply.pause else ():
        time.sleep(reply.pause)
        handler.wfile.write(bytes([byte]))
    if not reply.pause:
        handler.wfile.write(body)


def _reset(connection):
    raw = connection
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()
    raise OSError("left")
