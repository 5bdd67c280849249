"""A stand-in for Elasticsearch: its bulk interface, with documents in memory. "create" refuses an id that there is already."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ElasticsearchStandIn:
    """Runs from the constructor to stop()."""

    def __init__(self):
        self.documents = {}
        """Index and id of each, to the document."""
        self.conflicts = 0
        """How often a document was refused because it was there."""
        self._lock = threading.Lock()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                self._answer({})

            do_HEAD = do_GET

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(stand_in.store(body))

            def _answer(self, value):
                body = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def store(self, body):
        """The answer to a request of /_bulk."""
        rows = body.decode("utf-8").split("\n")
        items = []
        with self._lock:
            for head, document in zip(rows[0::2], rows[1::2]):
                place = json.loads(head)["create"]
                key = (place["_index"], place["_id"])
                self.conflicts += key in self.documents
                items.append({"create": {**place, "status": 409 if key in self.documents else 201}})
                self.documents.setdefault(key, json.loads(document))
        return {"errors": any(item["create"]["status"] != 201 for item in items), "items": items}

    def count(self):
        """Of documents that were stored or refused."""
        with self._lock:
            return len(self.documents) + self.conflicts

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
