"""What stands between the program and its collector: a forwarder of connections."""

import socket
import struct
import threading

from .threaded_listener import TIMEOUT, ThreadedListener


class Relay(ThreadedListener):
    """Forwards each connection to `port` of 127.0.0.1, and each end, in order or not, as it comes. `cut_after`: the first
    connection is reset, on both sides, when so many bytes have come from the client. `answers_itself`: the client's end is
    answered at once, whatever becomes of what it has sent."""

    def __init__(self, port, cut_after=None, answers_itself=False):
        self._target = port
        self._cut_after = cut_after
        self._answers_itself = answers_itself
        self.bytes_from_client = 0
        super().__init__()

    def _handle(self, client, number):
        if self._answers_itself:
            self._swallow(client)
            return
        try:
            collector = socket.create_connection(("127.0.0.1", self._target), timeout=TIMEOUT)
        except OSError:
            _reset(client)
            return
        back = threading.Thread(target=self._pump, args=(collector, client, None, False), daemon=True)
        back.start()
        self._pump(client, collector, self._cut_after if number == 1 else None, True)
        back.join(TIMEOUT)
        client.close()
        collector.close()

    def _swallow(self, client):
        try:
            while data := client.recv(65536):
                self.bytes_from_client += len(data)
        except OSError:
            pass
        client.close()

    def _pump(self, source, target, cut_after, is_from_client):
        try:
            left = cut_after
            while left is None or left > 0:
                data = source.recv(65536 if left is None else min(left, 65536))
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                if is_from_client:
                    self.bytes_from_client += len(data)
                if left is not None:
                    left -= len(data)
                target.sendall(data)
        except OSError:
            pass
        _reset(source)
        _reset(target)


def _reset(connection):
    """At once, also where another thread still waits for it."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Wakes that thread, whose end closes the connection.
        connection.shutdown(socket.SHUT_RD)
    except OSError:
        pass
    connection.close()
