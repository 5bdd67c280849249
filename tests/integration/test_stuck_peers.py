"""Whatever a run waits for, it ends: at its deadline, within seconds of a signal, and at once at a second one. A run that is cut
short like this has confirmed nothing."""

import signal
import socket
import time
from pathlib import Path

from support.certificates import CertificateAuthority
from support.job import JOB, TEMPORARY, JobTest, urls_of
from support.network_fault import Names, SystemCalls
from support.peers import PythonCollector, ScriptedPeer, never_closes, never_reads, server_context
from support.process import IsIdle, wait_until
from support.program import seconds, start_program
from support.relp_peer import RelpPeer
from support.silent_listener import SilentListener
from support.simulator import PASSWORD
from support.testcase import main
from support.write_fault import changes_in, fault, watch

PATIENCE = ("--connect-timeout", "10m", "--send-timeout", "10m", "--close-timeout", "10m")
"""Of the program's own limits none is to end these runs."""
SECONDS_TO_END = 30
"""Long after a signal or a deadline; each of the waits would take ten minutes."""
DEADLINE_SECONDS = 12
SMALL_BUFFER = 4096


class UnixListener:
    """A socket that somebody has opened and nobody reads."""

    def __init__(self, path, kind):
        self._socket = socket.socket(socket.AF_UNIX, kind)
        self._socket.bind(str(path))
        self.port = path
        if kind == socket.SOCK_STREAM:
            self._socket.listen(8)

    def stop(self):
        self._socket.close()


