"""Several collectors: each gets every line, and each must confirm."""

import socket
import subprocess
import threading

from support.job import urls_of
from support.peers import PythonCollector
from support.process import free_port
from support.program import BINARY, environment, seconds
from support.rsyslogd import Rsyslogd
from support.simulator import PASSWORD, Simulator
from support.testcase import IntegrationTest, main

FLOWS = 500
OK, USAGE, IO, TEMPORARY = 0, 64, 74, 75


class FanOut(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.simulator = cls.start_for_class(Simulator(cls.class_directory(), flows=FLOWS))
        cls.ids = set(cls.simulator.expected_lines())

    def options(self, *collectors, options=()):
        return ("--filter", "", *options, *(word for url in collectors for word in ("--collector", url)))

    def send(self, *collectors, **more):
        return self.simulator.run_program(self.directory, *self.options(*collectors, **more))

    def assert_sent_in_vain(self, *collectors, says, **more):
        """One of them does not confirm it, of which the run says all of `says`."""
        job = self.start(self.simulator.start_program(self.directory, *self.options(*collectors, **more), "--log-level", "info"))
        self.assert_in_vain(job, *says)

    def ids_in(self, lines):
        return {line.split('flow_id="')[1].split('"')[0] for line in lines if 'flow_id="' in line}

    def ids_at(self, collector):
        collector.stop()
        return self.ids_in(collector.received.decode().split("\n"))

    def test_two_collectors_get_every_line(self):
        first, second = self.start(PythonCollector()), self.start(PythonCollector())
        run = self.send(f"tcp://127.0.0.1:{first.port}", f"tcp://127.0.0.1:{second.port}")
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        self.assertEqual(self.ids, self.ids_at(first))
        self.assertEqual(first.received, second.received if second.stop() is None else b"")

    def test_collectors_of_several_kinds(self):
        rsyslogd = self.start(Rsyslogd(self.directory))
        path = self.directory / "archive.log"
        run = self.send(f"tcp://127.0.0.1:{rsyslogd.port}", f"file://{path}", "-")
        self.assert_exit(run, OK)
        self.assertEqual(self.ids, self.ids_in(run.lines))
        self.assertEqual(run.stdout, path.read_bytes())
        self.assertEqual(run.lines, [record.raw for record in rsyslogd.records(FLOWS + 1)])

    def test_each_may_have_a_format(self):
        """One with --format, one with a format of its own, and one that has the same by another way: each gets every line in it."""
        whole, message = self.start(PythonCollector()), self.start(PythonCollector())
        path = self.directory / "messages.log"
        run = self.send(f"tcp://127.0.0.1:{whole.port}", f"tcp://127.0.0.1:{message.port}?format=message", f"file://{path}?format=message")
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        self.assertEqual(self.ids, self.ids_at(whole))
        message.stop()
        self.assertEqual(message.received, path.read_bytes())
        messages = message.received.decode().split("\n")[:-1]
        self.assertEqual(FLOWS + 1, len(messages))
        self.assertFalse([line for line in messages if "flow_id=" in line])

    def test_formats_that_cannot_be(self):
        self.assert_exit(self.send("tcp://h?format=xml"), USAGE, "--collector", "'xml' is not a format; write one of: rfc5424 ")
        self.assert_exit(self.send("tcp://a?format=message,tcp://b"), USAGE, "different formats", "?format=")

    def test_one_is_down(self):
        first = self.start(PythonCollector())
        port = free_port()
        for order in (0, 1):
            with self.subTest(order=order):
                urls = [f"tcp://127.0.0.1:{first.port}", f"tcp://127.0.0.1:{port}"]
                self.assert_sent_in_vain(*(urls if order == 0 else reversed(urls)), says=(f"tcp://127.0.0.1:{port}", "refused"))

    def test_one_closes_in_the_middle(self):
        first, second = self.start(PythonCollector()), self.start(PythonCollector(close_after=1000, reset=True))
        self.assert_sent_in_vain(*urls_of(first.port, second.port), says=(*urls_of(second.port), "was in vain"))

    def test_one_closes_half_way_without_a_reset(self):
        total = PythonCollector()
        self.assert_exit(self.send(f"tcp://127.0.0.1:{total.port}"), OK)
        total.stop()
        early = self.start(PythonCollector(close_after=len(total.received) // 2))
        self.assert_sent_in_vain(*urls_of(early.port), says=(*urls_of(early.port), "was in vain"))

    def test_standard_output_that_nobody_reads_any_more(self):
        """Of a dry run that is the end; here the other collector would silently go without."""
        other = self.start(PythonCollector())
        command = [BINARY, *self.simulator.arguments, "--filter", "", "--collector", f"tcp://127.0.0.1:{other.port}",
                   "--collector", "-"]
        done = subprocess.run(
            ["bash", "-c", '"$@" | head -1 >/dev/null; exit ${PIPESTATUS[0]}', "bash", *command], capture_output=True,
            text=True, cwd=self.directory, timeout=seconds(120),
            env=environment(self.directory, {"VRNI2SYSLOG_PASSWORD": PASSWORD}), check=False)
        self.assertEqual(IO, done.returncode, done.stderr)
        self.assertIn("standard output: its reader has closed it", done.stderr)

    def test_fail_over_takes_the_first_that_answers(self):
        second = self.start(PythonCollector())
        run = self.send(f"tcp://127.0.0.1:{free_port()},tcp://127.0.0.1:{second.port}")
        self.assert_exit(run, OK)
        self.assertEqual(self.ids, self.ids_at(second))

    def test_collector_that_never_answers_the_close(self):
        """Its kernel has every byte; that is told, and counts unless more is demanded."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        connections = []

        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connections.append(connection)
                threading.Thread(target=drain, args=(connection,), daemon=True).start()

        def drain(connection):
            try:
                while connection.recv(65536):
                    pass
                stopped.wait(60)
            except OSError:
                pass

        stopped = threading.Event()
        self.addCleanup(stopped.set)
        threading.Thread(target=accept, daemon=True).start()
        url = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        limit = ("--close-timeout", "1s")
        self.assert_exit(self.send(url, options=limit), OK, url, "--confirm")
        self.assert_exit(self.send(url, options=("--confirm", "acked", *limit)), OK)
        self.assert_sent_in_vain(url, options=("--confirm", "consumed", *limit), says=(url, "acked"))
        for connection in connections:
            connection.close()

    def test_udp_cannot_be_confirmed(self):
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(receiver.close)
        receiver.bind(("127.0.0.1", 0))
        url = f"udp://127.0.0.1:{receiver.getsockname()[1]}"
        self.assert_exit(self.send(url), OK)
        self.assert_exit(self.send(url, options=("--confirm", "acked")), USAGE, url, "no more than 'written'")

    def test_unix_sockets(self):
        path = self.directory / "log.socket"
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(receiver.close)
        receiver.bind(str(path))
        received = []

        def receive():
            receiver.settimeout(30)
            try:
                while not received or b"MANIFEST" not in received[-1]:
                    received.append(receiver.recv(65536))
            except OSError:
                pass

        thread = threading.Thread(target=receive)
        thread.start()
        run = self.send(f"unix://{path}")
        thread.join(60)
        self.assert_exit(run, OK)
        self.assertEqual(self.ids, self.ids_in(line.decode() for line in received))

    def test_file_is_appended_to(self):
        path = self.directory / "archive.log"
        path.write_text("what was there\n")
        self.assert_exit(self.send(f"file://{path}"), OK)
        self.assert_exit(self.send(f"file://{path}"), OK)
        lines = path.read_text().split("\n")
        self.assertEqual("what was there", lines[0])
        self.assertEqual(1 + 2 * (FLOWS + 1) + 1, len(lines))

    def test_file_that_cannot_be_written(self):
        run = self.send(f"file://{self.directory}/no/such/folder/archive.log")
        self.assertIn(run.status, (73, IO), str(run))
        self.assertIn("archive.log", run.stderr)
        run = self.send("file:///dev/full")
        self.assertIn(run.status, (73, IO, TEMPORARY), str(run))


if __name__ == "__main__":
    main()
