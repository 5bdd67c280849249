"""A RELP collector written in Python, which answers otherwise than a real one does."""

from .peers import PythonCollector

OFFERS = b"relp_version=0\nrelp_software=scripted,1.0,none\ncommands=syslog"
WINDOW = 128
"""Lines that the program sends before one of them is acknowledged."""


class RelpPeer(PythonCollector):
    """Takes RELP sessions over; the lines of all are in `lines`, and `acknowledged` tells how many were.

    `refuse_line` is the number, from 1, of a line that is answered with 500. `leave_at_line` closes the connection in place of
    an answer to that line, with `says_so` behind a serverclose. `silent_from_line` answers that line and those behind it never.
    `is_late` keeps the answers to lines back until the program can send no more before they come. `opening` is the answer to open; with `answers_close` off
    that to close is missing."""

    def __init__(self, context=None, refuse_line=0, leave_at_line=0, says_so=False, silent_from_line=0, is_late=False,
                 opening=b"200 OK\n" + OFFERS, answers_close=True):
        self.lines = []
        self.acknowledged = 0
        self.is_closed_in_order = False
        self._refuse_line = refuse_line
        self._leave_at_line = leave_at_line
        self._says_so = says_so
        self._silent_from_line = silent_from_line
        self._is_late = is_late
        self._opening = opening
        self._answers_close = answers_close
        super().__init__(context)

    def _read(self, connection):
        buffer, answers = b"", b""
        while True:
            data = connection.recv(65536)
            if not data:
                return
            buffer += data
            while (command := self._take_command(buffer)) is not None:
                number, name, data, buffer = command
                answer = self._answer(name, data)
                if answer is None:
                    connection.sendall(answers + (b"0 serverclose 0\n" if self._says_so else b""))
                    return
                if answer is not NotImplemented:
                    answers += b"%d rsp %d%s\n" % (number, len(answer), b" " + answer if answer else b"")
            if not (self._is_late and self._can_send_more()):
                connection.sendall(answers)
                answers = b""

    def _can_send_more(self):
        """Whether the program can, before it gets the answers to its lines."""
        return len(self.lines) % WINDOW != 0 and b" MANIFEST " not in self.lines[-1]

    @staticmethod
    def _take_command(buffer):
        """The first command of the buffer, and what follows; None where it is not whole."""
        parts = buffer.split(b" ", 2)
        if len(parts) < 3 or not any(end in parts[2] for end in (b" ", b"\n")):
            return None
        length = parts[2].replace(b"\n", b" ", 1).split(b" ", 1)[0]
        start = len(parts[0]) + len(parts[1]) + len(length) + 2 + (1 if int(length) else 0)
        end = start + int(length)
        if len(buffer) <= end:
            return None
        if buffer[end:end + 1] != b"\n":
            raise AssertionError(f"the frame has no end: {buffer[:80]}")
        return int(parts[0]), parts[1], buffer[start:end], buffer[end + 1:]

    def _answer(self, name, data):
        """The data of an answer; None to leave, NotImplemented for none."""
        if name == b"open":
            return self._opening
        if name == b"close":
            self.is_closed_in_order = True
            return b"" if self._answers_close else NotImplemented
        self.lines.append(data)
        number = len(self.lines)
        if number == self._leave_at_line:
            return None
        if self._silent_from_line and number >= self._silent_from_line:
            return NotImplemented
        if number == self._refuse_line:
            return b"500 no room left"
        self.acknowledged += 1
        return b"200 OK"
