"""The simulator behaves as the platform does, and each of its switches does what it says."""

import email.utils
import gzip
import http.client
import json
import ssl
import subprocess
import threading
import time

from support.certificates import CertificateAuthority
from support.platform_client import PlatformClient
from support.simulator import BINARY, DAY, Simulator
from support.testcase import IntegrationTest, main

WINDOW = (DAY.start, DAY.end)
NOON = (DAY.start + 12 * 3600, DAY.start + 13 * 3600)
FLOWS = 300
ACTIONS = ("ALLOW", "ACCEPT", "DENY", "DROP", "REJECT", "REDIRECT", "DO_NOT_REDIRECT")
TOTAL_BYTES = "flow.totalBytes.delta.summation.bytes"
METRICS = {"entity_ids": ["10000:515:1"], "metric": TOTAL_BYTES, "interval": 1800, "start_time": WINDOW[0],
           "end_time": WINDOW[1] - 1}


class SimulatorTest(IntegrationTest):
    def start_simulator(self, *options, flows=FLOWS):
        return self.start(Simulator(self.class_directory(), *options, flows=flows))

    def connect(self, simulator):
        client = PlatformClient(simulator.port, simulator.ca_file)
        self.addCleanup(client.close)
        return client

    def logged_in(self, *options, flows=FLOWS):
        client = self.connect(self.start_simulator(*options, flows=flows))
        self.assertEqual(200, client.login().status)
        return client

    def statuses(self, client, calls):
        return [client.search(WINDOW, size=1).status for _ in range(calls)]

    def fetch(self, client):
        """The results of a bulk fetch of all flows."""
        return client.call("POST", "/entities/fetch", {"entity_ids": client.search_all(WINDOW)}).json["results"]

    def statistics(self, client):
        return client.call("GET", "/simulator/statistics").json


