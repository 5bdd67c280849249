"""5,000 flows, hostile names among them, into a real rsyslogd, which parses them itself."""

import unittest

from support.certificates import CertificateAuthority
from support.delivery import FLOWS, DeliveryTest
from support.expected_line import Window, rfc3339
from support.line_limit import DATAGRAM_LIMIT
from support.rsyslogd import DATAGRAM_COST, RECEIVE_BUFFER_FOR_ALL, Rsyslogd
from support.simulator import DAY
from support.testcase import main

LINES = FLOWS + 1
"""With the manifest."""

MAX_DATAGRAMS = RECEIVE_BUFFER_FOR_ALL // DATAGRAM_COST
"""That the kernel holds for a daemon that reads none of them."""
FLOWS_FOR_DATAGRAMS = 80
WINDOWS_FOR_DATAGRAMS = 8


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

    def test_relp(self):
        collector = self.start(Rsyslogd(self.directory, "imrelp"))
        self.deliver(f"relp://127.0.0.1:{collector.port}", "--confirm", "consumed")
        self.assert_archived(collector.records(LINES, self.patience()))

    def test_relp_over_tls(self):
        authority = CertificateAuthority(self.directory / "authority")
        collector = self.start(Rsyslogd(
            self.directory, "imrelp", authority.issue("collector"), authority.ca_file, tls_library="openssl"))
        self.deliver(f"relps://localhost:{collector.port}", "--confirm", "consumed", "--collector-ca-file", authority.ca_file)
        self.assert_archived(collector.records(LINES, self.patience()))

    def test_relp_over_tls_with_a_client_certificate(self):
        authority = CertificateAuthority(self.directory / "authority")
        client = authority.issue("client", "DNS:client.example.com")
        collector = self.start(Rsyslogd(
            self.directory, "imrelp", authority.issue("collector"), authority.ca_file,
            client_names=["client.example.com"]))
        self.deliver(
            f"relps://localhost:{collector.port}", "--confirm", "consumed", "--collector-ca-file", authority.ca_file,
            "--collector-certificate", client.certificate_file, "--collector-key", client.key_file)
        self.assert_archived(collector.records(LINES, self.patience()))


class OldestApi(DeliveryTest):
    """References without names, firewall rules in every form, tags without their prefix."""

    switches = ("--api-version", "1.1.8", "--expiry", "seconds", "--rule-id", "mixed", "--tag-prefix", "no")

    def test_every_field_arrives(self):
        self.assertTrue(any("flow_tag" in line.parameters for line in self.expected.values()))
        self.assertFalse(any("TAG_" in line.parameters.get("flow_tag", "") for line in self.expected.values()))
        collector = self.start(Rsyslogd(self.directory))
        self.deliver(f"tcp://127.0.0.1:{collector.port}")
        self.assert_archived(collector.records(LINES, self.patience()))


class RsyslogOverUdp(DeliveryTest):
    """UDP loses what a receiver is too slow for, and no test can make a real one fast enough. So a run sends no more than the
    kernel holds for a receiver that does not read at all: for one of root's, all flows at once."""

    @unittest.skipUnless(Rsyslogd.has_room_for(LINES), "only root has so large a buffer; RsyslogOverUdpInParts shows the same")
    def test_every_line_is_a_datagram(self):
        collector = self.start(Rsyslogd(self.directory, "imudp"))
        self.deliver(f"udp://127.0.0.1:{collector.port}")
        collector.wait_for(LINES, self.patience())
        self.assertEqual(0, collector.dropped_datagrams())
        records = collector.records(LINES, self.patience())
        self.assert_archived(records, DATAGRAM_LIMIT)
        self.assertEqual(LINES, len(records))


class RsyslogOverUdpInParts(DeliveryTest):
    """What the kernel holds for anybody, and the next run begins when all of it has been stored."""

    flows = FLOWS_FOR_DATAGRAMS
    hostile = "1"

    def test_every_line_is_a_datagram(self):
        collector = self.start(Rsyslogd(self.directory, "imudp"))
        length = (DAY.end - DAY.start) // WINDOWS_FOR_DATAGRAMS
        windows = [Window(start, start + length) for start in range(DAY.start, DAY.end, length)]
        expected = {window: self.simulator.expected_lines(window) for window in windows}
        total = 0
        for window in windows:
            self.assertGreater(len(expected[window]), 0)
            self.assertLessEqual(len(expected[window]) + 1, MAX_DATAGRAMS)
            self.deliver(f"udp://127.0.0.1:{collector.port}", window=window)
            total += len(expected[window]) + 1
            collector.wait_for(total, self.patience())
        self.assertEqual(0, collector.dropped_datagrams())
        records = collector.records(total, self.patience())
        for window in windows:
            of_window = [record for record in records if record.parameters()["window_start"] == rfc3339(window.start)]
            self.assert_whole(of_window, expected[window], DATAGRAM_LIMIT)
        self.assertEqual(total, len(records))
        self.assertTrue(any("truncated" in record.parameters() for record in records), "all lines fit a datagram")


if __name__ == "__main__":
    main()