def is_pending(pid, number):
    """Whether the process has yet to take that signal."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines())
    return bool((int(fields["ShdPnd"], 16) | int(fields["SigPnd"], 16)) >> (number - 1) & 1)


class StuckPeers(JobTest):
    flows = 1500

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authority = CertificateAuthority(cls.class_directory() / "authority")
        cls.certificate = cls.authority.issue("collector")

    def stuck_states(self):
        """By what the run waits for: the URL of the collector, variables of the program, and whether it is there already."""
        def peer_state(scheme, peer, host="127.0.0.1"):
            self.start(peer)
            return f"{scheme}://{host}:{peer.port}", {}, lambda: peer.connections > 0

        def unix_state(name, kind):
            listener = self.start(UnixListener(self.directory / name, kind))
            return f"unix://{listener.port}", {}, lambda: True

        context = server_context(self.certificate)
        silent = self.start(SilentListener())
        names = Names(self.directory)
        names.set("collector.test", "HANG")
        probe = self.start(PythonCollector())
        return {
            "connect": (f"tcp://127.0.0.1:{silent.port}", {}, lambda: True),
            "resolver": ("tcp://collector.test:514", names.variables, lambda: True),
            "TLS handshake": peer_state("tls", PythonCollector(stall_handshake=True)),
            "window": peer_state("tcp", ScriptedPeer([never_reads] * 9, receive_buffer=SMALL_BUFFER)),
            "window of TLS": peer_state(
                "tls", ScriptedPeer([never_reads] * 9, context=context, receive_buffer=SMALL_BUFFER), "localhost"),
            "end of the connection": peer_state("tcp", ScriptedPeer([never_closes] * 9)),
            "end of the TLS stream": peer_state("tls", ScriptedPeer([never_closes] * 9, context=context), "localhost"),
            "RELP session": peer_state("relp", PythonCollector(stall_handshake=True)),
            "RELP acknowledgement": peer_state("relp", RelpPeer(silent_from_line=1)),
            "unix stream": unix_state("stream", socket.SOCK_STREAM),
            "unix datagrams": unix_state("datagrams", socket.SOCK_DGRAM),
            "queue of the network device": (
                f"udp://127.0.0.1:{probe.port}", SystemCalls(self.directory, probe.port, "full").variables, lambda: True),
        }

    def start_all(self, *options):
        """A job in each state, all at the same time; returns them by state, and where each keeps its own."""
        jobs, files = {}, {}
        for number, (state, (url, variables, _)) in enumerate((states := self.stuck_states()).items()):
            directory = self.directory / str(number)
            jobs[state] = self.start(start_program(
                self.directory, *self.simulator.arguments_for(None), "--filter", "", "--collector", url, "--state-dir", directory,
                "--job", JOB, "--collector-ca-file", self.authority.ca_file, *PATIENCE, *options, name=f"run-{number}",
                variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **variables}))
            files[state] = directory / f"{JOB}.state"
        for state, (_, _, is_there) in states.items():
            wait_until(is_there, state)
        return jobs, files

    def assert_ended(self, jobs, files, limit, texts=()):
        """Each in time, with nothing confirmed."""
        begin = time.monotonic()
        for state, job in jobs.items():
            with self.subTest(state):
                self.assertEqual(TEMPORARY, job.wait(seconds(60)), job.output_text())
                self.assertLess(time.monotonic() - begin, seconds(limit))
                self.assertEqual([""], self.values("  confirmed", files[state]), job.output_text())
                for text in texts:
                    self.assertIn(text, job.output_text())

    def test_the_deadline_ends_every_wait(self):
        jobs, files = self.start_all("--deadline", f"{seconds(DEADLINE_SECONDS)}s")
        self.assert_ended(jobs, files, DEADLINE_SECONDS + SECONDS_TO_END)

    def test_sigterm_ends_every_wait(self):
        jobs, files = self.start_all()
        self.send_to_all(jobs, signal.SIGTERM)
        self.assert_ended(jobs, files, SECONDS_TO_END, ["SIGTERM"])

    def test_sigint_ends_every_wait(self):
        jobs, files = self.start_all()
        self.send_to_all(jobs, signal.SIGINT)
        self.assert_ended(jobs, files, SECONDS_TO_END, ["SIGINT"])

    def test_two_signals_end_every_wait(self):
        """Where the first has not done it yet. Of two that come together either may be the first."""
        jobs, files = self.start_all()
        self.send_to_all(jobs, signal.SIGTERM)
        for job in jobs.values():
            job.send_signal(signal.SIGINT)
        begin = time.monotonic()
        for state, job in jobs.items():
            with self.subTest(state):
                self.assertIn(job.wait(seconds(60)), (TEMPORARY, 128 + signal.SIGINT, 128 + signal.SIGTERM), job.output_text())
                self.assertLess(time.monotonic() - begin, seconds(SECONDS_TO_END))
                self.assertEqual([""], self.values("  confirmed", files[state]), job.output_text())

    def test_a_second_signal_ends_what_the_first_cannot(self):
        """A file system that hangs, as one of a network does, has the run hang: nobody hears of a stop."""
        log = self.directory / "changes"
        rename = ("rename", str(self.file))
        collector = self.start(PythonCollector())
        job = self.start_job(urls_of(collector.port), variables={
            **watch(self.state, log), **fault(self.state, "stall", 1, only=" ".join(rename))})
        job.wait_until(lambda: log.exists() and rename in changes_in(log), "the run hangs")
        job.send_signal(signal.SIGTERM)
        job.wait_until(lambda: not is_pending(job.pid, signal.SIGTERM), "the first signal is taken")
        job.send_signal(signal.SIGINT)
        self.assertEqual(128 + signal.SIGINT, job.wait(seconds(SECONDS_TO_END)), job.output_text())
        self.assertFalse(self.file.exists())

    def send_to_all(self, jobs, number):
        """Once they have done all they can: what they wait for has no end, so that later is as good."""
        are_idle = [IsIdle(job.pid) for job in jobs.values()]
        wait_until(lambda: all([is_idle() for is_idle in are_idle]), "all are idle")
        for state, job in jobs.items():
            self.assertTrue(job.is_running, f"{state}: {job.output_text()}")
            job.send_signal(number)


if __name__ == "__main__":
    main()
