"""A client of the platform's API that hides nothing: each call gives the status, the headers and the body as they came."""

import http.client
import json
import ssl
from typing import NamedTuple

LOGIN = {"username": "admin@local", "password": "simulator", "domain": {"domain_type": "LOCAL"}}
ROOTS = ("/simulator", "/csp/", "/api/", "/ni/")


class Reply(NamedTuple):
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class PlatformClient:
    """One connection, kept open. close() ends it."""

    def __init__(self, port, ca_file, timeout=60):
        context = ssl.create_default_context(cafile=ca_file)
        self._connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=timeout)
        self.token = None

    def close(self):
        self._connection.close()

    def call(self, method, path, body=None, headers=None):
        """`path` is below the API's base, or below the server's root where it starts with one of ROOTS."""
        headers = dict(headers or {})
        if self.token is not None:
            headers.setdefault("Authorization", f"NetworkInsight {self.token}")
        if not path.startswith(ROOTS):
            path = "/api/ni" + path
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def login(self, **changes):
        reply = self.call("POST", "/auth/token", {**LOGIN, **changes})
        if reply.status == 200:
            self.token = reply.json["token"]
        return reply

    def search(self, window, **changes):
        """Window is (start, end) in epoch seconds, or None."""
        body = {"entity_type": "Flow", "size": 1000, **changes}
        if window is not None:
            body["time_range"] = {"start_time": window[0], "end_time": window[1]}
        return self.call("POST", "/search", body)

    def search_all(self, window, **changes):
        """The results of all pages. Follows the cursor for as long as it leads to something new."""
        found = {}
        cursor = {}
        while True:
            page = self.search(window, **changes, **cursor).json
            known = len(found)
            found.update((result["entity_id"], result) for result in page["results"])
            if not page.get("cursor") or len(found) == known:
                return list(found.values())
            cursor = {"cursor": page["cursor"]}

    def ids(self, window):
        """The ids that a window holds in truth."""
        reply = self.call("GET", f"/simulator/ids?start={window[0]}&end={window[1]}")
        return set(reply.body.decode().split())
