"""5,000 flows, hostile names among them, into a real rsyslogd, which parses them itself."""

from support.certificates import CertificateAuthority
from support.delivery import FLOWS, DeliveryTest
from support.rsyslogd import Rsyslogd
from support.testcase import main

LINES = FLOWS + 1
"""With the manifest."""

UDP_ATTEMPTS = 5
DATAGRAM_LIMIT = 2048


class Rsyslog(DeliveryTest):
    def test_tcp_with_line_feeds(self):
        for module in ("imtcp", "imptcp"):
            with self.subTest(module):
                collector = self.start(Rsyslogd(self.directory, module))
                self.deliver(f"tcp://127.0.0.1:{collector.port}")
                self.assert_archived(collector.records(LINES, self.patience()))
                collector.output.unlink()

    def test_tcp_with_octet_counting(self):
        collector = self.start(Rsyslogd(self.directory))
        self.deliver(f"tcp://127.0.0.1:{collector.port}?framing=octet")
        self.assert_archived(collector.records(LINES, self.patience()))

    def test_tls_with_octet_counting(self):
        authority = CertificateAuthority(self.directory / "authority")
        collector = self.start(Rsyslogd(
            self.directory, certificate=authority.issue("collector"), ca_file=authority.ca_file))
        self.deliver(f"tls://localhost:{collector.port}", "--collector-ca-file", authority.ca_file)
        self.assert_archived(collector.records(LINES, self.patience()))

    def test_udp(self):
        for _ in range(UDP_ATTEMPTS):
            collector = self.start(Rsyslogd(self.directory, "imudp"))
            run = self.deliver(f"udp://127.0.0.1:{collector.port}")
            dropped = collector.dropped_datagrams()
            if dropped == 0:
                break
            collector.stop()
        else:
            self.skipTest(f"the kernel dropped {dropped} of {LINES} datagrams in front of rsyslogd: no verdict is possible\n{run}")
        records = collector.records(LINES, self.patience())
        self.assert_whole(records, self.expected, DATAGRAM_LIMIT)
        longest = max(len(record.raw.encode()) for record in records)
        self.assertLessEqual(longest, DATAGRAM_LIMIT)
        cut = [record for record in records if record.parameters().get("truncated") == "1"]
        self.assertGreater(len(cut), 0, "some of the lines do not fit a datagram")


if __name__ == "__main__":
    main()
