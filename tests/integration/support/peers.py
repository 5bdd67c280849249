"""Collectors written in Python, for what real ones do not do on demand."""

import socket
import ssl
import struct
import threading

ACCEPT_TIMEOUT = 60.0


def read_frames(data):
    """The messages of a stream with octet counting (RFC 5425)."""
    frames = []
    while data:
        length, _, rest = data.partition(b" ")
        size = int(length)
        if len(rest) < size:
            raise AssertionError(f"the last frame has {len(rest)} of {size} bytes")
        frames.append(rest[:size])
        data = rest[size:]
    return frames


def server_context(certificate, ca_file=None, demands_client_certificate=False, version=None):
    """A TLS server's context; `version` is an ssl.TLSVersion that alone is spoken."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate_file, certificate.key_file)
    if version is not None:
        context.minimum_version = context.maximum_version = version
    if demands_client_certificate:
        context.load_verify_locations(ca_file)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


class PythonCollector:
    """Accepts connections on 127.0.0.1, one after the other, and reads each to its end. What it saw is in `received` (bytes of
    all connections), `errors`, `versions` (of TLS) and `client_subjects`.

    `close_after` closes the connection, without reading further, once so many bytes have come; with `reset` the close is abrupt.
    `stall_handshake` accepts and then says nothing.
    """

    def __init__(self, context=None, close_after=None, reset=False, stall_handshake=False, address="127.0.0.1", port=0):
        self._context = context
        self._close_after = close_after
        self._reset = reset
        self._stall_handshake = stall_handshake
        self.received = b""
        self.connections = 0
        self.errors = []
        self.versions = []
        self.client_subjects = []
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((address, port))
        self._listener.listen(8)
        self.port = self._listener.getsockname()[1]
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while not self._is_stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if self._is_stopped.is_set():
                connection.close()
                return
            self.connections += 1
            connection.settimeout(ACCEPT_TIMEOUT)
            try:
                self._handle(connection)
            except (OSError, ssl.SSLError) as error:
                self.errors.append(error)
            finally:
                connection.close()

    def _handle(self, connection):
        if self._stall_handshake:
            self._is_stopped.wait(ACCEPT_TIMEOUT)
            return
        if self._context is None:
            self._read(connection)
            return
        with self._context.wrap_socket(connection, server_side=True, suppress_ragged_eofs=False) as secured:
            self.versions.append(secured.version())
            certificate = secured.getpeercert()
            if certificate:
                self.client_subjects.append(dict(pair[0] for pair in certificate["subject"]))
            self._read(secured)

    def _read(self, connection):
        count = 0
        while self._close_after is None or count < self._close_after:
            data = connection.recv(65536)
            if not data:
                if isinstance(connection, ssl.SSLSocket):
                    connection.unwrap()
                return
            count += len(data)
            self.received += data
        if self._reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def stop(self):
        self._is_stopped.set()
        try:
            # Wakes accept(), which a close in another thread does not.
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        self._thread.join(10)


class UnreliableCollector(PythonCollector):
    """Keeps what each connection brought apart, in `deliveries`; `ended` of the connections are over. Its first connections go as `faults` say: "reset" or "close"
    once `after` bytes have come; all others are read to their end."""

    def __init__(self, faults=(), after=2000, **more):
        self._faults = list(faults)
        self._after = after
        self.deliveries = []
        self.ended = 0
        super().__init__(**more)

    def _handle(self, connection):
        try:
            super()._handle(connection)
        finally:
            self.ended += 1

    def _read(self, connection):
        self._close_after = self._after if self._faults else None
        self._reset = bool(self._faults) and self._faults.pop(0) == "reset"
        before = len(self.received)
        try:
            super()._read(connection)
        finally:
            self.deliveries.append(self.received[before:])

    def lines(self):
        """Every line that came whole, connection after connection."""
        return [line for delivery in list(self.deliveries) for line in delivery.decode("utf-8").split("\n")[:-1]]
