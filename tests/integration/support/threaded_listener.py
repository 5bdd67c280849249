"""What a server of the tests is made of: a listener on loopback, and a thread for each connection."""

import socket
import threading

TIMEOUT = 60.0


class ThreadedListener:
    """Calls `_handle(client, number)` in a thread of its own for each connection, which is the `number`th from 1 and which that
    closes. Runs from the constructor to stop()."""

    def __init__(self):
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            client.settimeout(TIMEOUT)
            threading.Thread(target=self._handle, args=(client, self.connections), daemon=True).start()

    def _handle(self, client, number):
        raise NotImplementedError

    def stop(self):
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
