"""5,000 flows, hostile names among them, into a real syslog-ng, which parses them itself."""

from support.certificates import CertificateAuthority
from support.delivery import FLOWS, DeliveryTest
from support.syslog_ng import SyslogNg
from support.testcase import main

LINES = FLOWS + 1
"""With the manifest."""


class SyslogNgSources(DeliveryTest):
    def test_network_with_line_feeds(self):
        collector = self.start(SyslogNg(self.directory, "network"))
        self.deliver(f"tcp://127.0.0.1:{collector.port}")
        self.assert_archived(collector.records(LINES, self.patience()))

    def test_syslog_with_octet_counting(self):
        collector = self.start(SyslogNg(self.directory, "syslog"))
        self.deliver(f"tcp://127.0.0.1:{collector.port}?framing=octet")
        self.assert_archived(collector.records(LINES, self.patience()))

    def deliver_over_tls(self, driver, query):
        authority = CertificateAuthority(self.directory / "authority")
        collector = self.start(SyslogNg(self.directory, driver, authority.issue("collector"), authority.ca_file))
        self.deliver(f"tls://localhost:{collector.port}{query}", "--collector-ca-file", authority.ca_file)
        self.assert_archived(collector.records(LINES, self.patience()))

    def test_syslog_over_tls(self):
        self.deliver_over_tls("syslog", "")

    def test_network_over_tls_with_line_feeds(self):
        self.deliver_over_tls("network", "?framing=lf")


if __name__ == "__main__":
    main()
