"""An HTTP proxy that knows CONNECT and nothing else."""

import base64
import select
import socket
import ssl

from .threaded_listener import TIMEOUT, ThreadedListener


class ConnectProxy(ThreadedListener):
    """Connects every client to the port that it names, of 127.0.0.1, whatever the host: it knows names that nobody else does. With
    `port` it leads to that one, whatever the client names.
    `context` makes it an https proxy. Without the `credentials` ("user:password"), where some are given, it answers 407. What
    was asked for is in `requests`: the first line, and the header Proxy-Authorization or None."""

    def __init__(self, context=None, credentials=None, port=None):
        self._context = context
        self._expected = credentials and "Basic " + base64.b64encode(credentials.encode()).decode()
        self._port = port
        self.requests = []
        super().__init__()

    def _handle(self, client, number):
        try:
            if self._context is not None:
                client = self._context.wrap_socket(client, server_side=True)
            self._connect(client)
        except (OSError, ssl.SSLError):
            pass  # a client that goes away is part of the tests
        client.close()

    def _connect(self, client):
        text = b""
        while not text.endswith(b"\r\n\r\n"):
            byte = client.recv(1)
            if not byte:
                return
            text += byte
        line, *headers = text.decode().split("\r\n")[:-2]
        authorization = dict(header.split(": ", 1) for header in headers).get("Proxy-Authorization")
        self.requests.append((line, authorization))
        if self._expected not in (None, authorization):
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
            return
        port = self._port or int(line.split(" ")[1].rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as platform:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _forward(client, platform)


def _forward(client, platform):
    """Both ways in one thread, since TLS does not bear two; until either ends. No record of TLS is longer than what is read."""
    peers = {client: platform, platform: client}
    while readable := select.select(peers, [], [], TIMEOUT)[0]:
        for source in readable:
            data = source.recv(65536)
            if not data:
                return
            peers[source].sendall(data)