class OtherLogins(SimulatorTest):
    """Identity Manager, bearer tokens, and the cloud service."""

    def test_vidm_access_token_is_exchanged(self):
        client = self.connect(self.start_simulator("--vidm-client-id", "vrni-client", "--vidm-token", "access"))
        self.assertEqual({"vidm_appliance": "vidm.example.com", "client_id": "vrni-client"},
                         client.call("GET", "/auth/vidm/client-id").json)
        for body, status in (({"vidm_token": "wrong"}, 401), ({}, 400), ("{", 400), ({"vidm_token": "access"}, 200)):
            reply = client.call("POST", "/auth/token/vidm", body)
            self.assertEqual(status, reply.status, body)
        client.token = reply.json["token"]
        self.assertEqual(200, client.search(WINDOW).status)
        self.assertEqual(1, self.statistics(client)["tokens_valid"])
        self.assertEqual(204, client.call("DELETE", "/auth/token").status)
        self.assertEqual(0, self.statistics(client)["tokens_valid"])

    def test_a_vidm_user_has_at_most_a_hundred_tokens(self):
        client = self.connect(self.start_simulator("--vidm-client-id", "x", "--vidm-token", "access"))
        statuses = [client.call("POST", "/auth/token/vidm", {"vidm_token": "access"}).status for _ in range(101)]
        self.assertEqual([200] * 100 + [401], statuses)

    def test_a_vidm_access_token_may_expire(self):
        client = self.connect(self.start_simulator("--vidm-client-id", "x", "--vidm-token", "access", "--vidm-uses", 2))
        statuses = [client.call("POST", "/auth/token/vidm", {"vidm_token": "access"}).status for _ in range(3)]
        self.assertEqual([200, 200, 401], statuses)

    def test_without_a_client_id_there_is_no_vidm(self):
        client = self.connect(self.start_simulator())
        self.assertEqual(403, client.call("GET", "/auth/vidm/client-id").status)
        self.assertEqual(404, client.call("POST", "/auth/token/vidm", {"vidm_token": "vidm-access-token"}).status)

    def test_bearer_tokens_are_valid_one_after_the_other(self):
        client = self.connect(self.start_simulator(
            "--bearer-token", "one", "--bearer-token", "two", "--unauthorized-after", 2))
        def status(token):
            return client.call("POST", "/search", {"entity_type": "Flow"}, {"Authorization": f"Bearer {token}"}).status
        self.assertEqual([401, 200, 401, 200], [status(token) for token in ("two", "one", "one", "two")])

    def exchange(self, client, body, query=""):
        return client.call("POST", "/csp/gateway/am/api/auth/api-tokens/authorize" + query, body,
                           {"Content-Type": "application/x-www-form-urlencoded"})

    def test_cloud_service_exchanges_api_tokens_and_takes_its_own_header_only(self):
        client = self.connect(self.start_simulator("--cloud", "--api-token", "a+b", "--token-life", "30m"))
        for body in ("refresh_token=a%2Bb", "api_token=a%2Bb"):
            reply = self.exchange(client, body)
            self.assertEqual((200, 1800), (reply.status, reply.json["expires_in"]))
        token = reply.json["access_token"]
        rows = [
            ("/ni/api/ni", {"csp-auth-token": token}, 200),
            ("/ni/api/ni", {"csp-auth-token": "other"}, 401),
            ("/ni/api/ni", {"Authorization": f"NetworkInsight {token}"}, 401),
            ("/ni/api/ni", {"Authorization": f"Bearer {token}"}, 401),
            ("/ni/api/ni", {"Authorization": f"NetworkInsight {token}", "csp-auth-token": token}, 401),
            ("/api/ni", {"csp-auth-token": token}, 404),
        ]
        for base, headers, status in rows:
            with self.subTest(base=base, headers=list(headers)):
                self.assertEqual(status, client.call("GET", f"{base}/info/version", headers=headers).status)
        login = {"username": "admin@local", "password": "simulator", "domain": {"domain_type": "LOCAL"}}
        self.assertEqual(401, client.call("POST", "/ni/api/ni/auth/token", login).status)
        self.assertEqual(2, self.statistics(client)["logins"])

    def test_console_refuses_other_tokens_and_those_in_a_url(self):
        client = self.connect(self.start_simulator("--cloud", "--api-token", "a"))
        refused = self.exchange(client, "refresh_token=wrong")
        self.assertEqual(400, refused.status)
        self.assertIn("wrong", refused.json["message"], "as the console does")
        self.assertEqual(400, self.exchange(client, "", "?refresh_token=a").status)
        self.assertEqual(404, self.exchange(self.connect(self.start_simulator()), "refresh_token=cloud-api-token").status)


