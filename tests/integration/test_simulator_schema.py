"""The simulator's answers have the form that the platform's OpenAPI document prescribes, judged by python3-jsonschema."""

import copy
from pathlib import Path

from support.openapi_schema import OpenApiSchema
from support.platform_client import PlatformClient
from support.simulator import DAY, Simulator
from support.testcase import IntegrationTest, main

SCHEMA = OpenApiSchema(Path(__file__).parent.parent / "simulator" / "vrni-openapi-subset.json")
WINDOW = (DAY.start, DAY.end)
FLOWS = 250
# Between them they show every switch that leaves the answers well-formed.
SWITCHES = [
    (),
    ("--api-version", "1.1.8", "--expiry", "seconds"),
    ("--api-version", "9.1.0.0", "--hostile", "0.5", "--ipv6", "0.5"),
    ("--references", "unnamed", "--rule-id", "array", "--cursor-end", "null"),
    ("--references", "untyped", "--rule-id", "absent", "--cursor-end", "empty"),
    ("--references", "mixed", "--tag-prefix", "yes", "--page-cap", "10"),
    ("--fetch-miss-every", "3", "--fetch-miss", "null", "--fetch-miss-times", "0", "--shuffle-fetch"),
    ("--fetch-miss-every", "3", "--churn", "1", "--late-flows", "3", "--cursor-repeat"),
    ("--domain-type", "LDAP", "--domain-value", "example.com"),
]


