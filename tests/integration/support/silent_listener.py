"""An address that never answers, without a firewall."""

import socket

CONNECTIONS_THAT_FILL_THE_QUEUE = 4


class SilentListener:
    """Listens and does not accept, with a full queue: Linux drops what else comes, so that a connect gets no answer. With
    `is_full` off there is room in the queue, and a connection is made that nobody ever serves."""

    def __init__(self, address="127.0.0.1", port=0, is_full=True):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            self._listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self._listener.bind((address, port))
        self._listener.listen(0 if is_full else 64)
        self.port = self._listener.getsockname()[1]
        self._clients = []
        for _ in range(CONNECTIONS_THAT_FILL_THE_QUEUE if is_full else 0):
            client = socket.socket(family, socket.SOCK_STREAM)
            client.setblocking(False)
            client.connect_ex((address, self.port))
            self._clients.append(client)

    def stop(self):
        for client in self._clients:
            client.close()
        self._listener.close()
