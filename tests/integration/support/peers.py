"""Collectors written in Python, for what real ones do not do on demand."""

import socket
import ssl
import struct
import threading
import time

from .process import free_port

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
    `stall_handshake` accepts and then says nothing. `receive_buffer` is the kernel's, in bytes.
    """

    def __init__(self, context=None, close_after=None, reset=False, stall_handshake=False, address="127.0.0.1", port=0,
                 receive_buffer=None):
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
        if receive_buffer is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if family == socket.AF_INET6:
            self._listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self._listener.bind((address, port or free_port()))
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
            reset_on_close(connection)

    def stop(self):
        self._is_stopped.set()
        self.refuse()
        self._thread.join(10)

    def refuse(self):
        """Takes no more connections."""
        try:
            # Wakes accept(), which a close in another thread does not.
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()


class ScriptedPeer(PythonCollector):
    """Serves its first connections as `scripts` say: functions of the peer and the connection, which is closed when they return.
    All others are read to their end. What each connection brought is in `deliveries`; `ended` of the
    connections are over."""

    def __init__(self, scripts=(), **more):
        self.scripts = list(scripts)
        self.deliveries = []
        self.ended = 0
        super().__init__(**more)

    def _handle(self, connection):
        try:
            super()._handle(connection)
        finally:
            self.ended += 1

    def _read(self, connection):
        before = len(self.received)
        try:
            if self.scripts:
                self.scripts.pop(0)(self, connection)
            else:
                super()._read(connection)
        finally:
            self.deliveries.append(self.received[before:])

    def is_unconnected(self):
        return self.ended == self.connections

    def take(self, connection, count):
        """Reads so many bytes and not one more; fewer where the connection ends."""
        while count > 0:
            data = connection.recv(min(count, 65536))
            if not data:
                return
            count -= len(data)
            self.received += data

    def take_until(self, connection, text):
        """Reads up to the end of `text`, and leaves most of what follows unread."""
        taken = bytearray()
        while text not in taken[-3 * len(text):]:
            data = connection.recv(2 * len(text))
            if not data:
                break
            taken += data
        self.received += taken

    def take_all(self, connection):
        """Reads to the end of the connection and answers that in order."""
        super()._read(connection)

    def pause(self, seconds=ACCEPT_TIMEOUT):
        """Does nothing for so long, but no longer than the peer is there."""
        self._is_stopped.wait(seconds)

    def lines(self):
        """Every line that came whole, connection after connection."""
        return [line for delivery in list(self.deliveries) for line in delivery.decode("utf-8").split("\n")[:-1]]


def reset_on_close(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_after(count):
    """A script: the connection is reset when so many bytes have been read."""
    def script(peer, connection):
        peer.take(connection, count)
        reset_on_close(connection)
    return script


def ends_when(moment, ends=lambda connection: None):
    """A script: nothing is read, and the connection is ended, after `ends`, when the threading.Event is set."""
    def script(peer, connection):
        moment.wait(ACCEPT_TIMEOUT)
        ends(connection)
    return script


def reads_slowly(rounds, count=16_384, pause=0.35):
    """A script: takes `count` bytes so many times, each time with a pause of seconds, through a buffer of no more; then it reads to
    the end."""
    def script(peer, connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, count)
        for _ in range(rounds):
            peer.take(connection, count)
            peer.pause(pause)
        peer.take_all(connection)
    return script


def never_reads(peer, connection):
    """A script: the window closes, and stays so."""
    peer.pause()


def dies_at_the_end(peer, connection):
    """A script: nothing is read until the other side has ended, and then the connection is reset, as the kernel does it for a process
    that is killed with bytes unread."""
    tcp_close_wait = 8
    deadline = time.monotonic() + ACCEPT_TIMEOUT
    while connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != tcp_close_wait and time.monotonic() < deadline:
        peer.pause(0.02)
    reset_on_close(connection)


def never_closes(peer, connection):
    """A script: everything is read, and the end is never answered."""
    while connection.recv(65536):
        pass
    peer.pause()


class UnreliableCollector(ScriptedPeer):
    """Its first connections go as `faults` say: "reset" or "close" once `after` bytes have been read. What follows them stays unread: a
    peer that has read everything and then closes has confirmed it."""

    def __init__(self, faults=(), after=2000, **more):
        def script_of(fault):
            def script(peer, connection):
                peer.take(connection, after)
                if fault == "reset":
                    reset_on_close(connection)
            return script
        super().__init__([script_of(fault) for fault in faults], **more)