class SchemaTest(IntegrationTest):
    def connect(self, *options):
        simulator = self.start(Simulator(self.class_directory(), *options, flows=FLOWS))
        client = PlatformClient(simulator.port, simulator.ca_file)
        self.addCleanup(client.close)
        return client

    def log_in(self, client, options):
        domain = {"domain_type": "LDAP", "value": "example.com"} if "LDAP" in options else {"domain_type": "LOCAL"}
        return self.checked(client.login(domain=domain), "POST", "/auth/token", 200)

    def checked(self, reply, method, path, status):
        """The body of an answer that is as documented for that call and status."""
        self.assertEqual(status, reply.status, f"{method} {path}: {reply.body[:500]}")
        name = SCHEMA.response_schema(method, path, status)
        # Up to 6.12 a 401 has no body.
        if name is None or (status == 401 and reply.body == b""):
            self.assertEqual(b"", reply.body)
            return None
        self.assertEqual("application/json;charset=UTF-8", reply.headers["content-type"])
        self.assertEqual([], SCHEMA.errors(name, reply.json), f"{method} {path}")
        return reply.json

    def flows(self, client):
        """All flows, as bulk fetches have them."""
        reply = client.call("POST", "/entities/fetch", {"entity_ids": client.search_all(WINDOW)})
        results = self.checked(reply, "POST", "/entities/fetch", 200)["results"]
        return [result["entity"] for result in results if result["entity"] is not None]

    def test_every_answer_is_as_documented(self):
        for options in SWITCHES:
            with self.subTest(" ".join(options)):
                client = self.connect(*options)
                self.log_in(client, options)
                self.checked(client.call("GET", "/info/version"), "GET", "/info/version", 200)
                page = self.checked(client.search(WINDOW, size=7), "POST", "/search", 200)
                listed = client.call("GET", f"/entities/flows?size=7&start_time={DAY.start}&end_time={DAY.end}")
                self.assertEqual(7, len(self.checked(listed, "GET", "/entities/flows", 200)["results"]))
                flows = self.flows(client)
                self.assertGreater(len(flows), 50)
                self.check_flows(flows, options)
                self.check_single_entities(client, page["results"][0], flows)
                self.check_metrics(client, flows)
                self.check_errors(client, "9.1.0.0" in options)
                self.checked(client.call("DELETE", "/auth/token"), "DELETE", "/auth/token", 204)
                self.checked(client.call("DELETE", "/auth/token"), "DELETE", "/auth/token", 401)

    def check_flows(self, flows, options):
        for flow in flows:
            self.assertEqual([], SCHEMA.errors("Flow", flow))
        properties = {name for flow in flows for name in flow}
        missing = SCHEMA.flow_properties(since_9_1=False) - properties
        self.assertEqual({"firewall_rule_id"} if "absent" in options else set(), missing)
        of_9_1 = SCHEMA.flow_properties(since_9_1=True)
        self.assertEqual(of_9_1 if "9.1.0.0" in options else set(), of_9_1 & properties)
        has_names = any("entity_name" in flow.get("source_vm", {}) for flow in flows)
        self.assertEqual(not {"1.1.8", "unnamed", "untyped"} & set(options), has_names)

    def check_single_entities(self, client, result, flows):
        reply = client.call("GET", f"/entities/flows/{result['entity_id']}?time={result['time']}")
        self.assertEqual([], SCHEMA.errors("Flow", self.checked(reply, "GET", "/entities/flows/{id}", 200)))
        ids = {flow["source_l2_network"]["entity_id"] for flow in flows if "source_l2_network" in flow}
        ids |= {flow["source_vm"]["entity_id"] for flow in flows if "source_vm" in flow}
        asked = [{"entity_id": entity_id} for entity_id in sorted(ids)] + [{"entity_id": "10000:1:1"}]
        reply = client.call("POST", "/entities/names", {"entities": asked})
        names = self.checked(reply, "POST", "/entities/names", 200)["entities"]
        self.assertEqual(ids, {name["entity_id"] for name in names})
        reply = client.call("GET", f"/entities/names/{names[0]['entity_id']}")
        self.assertEqual(names[0]["name"], self.checked(reply, "GET", "/entities/names/{id}", 200)["name"])
        asked = [{key: name[key] for key in ("entity_id", "entity_type")} for name in names]
        reply = client.call("POST", "/entities/fetch", {"entity_ids": asked})
        entities = [row["entity"] for row in self.checked(reply, "POST", "/entities/fetch", 200)["results"]]
        self.assertEqual({name["name"] for name in names}, {entity["name"] for entity in entities})
        networks = [entity for entity in entities if entity["entity_type"] == "VlanL2Network"]
        self.assertTrue(networks)
        self.assertTrue(all(isinstance(network["vlan_id"], int) for network in networks))

    def check_metrics(self, client, flows):
        path = "/schema/{entity-type}/metrics"
        metrics = self.checked(client.call("GET", "/schema/Flow/metrics"), "GET", path, 200)["results"]
        self.assertEqual(6, len(metrics))
        for metric in metrics:
            asked = {"entity_ids": [flow["entity_id"] for flow in flows], "metric": metric["metric"], "interval": 7200,
                     "start_time": DAY.start, "end_time": DAY.end - 1}
            self.assertEqual([], SCHEMA.errors("MetricsBulkFetchRequest", asked))
            for path in ("/metrics/fetch", "/metrics/fetch/v2"):
                answer = self.checked(client.call("POST", path, asked), "POST", path, 200)
                self.assertEqual(len(flows), len(answer["results"]))
                wrong = {**asked, "interval": 1}
                self.checked(client.call("POST", path, wrong), "POST", path, 400)

    def test_answers_of_identity_manager_are_as_documented(self):
        client = self.connect("--vidm-client-id", "vrni-client", "--vidm-token", "access")
        self.checked(client.call("GET", "/auth/vidm/client-id"), "GET", "/auth/vidm/client-id", 200)
        token = client.call("POST", "/auth/token/vidm", {"vidm_token": "access"})
        self.checked(token, "POST", "/auth/token/vidm", 200)
        self.checked(client.call("POST", "/auth/token/vidm", {"vidm_token": "x"}), "POST", "/auth/token/vidm", 401)
        self.checked(client.call("POST", "/auth/token/vidm", "{"), "POST", "/auth/token/vidm", 400)
        without = self.connect()
        self.checked(without.call("GET", "/auth/vidm/client-id"), "GET", "/auth/vidm/client-id", 403)
        self.checked(without.call("POST", "/auth/token/vidm", {"vidm_token": "x"}), "POST", "/auth/token/vidm", 404)

    def check_errors(self, client, has_body_of_401):
        self.checked(client.search(WINDOW, filter="(protocol = 'TCP'"), "POST", "/search", 400)
        self.checked(client.call("GET", "/entities/flows?size=x"), "GET", "/entities/flows", 400)
        self.checked(client.call("GET", "/entities/flows/10000:515:1"), "GET", "/entities/flows/{id}", 404)
        many = [{"entity_id": f"10000:515:{number}", "entity_type": "Flow"} for number in range(1001)]
        self.checked(client.call("POST", "/entities/fetch", {"entity_ids": many}), "POST", "/entities/fetch", 400)
        self.checked(client.call("POST", "/auth/token", "{"), "POST", "/auth/token", 400)
        wrong = {"Authorization": f"Bearer {client.token}"}
        refused = self.checked(client.call("GET", "/info/version", headers=wrong), "GET", "/info/version", 401)
        self.assertEqual(has_body_of_401, refused is not None)

    def test_a_wrong_answer_fails(self):
        client = self.connect()
        login = self.log_in(client, ())
        page = self.checked(client.search(WINDOW), "POST", "/search", 200)
        flow = next(flow for flow in self.flows(client) if flow.keys() >= {"source_vm", "port", "firewall_action"})
        # Schema, a right value, the path to what is changed, and into what.
        rows = [
            ("Token", login, ("expiry",), "soon"),
            ("Token", login, ("token",), None),
            ("PagedListResponseWithTime", page, ("results",), {}),
            ("PagedListResponseWithTime", page, ("results", 0, "entity_id"), 7),
            ("PagedListResponseWithTime", page, ("results", 0, "time"), "1748736000"),
            ("PagedListResponseWithTime", page, ("results", 0, "surprise"), 1),
            ("PagedListResponseWithTime", page, ("total_count",), 2.5),
            ("Flow", flow, ("entity_id",), None),
            ("Flow", flow, ("source_vm",), "web-01"),
            ("Flow", flow, ("source_vm", "entity_type"), 5),
            ("Flow", flow, ("source_ip", "ip_address"), 5),
            ("Flow", flow, ("port", "start"), "443"),
            ("Flow", flow, ("port", "start"), 2**31),
            ("Flow", flow, ("protocol",), "SCTP"),
            ("Flow", flow, ("firewall_action",), ["ALLOW"]),
            ("Flow", flow, ("flow_tag",), "TAG_SRC_IP_VM"),
            ("Flow", flow, ("within_host",), "false"),
            ("Flow", flow, ("surprise",), 1),
        ]
        for schema, right, path, wrong in rows:
            with self.subTest(f"{schema} {path} {wrong}"):
                value = copy.deepcopy(right)
                self.assertEqual([], SCHEMA.errors(schema, value))
                place = value
                for step in path[:-1]:
                    place = place[step]
                place[path[-1]] = wrong
                self.assertNotEqual([], SCHEMA.errors(schema, value))

    def test_a_switch_that_breaks_the_form_is_noticed(self):
        for options in (("--unknown-enums",), ("--unknown-fields",), ("--wrong-types",), ("--rule-id", "number"),
                        ("--rule-id", "mixed"), ("--tag-prefix", "no")):
            with self.subTest(" ".join(options)):
                client = self.connect(*options)
                self.log_in(client, options)
                page = client.search(WINDOW).json
                results = client.call("POST", "/entities/fetch", {"entity_ids": page["results"]}).json["results"]
                wrong = [row for row in results if SCHEMA.errors("Flow", row["entity"])]
                self.assertGreater(len(wrong), FLOWS // 10)


if __name__ == "__main__":
    main()