class Api(SimulatorTest):
    def test_logins_need_the_right_name_password_and_domain(self):
        rows = [
            ("LOCAL", {}, 200),
            ("LOCAL", {"domain": {"domain_type": "LOCAL", "value": "local"}}, 200),
            ("LOCAL", {"password": "wrong"}, 401),
            ("LOCAL", {"username": "nobody"}, 401),
            ("LOCAL", {"domain": {"domain_type": "LDAP", "value": "example.com"}}, 401),
            ("LOCAL", {"domain": {"domain_type": "local"}}, 400),
            ("LDAP", {"domain": {"domain_type": "LDAP", "value": "example.com"}}, 200),
            ("LDAP", {"domain": {"domain_type": "LDAP", "value": "other.com"}}, 401),
            ("LDAP", {"domain": {"domain_type": "LDAP"}}, 401),
        ]
        clients = {kind: self.connect(self.start_simulator("--domain-type", kind, "--domain-value", "example.com"))
                   for kind in ("LOCAL", "LDAP")}
        for kind, changes, status in rows:
            with self.subTest(f"{kind} {changes}"):
                self.assertEqual(status, clients[kind].login(**changes).status)

    def test_only_the_exact_scheme_is_accepted(self):
        client = self.logged_in()
        for form in ("", "{}", "networkinsight {}", "NetworkInsight  {}", "Bearer {}"):
            value = form.format(client.token)
            reply = client.call("GET", "/info/version", headers={"Authorization": value})
            self.assertEqual((401, b""), (reply.status, reply.body), value)
        self.assertEqual(200, client.call("GET", "/info/version").status)

    def test_a_user_has_at_most_a_hundred_tokens(self):
        client = self.connect(self.start_simulator())
        self.assertEqual([200] * 100 + [401], [client.login().status for _ in range(101)])
        self.assertEqual(100, self.statistics(client)["tokens_valid"])
        self.assertEqual(204, client.call("DELETE", "/auth/token").status)
        self.assertEqual(200, client.login().status)

    def test_a_token_ends_with_its_life(self):
        client = self.logged_in("--token-life", "0s")
        self.assertEqual(401, client.search(WINDOW).status)

    def test_expiry_is_in_the_unit_asked_for(self):
        for unit, factor in (("seconds", 1), ("milliseconds", 1000)):
            client = self.connect(self.start_simulator("--expiry", unit, "--token-life", "1h"))
            self.assertAlmostEqual(time.time() + 3600, client.login().json["expiry"] / factor, delta=60)

    def test_pages_hold_ten_by_default_and_together_all_that_was_active(self):
        client = self.logged_in()
        window = {"start_time": NOON[0], "end_time": NOON[1]}
        first = client.call("POST", "/search", {"entity_type": "Flow", "time_range": window}).json
        self.assertEqual(10, len(first["results"]))
        expected = client.ids(NOON)
        self.assertTrue(20 < len(expected) < FLOWS)
        self.assertEqual(len(expected), first["total_count"])
        results = client.search_all(NOON, size=7)
        self.assertEqual(expected, {row["entity_id"] for row in results})
        self.assertEqual(len(expected), len(results))
        self.assertTrue(any(row["time"] < NOON[0] for row in results))

    def test_without_a_time_range_the_window_is_the_present(self):
        page = self.logged_in().search(None).json
        self.assertEqual((0, []), (page["total_count"], page["results"]))
        self.assertEqual(page["start_time"], page["end_time"])

    def test_filters_select_and_bad_ones_are_refused(self):
        client = self.logged_in()
        flows = [json.loads(line)["entity"] for line in
                 client.call("GET", f"/simulator/flows?start={WINDOW[0]}&end={WINDOW[1]}").body.split(b"\n") if line]
        rows = [
            ("((flow_tag = TAG_SRC_IP_VM) or (flow_tag = TAG_DST_IP_VM))",
             lambda flow: "source_vm" in flow or "destination_vm" in flow),
            ("protocol = 'TCP' and port = 443",
             lambda flow: flow["protocol"] == "TCP" and flow.get("port", {}).get("start") == 443),
            ("firewall_action = DENY", lambda flow: flow.get("firewall_action") == "DENY"),
            ("source_l2_network.name = 'vlan-101'",
             lambda flow: flow.get("source_l2_network", {}).get("entity_name") == "vlan-101"),
            (f"entity_id = '{flows[3]['entity_id']}'", lambda flow: flow["entity_id"] == flows[3]["entity_id"]),
        ]
        for text, is_match in rows:
            with self.subTest(text):
                expected = {flow["entity_id"] for flow in flows if is_match(flow)}
                self.assertTrue(expected)
                self.assertEqual(expected, {row["entity_id"] for row in client.search_all(WINDOW, filter=text)})
        for text in ("protocol = 'TCP", "((protocol = TCP)", "no_such_field = 1"):
            self.assertEqual(400, client.search(WINDOW, filter=text).status, text)
        for changes in ({"size": 0}, {"size": 10001}, {"cursor": "!"}, {"entity_type": "VirtualMachine"},
                        {"sort_by": {"field": "name"}}):
            self.assertEqual(400, client.search(WINDOW, **changes).status, changes)

    def test_sorts_by_a_sortable_field(self):
        client = self.logged_in()
        ids = [row["entity_id"] for row in client.search(WINDOW, sort_by={"field": "source_ip", "order": "DESC"}).json["results"]]
        entities = client.call("POST", "/entities/fetch", {"entity_ids": [{"entity_id": i, "entity_type": "Flow"} for i in ids]})
        addresses = [row["entity"]["source_ip"]["ip_address"] for row in entities.json["results"]]
        self.assertEqual(sorted(addresses, reverse=True), addresses)

    def test_an_entity_is_found_at_the_times_at_which_it_existed(self):
        client = self.logged_in()
        row = client.search(WINDOW, size=1).json["results"][0]
        path = f"/entities/flows/{row['entity_id']}"
        self.assertEqual(200, client.call("GET", f"{path}?time={row['time']}").status)
        self.assertEqual(404, client.call("GET", f"{path}?time={row['time'] - 1}").status)
        self.assertEqual(404, client.call("GET", path).status, "it is not active now")
        for changes, count in (({}, 1), ({"time": None}, 1), ({"time": row["time"] - 1}, 0), ({"entity_type": None}, 0)):
            reply = client.call("POST", "/entities/fetch", {"entity_ids": [{**row, **changes}]})
            self.assertEqual(count, len(reply.json["results"]), changes)

    def test_the_truth_is_what_the_api_tells_in_parts(self):
        client = self.logged_in("--references", "unnamed", "--hostile", "0.3", "--ipv6", "0.3", "--rule-id", "mixed", "--tag-prefix", "no")
        lines = client.call("GET", f"/simulator/flows?start={WINDOW[0]}&end={WINDOW[1]}").body.split(b"\n")
        truth = {row["entity_id"]: row for row in map(json.loads, filter(None, lines))}
        fetched = self.fetch(client)
        self.assertEqual(truth.keys(), {row["entity_id"] for row in fetched})
        names = {}
        for row in fetched:
            self.assertEqual(truth[row["entity_id"]]["time"], row["time"])
            expected = truth[row["entity_id"]]["entity"]
            for entity in self.references(expected):
                names[entity["entity_id"]] = entity.pop("entity_name")
                entity.pop("vlan_id", None)
            self.assertEqual(expected, row["entity"])
        reply = client.call("POST", "/entities/names", {"entities": [{"entity_id": key} for key in names]})
        self.assertEqual(names, {row["entity_id"]: row["name"] for row in reply.json["entities"]})
        text = "".join(names.values())
        for part in ("\x00", "\r\n", "\u202e", "\u2028", "\ud800", '"', "]", "\\", "\n<166>1 2020-", "\U0001f4a9"):
            self.assertIn(part, text)
        self.assertGreaterEqual(max(len(name.encode("utf-8", "surrogatepass")) for name in names.values()), 70_000)

    def references(self, flow):
        for value in flow.values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict) and "entity_id" in item:
                    yield item

    def metric_request(self, client, **changes):
        ids = [row["entity_id"] for row in client.search_all(WINDOW)]
        return {"entity_ids": ids, "metric": TOTAL_BYTES, "interval": 1800, "start_time": WINDOW[0], "end_time": WINDOW[1] - 1,
                **changes}

    def test_metrics_are_the_truth_in_parts(self):
        client = self.logged_in()
        lines = client.call("GET", f"/simulator/flows?start={WINDOW[0]}&end={WINDOW[1]}&counters=1").body.split(b"\n")
        truth = {row["entity_id"]: row["counters"] for row in map(json.loads, filter(None, lines))}
        self.assertEqual({0, 5}, {len(counters) for counters in truth.values()})
        kinds = set()
        for interval in (1800, 7200, 28800):
            answer = client.call("POST", "/metrics/fetch", self.metric_request(client, interval=interval)).json
            self.assertEqual(truth.keys(), {row["entity_id"] for row in answer["results"]})
            for row in answer["results"]:
                self.assertTrue(all(WINDOW[0] <= time < WINDOW[1] and time % interval == 0 for time, _ in row["pointlist"]))
                values = [value for _, value in row["pointlist"] if value >= 0]
                self.assertEqual(truth[row["entity_id"]].get("bytes"), sum(values) if values else None)
                kinds |= {"gap" if value < 0 else "zero" if value == 0 else type(value).__name__ for _, value in row["pointlist"]}
        self.assertEqual({"gap", "zero", "int", "float"}, kinds)

    def test_both_forms_of_metrics_say_the_same(self):
        client = self.logged_in()
        body = self.metric_request(client)
        pairs = client.call("POST", "/metrics/fetch", body).json
        lists = client.call("POST", "/metrics/fetch/v2", body).json
        for row in lists["results"]:
            row["pointlist"] = [list(point) for point in zip(row.pop("timestamps"), row.pop("values"), strict=True)]
        self.assertEqual(pairs, lists)

    def test_metrics_have_bounds(self):
        client = self.logged_in()
        for changes, status in (
            ({}, 200), ({"metric": "flow.drops"}, 400), ({"interval": 300}, 400), ({"interval": None}, 400),
            ({"start_time": WINDOW[1]}, 400), ({"entity_ids": [f"10000:515:{number}" for number in range(1001)]}, 400),
            ({"entity_ids": ["10000:515:1"]}, 200), ({"entity_ids": [{"entity_id": "10000:515:1"}]}, 400),
            ({"end_time": WINDOW[0] + 300 * 1800 - 1}, 200), ({"end_time": WINDOW[0] + 300 * 1800}, 400),
        ):
            reply = client.call("POST", "/metrics/fetch", self.metric_request(client, **changes))
            self.assertEqual(status, reply.status, changes)

    def test_statistics_count(self):
        simulator = self.start_simulator("--latency", "1500")
        clients = [self.connect(simulator) for _ in range(3)]
        clients[0].login()
        for client in clients:
            client.token = clients[0].token
        threads = [threading.Thread(target=client.search, args=(WINDOW,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        clients[0].call("GET", "/info/version", headers={"Authorization": "x"})
        statistics = self.statistics(clients[0])
        self.assertEqual({"POST /auth/token": 1, "POST /search": 3, "GET /info/version": 1}, statistics["calls"])
        self.assertEqual(3, statistics["max_in_flight"])
        self.assertEqual((3, 1, 1, 1, 0), tuple(statistics[key] for key in (
            "connections", "logins", "tokens_valid", "unauthorized", "throttled")))

    def test_ends_soon_when_told_to_although_a_client_is_connected_and_another_waits(self):
        simulator = self.start_simulator("--stall-every", "1", "--stall-seconds", "600")
        idle, waiting = self.connect(simulator), self.connect(simulator)
        idle.login()
        waiting.token = idle.token
        def wait():
            try:
                waiting.search(WINDOW)
            except (OSError, http.client.HTTPException):
                pass
        thread = threading.Thread(target=wait)
        thread.start()
        simulator.process.wait_until(lambda: "POST /search" in simulator.statistics()["calls"], "the search")
        started = time.monotonic()
        simulator.process.send_signal(15)
        self.assertEqual(0, simulator.process.wait())
        self.assertLess(time.monotonic() - started, 60)
        thread.join()


class Data(SimulatorTest):
    def truth(self, *options, flows=FLOWS):
        client = self.connect(self.start_simulator(*options, flows=flows))
        return client.call("GET", f"/simulator/flows?start={WINDOW[0]}&end={WINDOW[1]}").body

    def test_the_same_seed_makes_the_same_flows(self):
        first, second, other = (self.truth("--seed", seed, "--hostile", "0.2", "--ipv6", "0.2") for seed in (7, 7, 8))
        self.assertEqual(FLOWS, first.count(b"\n"))
        self.assertEqual(first, second)
        self.assertEqual(set(), set(first.split(b"\n")[:-1]) & set(other.split(b"\n")[:-1]))

    def test_every_action_occurs_and_flows_that_lack_something(self):
        flows = [json.loads(line)["entity"] for line in self.truth(flows=10_000).split(b"\n")[:-1]]
        self.assertEqual(10_000, len(flows))
        self.assertEqual({*ACTIONS, None}, {flow.get("firewall_action") for flow in flows})
        for name in ("port", "firewall_action", "source_vm", "destination_vm"):
            with self.subTest(name):
                lacking = sum(name not in flow for flow in flows)
                self.assertTrue(0 < lacking < len(flows), lacking)
        self.assertTrue(any("source_vm" not in flow and "destination_vm" not in flow for flow in flows))


class Certificates(SimulatorTest):
    def test_a_certificate_of_an_authority(self):
        authority = CertificateAuthority(self.directory)
        certificate = authority.issue("platform")
        simulator = self.start_simulator("--certificate", certificate.certificate_file, "--key", certificate.key_file)
        client = PlatformClient(simulator.port, authority.ca_file)
        self.addCleanup(client.close)
        self.assertEqual(200, client.login().status)
        self.assertEqual(certificate.certificate_file.read_text(), simulator.ca_file.read_text())

    def test_certificates_that_cannot_be_used(self):
        authority = CertificateAuthority(self.directory)
        one, other = (authority.issue(name) for name in ("one", "other"))
        for options, status, text in (
            (("--certificate", one.certificate_file), 64, "--certificate and --key go together"),
            (("--certificate", one.certificate_file, "--key", other.key_file), 78, "the certificate and its key cannot be used"),
            (("--certificate", one.certificate_file, "--key", self.directory / "none"), 78, "none"),
        ):
            with self.subTest(options):
                done = subprocess.run([BINARY, *options], capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(status, done.returncode, done.stderr)
                self.assertIn(text, done.stderr)


class Switches(SimulatorTest):
    def test_throttling(self):
        client = self.logged_in("--throttle-every", "3", "--retry-after", "seconds:7")
        self.assertEqual([200, 200, 429, 200, 200], self.statuses(client, 5))
        self.assertEqual("7", client.search(WINDOW).headers["retry-after"])
        client = self.logged_in("--throttle-every", "1", "--retry-after", "date:60")
        then = email.utils.parsedate_to_datetime(client.search(WINDOW).headers["retry-after"])
        self.assertAlmostEqual(time.time() + 60, then.timestamp(), delta=20)
        self.assertNotIn("retry-after", self.logged_in("--throttle-every", "1").search(WINDOW).headers)

    def test_failures(self):
        self.assertEqual([200, 502, 200, 502], self.statuses(self.logged_in("--fail-every", "2", "--fail-status", "502"), 4))
        self.assertEqual([503, 503, 200, 200], self.statuses(self.logged_in("--fail-first", "2"), 4))

    def test_tokens_die_once_in_the_middle(self):
        client = self.logged_in("--unauthorized-after", "2")
        self.assertEqual([200, 200, 401, 401], self.statuses(client, 4))
        client.login()
        self.assertEqual([200, 200, 200], self.statuses(client, 3))

    def test_cut_and_truncated_answers(self):
        client = self.logged_in("--cut-every", "2")
        self.assertEqual(200, client.search(WINDOW).status)
        with self.assertRaises((OSError, http.client.HTTPException)):
            client.search(WINDOW)
        client = self.logged_in("--truncate-every", "1")
        reply = client.search(WINDOW)
        self.assertEqual(str(len(reply.body)), reply.headers["content-length"])
        self.assertRaises(json.JSONDecodeError, json.loads, reply.body)

    def test_stalls_and_latency(self):
        for options in (("--stall-every", "2", "--stall-seconds", "1"), ("--latency", "1000")):
            client = self.logged_in(*options)
            client.search(WINDOW)
            started = time.monotonic()
            client.search(WINDOW)
            self.assertGreater(time.monotonic() - started, 0.9, options)

    def test_odd_bodies(self):
        for kind, start, least in (("html", b"<!DOCTYPE html>", 100), ("nested", b"[[[", 2_000_000), ("empty", b"", 0),
                                   ("array", b"[]", 2)):
            reply = self.logged_in("--body", kind).search(WINDOW)
            self.assertEqual(200, reply.status)
            self.assertTrue(reply.body.startswith(start))
            self.assertGreaterEqual(len(reply.body), least)
        client = self.logged_in("--body", "array", "--body-call", "/info/version")
        self.assertEqual(b"[]", client.call("GET", "/info/version").body)

    def test_huge_bodies(self):
        for kind, header, value in (("huge", "Transfer-Encoding", "chunked"), ("huge-length", "Content-Length", str(2**31))):
            simulator = self.start_simulator("--body", kind)
            client = self.connect(simulator)
            client.login()
            connection = http.client.HTTPSConnection(
                "127.0.0.1", simulator.port, context=ssl.create_default_context(cafile=simulator.ca_file), timeout=30)
            connection.request("POST", "/api/ni/search", json.dumps({"entity_type": "Flow"}),
                               {"Authorization": f"NetworkInsight {client.token}"})
            answer = connection.getresponse()
            self.assertEqual(value, answer.getheader(header))
            self.assertEqual(50_000_000, len(answer.read(50_000_000)))
            connection.close()

    def test_ends_of_pages(self):
        for end, expected in (("absent", "none"), ("null", None), ("empty", "")):
            self.assertEqual(expected, self.logged_in("--cursor-end", end).search(WINDOW).json.get("cursor", "none"))
        client = self.logged_in("--cursor-end", "unchanged")
        cursor = client.search(WINDOW, size=200).json["cursor"]
        self.assertEqual(cursor, client.search(WINDOW, size=200, cursor=cursor).json["cursor"])
        client = self.logged_in("--cursor-repeat")
        self.assertEqual(client.ids(WINDOW), {row["entity_id"] for row in client.search_all(WINDOW, size=100)})

    def test_limits_of_pages(self):
        page = self.logged_in("--page-cap", "10").search(WINDOW, size=1000).json
        self.assertEqual(10, len(page["results"]))
        client = self.logged_in("--size-limit", "999")
        self.assertEqual([200, 400], [client.search(WINDOW, size=size).status for size in (999, 1000)])
        for status in (400, 500):
            client = self.logged_in("--deep-offset-limit", "100", "--deep-offset-status", str(status))
            cursor = client.search(WINDOW, size=100).json["cursor"]
            self.assertEqual(status, client.search(WINDOW, size=100, cursor=cursor).status)

    def test_data_that_changes_between_pages(self):
        client = self.logged_in("--churn", "1", "--churn-size", "7")
        self.assertEqual([0, 7, 0, 7], [FLOWS - client.search(WINDOW).json["total_count"] for _ in range(4)])
        self.assertEqual(FLOWS - 7, len(client.search_all(WINDOW, size=150)))
        client = self.logged_in("--late-flows", "2")
        self.assertEqual([2, 1, 0, 0], [FLOWS - client.search(WINDOW).json["total_count"] for _ in range(4)])

    def test_bounds_of_a_window(self):
        def searched(bounds, *window):
            return {row["entity_id"] for row in self.logged_in("--bounds", bounds, flows=20_000).search_all(window)}
        start, end = NOON[0], NOON[0] + 60
        by_start = {bounds: searched(bounds, start, end) for bounds in ("inclusive", "exclusive", "without-start", "without-end")}
        for bounds, same in (("exclusive", (start + 1, end - 1)), ("without-start", (start + 1, end)), ("without-end", (start, end - 1))):
            with self.subTest(bounds):
                self.assertEqual(searched("inclusive", *same), by_start[bounds])
                self.assertLessEqual(by_start[bounds], by_start["inclusive"])
        self.assertLess(by_start["exclusive"], by_start["inclusive"], "flows at the edges")

    def test_fetches_that_miss(self):
        client = self.logged_in("--fetch-miss-every", "3", "--shuffle-fetch")
        wanted = client.search_all(WINDOW)
        self.assertEqual(FLOWS * 2 // 3, len(self.fetch(client)))
        fetched = self.fetch(client)
        self.assertEqual(FLOWS, len(fetched), "missed once only")
        self.assertNotEqual([row["entity_id"] for row in wanted], [row["entity_id"] for row in fetched])
        client = self.logged_in("--fetch-miss-every", "3", "--fetch-miss", "null", "--fetch-miss-times", "0")
        for _ in range(2):
            self.assertEqual(FLOWS // 3, sum(row["entity"] is None for row in self.fetch(client)))

    def test_ids_that_spoil_a_batch(self):
        client = self.logged_in("--reject-id-every", "100")
        wanted = client.search_all(WINDOW)
        statuses = [client.call("POST", "/entities/fetch", {"entity_ids": [row]}).status for row in wanted]
        self.assertEqual(3, statuses.count(400))
        self.assertEqual(400, client.call("POST", "/entities/fetch", {"entity_ids": wanted}).status)

    def test_metrics_that_are_not_there(self):
        client = self.logged_in("--metric-missing", TOTAL_BYTES)
        metrics = [row["metric"] for row in client.call("GET", "/schema/Flow/metrics").json["results"]]
        self.assertEqual(5, len(metrics))
        self.assertNotIn(TOTAL_BYTES, metrics)
        paths = ("/metrics/fetch", "/metrics/fetch/v2")
        self.assertEqual([400, 400], [client.call("POST", path, METRICS).status for path in paths])
        for forms, statuses in (("both", [200, 200]), ("pairs", [200, 404]), ("lists", [404, 200]), ("none", [404, 404])):
            client = self.logged_in("--metrics", forms)
            self.assertEqual(statuses, [client.call("POST", path, METRICS).status for path in paths], forms)
            self.assertEqual(max(statuses) if forms == "none" else 200, client.call("GET", "/schema/Flow/metrics").status)

    def test_metrics_that_fail(self):
        self.assertEqual(400, self.logged_in("--metric-points", "47").call("POST", "/metrics/fetch", METRICS).status)
        self.assertEqual(200, self.logged_in("--metric-points", "48").call("POST", "/metrics/fetch", METRICS).status)
        self.assertEqual(503, self.logged_in("--metric-status", "503").call("POST", "/metrics/fetch", METRICS).status)
        cut = self.logged_in("--metric-points", "47", "--metric-cut-points", "--metric-id-cap", "2")
        ids = [row["entity_id"] for row in cut.search_all(WINDOW)]
        results = cut.call("POST", "/metrics/fetch", {**METRICS, "entity_ids": ids}).json["results"]
        self.assertEqual(ids[:2], [row["entity_id"] for row in results])
        self.assertTrue(all(len(row["pointlist"]) <= 47 for row in results))
        client = self.logged_in("--metric-reject-id-every", "100")
        ids = [row["entity_id"] for row in client.search_all(WINDOW)]
        statuses = [client.call("POST", "/metrics/fetch", {**METRICS, "entity_ids": [flow_id]}).status for flow_id in ids]
        self.assertEqual(3, statuses.count(400))

    def test_shapes_of_a_flow(self):
        def flows(*options):
            return [row["entity"] for row in self.fetch(self.logged_in(*options))]
        references = [{*flow["source_host"]} for flow in flows("--references", "mixed") if "source_host" in flow]
        self.assertEqual(4, len({frozenset(keys) for keys in references}))
        rules = [type(flow.get("firewall_rule_id")).__name__ for flow in flows("--rule-id", "mixed")]
        self.assertEqual({"str", "int", "list", "NoneType"}, set(rules))
        self.assertFalse([tag for flow in flows("--tag-prefix", "no") for tag in flow["flow_tag"] if tag.startswith("TAG_")])
        self.assertIn("QUARANTINE", {flow.get("firewall_action") for flow in flows("--unknown-enums")})
        self.assertIn("future_object", flows("--unknown-fields")[0])

    def test_compresses_for_those_who_accept_it(self):
        client = self.logged_in("--gzip")
        plain = client.search(WINDOW)
        self.assertNotIn("content-encoding", plain.headers)
        body = {"entity_type": "Flow", "size": 1000, "time_range": {"start_time": WINDOW[0], "end_time": WINDOW[1]}}
        packed = client.call("POST", "/search", body, {"Accept-Encoding": "gzip"})
        self.assertEqual("gzip", packed.headers["content-encoding"])
        self.assertEqual(plain.body, gzip.decompress(packed.body))


if __name__ == "__main__":
    main()
