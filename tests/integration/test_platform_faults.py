"""What the program does when the platform answers wrongly, late, in parts or not at all."""

import base64
import datetime
import email.utils
import gzip
import itertools
import json
import re
import time
import unittest
import zlib

from support.fake_platform import (
    FETCH, LOGIN, NAMES, SEARCH, VERSION_TIME, Answer, FakePlatform, FakePlatformTest, json_answer, make_flow)
from support.program import IS_SANITIZED, PASSWORD, measuring, run_program, seconds
from support.testcase import IS_FULL, main

WINDOW = ("--since", "2025-06-01T00:00:00Z", "--until", "2025-06-01T01:00:00Z")
OK, DATA, UNAVAILABLE, NO_PERMISSION = 0, 65, 69, 77
SHORT_DEADLINE = "8s" if IS_SANITIZED else "4s"
"""Long enough for a login, a search and a fetch on a busy machine; a run whose platform goes on failing ends with it."""

HUGE = 2 * 1024**3
MIB = 1024**2
LONGEST_ANSWER = 16 * MIB
IN_SOCKETS = 16 * MIB
"""So much at most is under way between two processes."""
MOST_MEMORY = (512 if IS_SANITIZED else 64) * MIB


SPELLINGS = tuple("".join(letters) for letters in itertools.product("sS", "eE", "tT", "-", "cC", "oO", "oO", ("kie",)))
"""Of the header Set-Cookie: an answer has its headers in a dictionary, but names of headers are the same in any case."""


class Nodes(FakePlatform):
    """Two nodes that do not know each other's tokens, behind a load balancer that finds the node of a session by a cookie."""

    def __init__(self, certificate):
        super().__init__(certificate)
        self.cookies = []
        """The cookies of each request."""
        self._nodes = itertools.cycle(("node-of-the-north", "node-of-the-south"))
        self._node_of_token = {}

    def _honest_answer(self, handler, path, body):
        self.cookies.append(handler.headers.get("Cookie", ""))
        node = self.cookies[-1].removeprefix("AWSALB=") or next(self._nodes)
        token = handler.headers.get("Authorization", "").removeprefix("NetworkInsight ")
        before = set(self.tokens)
        is_of_node = token == "" or self._node_of_token.get(token) == node
        answer = super()._honest_answer(handler, path, body) if is_of_node else Answer(status=401)
        self._node_of_token.update({given: node for given in self.tokens - before})
        answer.headers["Set-Cookie"] = f"AWSALB={node}; Path=/; Secure; HttpOnly"
        return answer


class ManyCookies(FakePlatform):
    """A balancer that sets cookies with every answer, and at last shows on a page what it was sent."""

    def __init__(self, certificate, per_answer, names):
        super().__init__(certificate)
        self.sent = set()
        """The values of all cookies that it was sent."""
        self._per_answer = per_answer
        self._names = names
        self._numbers = itertools.count()
        self._searches_left = None

    def fail_searches_after(self, count):
        self._searches_left = count

    def _honest_answer(self, handler, path, body):
        cookies = handler.headers.get("Cookie", "")
        self.sent.update(cookie.partition("=")[2] for cookie in cookies.split("; ") if cookie)
        answer = super()._honest_answer(handler, path, body)
        if path == SEARCH:
            self._searches_left -= 1
            if self._searches_left < 0:
                answer = Answer(f"<html>no route for {cookies}</html>".encode(), status=500)
        for spelling, number in zip(SPELLINGS, itertools.islice(self._numbers, self._per_answer)):
            answer.headers[spelling] = f"n{number % self._names}=value-{number:08}-of-a-cookie; Path=/"
        return answer


class PlatformFaults(FakePlatformTest):
    def setUp(self):
        super().setUp()
        self.platform = self.start(FakePlatform(self.certificate))

    def read_flows(self, *options, deadline="60s", timeout=90, through=()):
        """A dry run over all flows. Whatever happens, no flow is printed twice and no token left behind."""
        run = run_program(
            self.directory, "--platform-ip", f"127.0.0.1:{self.platform.port}", "--platform-ca-file", self.authority.ca_file,
            "--filter", "", "--dry-run", "--no-manifest", "--deadline", deadline, *WINDOW, *options,
            variables={"VRNI2SYSLOG_PASSWORD": PASSWORD}, timeout=timeout, through=through)
        ids = [line.split('flow_id="')[1].split('"')[0] for line in run.lines]
        self.assertEqual(len(ids), len(set(ids)), "a flow was printed twice")
        self.assertLessEqual(set(ids), self.platform.ids)
        self.assertEqual(set(), self.platform.tokens, "tokens left behind")
        return run, set(ids)

    def assert_all_flows(self, *options, **more):
        run, ids = self.read_flows(*options, **more)
        self.assert_exit(run, OK)
        self.assertEqual(self.platform.ids, ids)
        return run

    def assert_failure(self, status, *texts, options=(), **more):
        """The run fails with one line that says why."""
        run, _ = self.read_flows(*options, **more)
        self.assert_exit(run, status, *texts)
        errors = [line for line in run.stderr.splitlines() if "error" in line]
        self.assertEqual(1, len(errors), f"one error on one line\n{run}")
        return run

    def assert_kept(self, *texts, deadline=SHORT_DEADLINE):
        """The window is kept for another run: 65, no line without content, and whatever was printed is whole."""
        run, ids = self.read_flows(deadline=deadline, timeout=40)
        self.assert_exit(run, DATA, *texts)
        self.assertEqual([], [line for line in run.lines if 'partial="1"' in line], str(run))
        return ids

    def assert_out_of_reach(self, *texts, deadline, **more):
        """The run has repeated the call for a while: until it gave up, or until the deadline. The status tells what failed."""
        run, _ = self.read_flows(deadline=deadline, timeout=30, **more)
        self.assert_exit(run, UNAVAILABLE, *texts)
        self.assertEqual(1, len([line for line in run.stderr.splitlines() if "error" in line]), str(run))

    def test_healthy_platform(self):
        run = self.assert_all_flows()
        self.assertEqual("", run.stderr)

    # Load balancers and sessions.

    def test_nodes_that_are_found_by_a_cookie(self):
        self.platform = self.start(Nodes(self.certificate))
        run = self.assert_all_flows()
        self.assertEqual("", run.stderr)
        self.assertEqual(1, self.platform.calls(LOGIN))
        self.assertEqual({"AWSALB=node-of-the-north"}, set(self.platform.cookies[1:]))

    def test_a_cookie_is_a_secret(self):
        self.platform = self.start(Nodes(self.certificate))
        capture = self.directory / "capture"
        page = "<html>no route for node-of-the-north</html>"
        self.platform.replace_always(SEARCH, Answer(page.encode(), status=500))
        run, _ = self.read_flows("--save-capture", capture, "--log-level", "debug", deadline=SHORT_DEADLINE)
        self.assertIn("no route for <hidden>", run.stderr)
        kept = "".join(gzip.decompress(file.read_bytes()).decode() for file in capture.glob("*.gz"))
        self.assertIn("no route for <hidden>", kept)
        self.assertNotIn("AWSALB", run.stderr + kept)

    def test_a_platform_that_sets_many_cookies(self):
        numbers = itertools.count()

        def search(body):
            answer = self.platform.search(body)
            answer.headers = {spelling: f"cookie-{next(numbers)}={'x' * 100}" for spelling in SPELLINGS}
            return answer
        self.platform.page_size = 1
        self.platform.replace_always(SEARCH, search)
        self.assert_all_flows()

    def test_no_cookie_of_many_is_ever_shown(self):
        """Whatever the balancer sets, and however late a page repeats what was sent to it."""
        for name, per_answer, names, are_sent in (
                ("a few that change", 3, 3, True), ("many", 12, 40, False), ("very many", 60, 10_000, False)):
            with self.subTest(name):
                platform = self.platform = self.start(ManyCookies(self.certificate, per_answer, names))
                platform.page_size = 1
                capture = self.directory / f"capture-{per_answer}"
                platform.fail_searches_after(12)
                run, _ = self.read_flows("--save-capture", capture, "--log-level", "debug", deadline="15s")
                self.assertEqual(are_sent, len(platform.sent) > 10)
                kept = "".join(gzip.decompress(file.read_bytes()).decode() for file in capture.glob("*.gz"))
                self.assertIn("no route for", run.stderr)
                for text in (run.stderr, kept):
                    self.assertEqual([], [value for value in platform.sent if value in text])

    def test_a_refused_token_that_is_valid_still(self):
        """It is deleted: only so many tokens may be valid at a time."""
        for path in (SEARCH, FETCH):
            with self.subTest(path):
                self.platform.requests.clear()
                self.platform.replace(path, Answer(status=401))
                self.assert_all_flows()
                self.assertEqual(2, self.platform.calls(LOGIN, "DELETE"))

    # Answers that make no sense.

    def test_html_instead_of_json(self):
        self.platform.replace_always(SEARCH, Answer(b"<html><body>Sign in</body></html>", headers={"Content-Type": "text/html"}))
        self.assert_failure(DATA, "/search", "Sign in", deadline=SHORT_DEADLINE)

    def test_headers_that_fill_the_memory(self):
        self.platform.replace_always(SEARCH, Answer(b"{}", headers={f"X-Filler-{i}": "x" * 8000 for i in range(36)}))
        self.assert_failure(DATA, "/search", "its headers are longer")

    def test_html_at_login(self):
        self.platform.replace_always(LOGIN, Answer(b"<!DOCTYPE html><title>Proxy</title>", headers={"Content-Type": "text/html"}))
        self.assert_failure(DATA, "/auth/token", "Proxy")

    def test_html_once(self):
        self.platform.replace(SEARCH, Answer(b"<html>please wait</html>"))
        self.assert_all_flows()

    def test_truncated_json(self):
        whole = json.dumps({"results": [], "total_count": 0}).encode()
        self.platform.replace_always(SEARCH, Answer(whole[:-4]))
        self.assert_failure(DATA, "/search", deadline=SHORT_DEADLINE)

    def test_truncated_json_once_in_every_call(self):
        for path in (LOGIN, SEARCH, FETCH):
            self.platform.replace(path, Answer(b'{"results": [{"entity_id": "1'))
        self.assert_all_flows()

    def test_two_million_nested_arrays(self):
        for path, body in (
            (SEARCH, b'{"results":' + b"[" * 2_000_000), (FETCH, b'{"results":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}"),
            (SEARCH, b'{"a":' * 2_000_000),
        ):
            with self.subTest(path, size=len(body)):
                self.platform.answer_honestly()
                self.platform.replace_always(path, Answer(body))
                run, ids = self.read_flows()
                self.assert_exit(run, DATA, path)
                self.assertEqual(set(), ids)

    def test_body_of_two_gigabytes(self):
        sent = []

        def pieces():
            piece = b'{"results": [' + b" " * (MIB - 13)
            for _ in range(HUGE // len(piece)):
                yield piece
                sent.append(len(piece))
        memory = self.directory / "memory"
        for name, length in (("announced", HUGE), ("without a length", None)):
            with self.subTest(name):
                sent.clear()
                self.platform.replace_always(SEARCH, lambda _, length=length: Answer(pieces(), length=length))
                self.assert_failure(DATA, "/search", f"longer than {LONGEST_ANSWER // MIB} MiB", through=measuring(memory))
                self.assertLessEqual(sum(sent), LONGEST_ANSWER + IN_SOCKETS, "read on, though it was too long by then")
                self.assertLess(int(memory.read_text()), MOST_MEMORY)

    def test_a_small_answer_that_unpacks_to_a_huge_one(self):
        """Answers may be compressed, also twice; what counts is how long they get."""
        bomb = gzip.compress(b'{"results": [' + b" " * (300 * 1024**2), 1)
        for encoding, body in (("gzip", bomb), ("gzip, gzip", gzip.compress(bomb)),
                               ("deflate", zlib.compress(b" " * (300 * 1024**2), 1))):
            for path in (LOGIN, SEARCH):
                with self.subTest(encoding, path=path):
                    self.platform.answer_honestly()
                    self.platform.replace_always(path, Answer(body, headers={"Content-Encoding": encoding}))
                    self.assert_failure(DATA, path, "longer than")

    def test_a_compressed_answer_that_is_damaged(self):
        whole = gzip.compress(json.dumps({"results": [], "total_count": 0}).encode())
        for body in (whole[:-12], whole[:5], b"\x1f\x8b" + b"\xff" * 40, b"{}"):
            for path in (LOGIN, SEARCH, FETCH):
                with self.subTest(body=body[:8], path=path):
                    self.platform.replace(path, Answer(body, headers={"Content-Encoding": "gzip"}))
                    self.assert_all_flows()

    def coded(self, honest, coding):
        """Honest answers in a content coding that curl cannot undo."""
        def answer(body):
            plain = honest(body).body
            if not isinstance(coding, str):
                return Answer(coding(plain), headers={"Content-Encoding": "gzip"}) if self.platform.takes_gzip else Answer(plain)
            return Answer(plain, headers={"Content-Encoding": coding})
        return answer

    def test_content_codings_that_curl_cannot_undo(self):
        """The call is repeated without compression; later ones are so from the beginning."""
        def in_two(plain):
            return gzip.compress(plain[:7]) + gzip.compress(plain[7:])
        for coding in ("UTF-8", "binary", "aws-chunked", "none", "gzip", "deflate", "gzip, gzip", in_two,
                       lambda plain: gzip.compress(plain) + bytes(9)):
            with self.subTest(coding=coding):
                self.platform.answer_honestly()
                self.platform.requests.clear()
                self.platform.replace_always(SEARCH, self.coded(self.platform.search, coding))
                self.platform.replace_always(FETCH, self.coded(self.platform.fetch, coding))
                run = self.assert_all_flows()
                self.assertEqual("", run.stderr)
                self.assertLessEqual(self.platform.calls(SEARCH) + self.platform.calls(FETCH), 9, "three pages, and what was under way")

    def test_a_content_coding_that_curl_cannot_undo_at_login(self):
        self.platform.replace(LOGIN, Answer(b"{}", headers={"Content-Encoding": "UTF-8"}))
        self.assert_all_flows()
        self.assertEqual(2, self.platform.calls(LOGIN))

    def test_answers_that_are_not_http(self):
        self.platform.replace_always(SEARCH, Answer(b'{"results": []}', is_bare=True))
        begin = time.monotonic()
        self.assert_failure(DATA, "/search", "cannot be decoded", "HTTP/0.9", "(3 attempts)")
        self.assertLess(time.monotonic() - begin, seconds(60))

    def test_a_chunk_without_a_size(self):
        chunked = {"Transfer-Encoding": "chunked"}
        for size in (b"many", b"", b"-1", b"f" * 40):
            with self.subTest(size):
                body = size + b'\r\n{"results": []}\r\n0\r\n\r\n'
                self.platform.replace_always(SEARCH, lambda _, body=body: Answer(iter([body]), headers=chunked))
                self.assert_failure(DATA, "/search", "cannot be decoded", "chunked-encoding", "(3 attempts)")

    def test_a_wrong_content_length(self):
        for path in (LOGIN, SEARCH, FETCH):
            for name, body, length in (("too long", b'{"results": []}', 4000), ("too short", b'{"results": [ ] }', 9),
                                       ("nothing", b'{"results": []}', 0)):
                with self.subTest(name, path=path):
                    self.platform.replace(path, Answer(body, length=length, headers={"Connection": "close"}))
                    self.assert_all_flows()

    def test_wrong_types_in_every_field(self):
        """A flow with odd fields is still a flow."""
        wrong = (None, True, 17, -1.5, "text", "", [], {}, [[]], [{}], [None, 1, "a"], {"entity_id": 5, "ip_address": []},
                 {"start": "x", "end": {}, "entity_name": 7})
        for value in wrong:
            with self.subTest(value=value):
                self.platform.flows = [
                    {name: (text if name == "entity_id" else value) for name, text in make_flow(number).items()}
                    for number in range(5)]
                self.assert_all_flows()

    def test_wrong_types_around_the_flows(self):
        for answer in (
            [], 17, "text", None, {}, {"results": {}}, {"results": "x", "total_count": "many"}, {"results": [[], 7, None, "x"]}, {"results": [None]},
            {"results": [{"entity_id": [17]}, {"entity_id": None}], "total_count": 2}, {"results": None, "total_count": 2},
        ):
            with self.subTest(answer=answer):
                self.platform.replace_always(SEARCH, json_answer(answer))
                run = self.assert_failure(DATA, deadline=SHORT_DEADLINE)
                self.assertEqual([], run.lines)

    def test_token_of_a_wrong_type(self):
        for token in (None, [], {}, ""):
            with self.subTest(token=token):
                self.platform.replace_always(LOGIN, json_answer({"token": token, "expiry": "never"}))
                self.assert_failure(DATA, "/auth/token")

    def test_fetch_without_some_flows(self):
        def fetch(body):
            body["entity_ids"] = body["entity_ids"][1:]
            return self.platform.fetch(body)
        self.platform.replace_always(FETCH, fetch)
        run, ids = self.read_flows()
        self.assertEqual(self.platform.ids, ids, f"found by the search, but missing\n{run}")
        partial = [line for line in run.lines if 'partial="1"' in line]
        self.assertGreater(len(partial), 0, str(run))
        self.assertIn(f"{len(partial)} flow", run.stderr, str(run))

    # A short failure of /entities/fetch says nothing of the flows.

    FOREIGN = {
        "404 of nginx": Answer(b"<html>404 Not Found</html>", status=404, headers={"Content-Type": "text/html"}),
        "400 of nginx": Answer(b"<html>Bad Request</html>", status=400, headers={"Content-Type": "text/html"}),
        "405": Answer(status=405), "501": Answer(status=501), "500 without a word": Answer(status=500),
        "403 of a firewall": Answer(b"<html>your address is not allowed</html>", status=403),
        "302": Answer(status=302, headers={"Location": "https://sso.example/login?secret"}),
        "HTML": Answer(b"<html>Sign in</html>", headers={"Content-Type": "text/html"}),
        "nothing": Answer(), "a list": json_answer([]), "no results": json_answer({}), "a part of JSON": Answer(b'{"results":['),
        "a message in place of results": json_answer({"results": [], "message": "search timed out"}),
        "a code in place of results": json_answer({"results": [], "code": 500}),
        "an error in a success": json_answer({"results": [], "code": 500, "message": "search timed out"}),
        "another error in a success": json_answer({"results": [], "error": {"reason": "no shard"}}),
    }
    """Answers that the API does not give."""
    ERRORS = {
        "404": json_answer({"code": 404, "message": "no such entity"}, status=404),
        "400": json_answer({"code": 400, "message": "bad entity"}, status=400),
        "500": json_answer({"code": 500, "message": "internal"}, status=500),
    }
    """Answers of the API, which may be about single flows."""
    EMPTY = {
        "no flow": json_answer({"results": []}),
        "entities of null": lambda body: json_answer({"results": [{**wanted, "entity": None} for wanted in body["entity_ids"]]}),
    }
    COUNTS = (1, 3, 5, 8, 9, 10, 11, 25)

    def test_a_fetch_that_brings_none_of_few_or_many_flows(self):
        answers = {**self.FOREIGN, **self.ERRORS, **self.EMPTY}
        # Each answer and each number at least once; --full takes all pairs, and the sanitizers see half.
        rows = [(name, count) for row, name in enumerate(answers) for column, count in enumerate(self.COUNTS)
                if IS_FULL or (row + 3 * column) % 8 == 0][::2 if IS_SANITIZED else 1]
        for name, count in rows:
            with self.subTest(name, flows=count):
                self.platform.answer_honestly()
                self.platform.page_size = 1000
                self.platform.flows = [make_flow(number) for number in range(count)]
                self.platform.replace_always(FETCH, answers[name])
                self.assertEqual(set(), self.assert_kept("/entities/fetch"))

    def test_a_fetch_that_fails_for_the_last_page_of_a_window(self):
        self.platform.page_size = 100
        self.platform.flows = [make_flow(number) for number in range(103)]
        for name, answer in ({**self.FOREIGN, **self.ERRORS, **self.EMPTY} if IS_FULL else
                             {"404 of nginx": self.FOREIGN["404 of nginx"], **self.ERRORS, **self.EMPTY}).items():
            with self.subTest(name):
                self.platform.replace_always(FETCH, lambda body, answer=answer: self.platform.fetch(body) if len(body["entity_ids"]) > 3 else
                                             answer(body) if callable(answer) else answer)
                # What was printed before is whole.
                self.assertLessEqual(len(self.assert_kept("/entities/fetch")), 100)

    def test_a_fetch_that_fails_for_a_moment(self):
        for name, answer in self.FOREIGN.items():
            with self.subTest(name):
                self.platform.flows = [make_flow(number) for number in range(5)]
                self.platform.replace(FETCH, answer, answer)
                run = self.assert_all_flows()
                self.assertNotIn("partial", run.stdout.decode())

    def test_a_job_keeps_what_it_could_not_fetch(self):
        """The first run meets a platform that is starting; the second one brings all flows with their content."""
        self.platform.flows = [make_flow(number) for number in range(5)]
        stored = self.directory / "stored"
        job = ("--collector", f"file://{stored}", "--state-dir", self.directory / "state", "--no-manifest", "--filter", "",
               "--platform-ip", f"127.0.0.1:{self.platform.port}", "--platform-ca-file", self.authority.ca_file)
        variables = {"VRNI2SYSLOG_PASSWORD": PASSWORD}
        self.platform.replace_always(FETCH, self.FOREIGN["404 of nginx"])
        first = run_program(self.directory, *job, "--deadline", SHORT_DEADLINE, variables=variables, timeout=40)
        self.assertEqual(DATA, first.status, str(first))
        self.assertNotIn("are owed", first.stderr, "the window stays before the watermark")
        self.platform.answer_honestly()
        second = run_program(self.directory, *job, "--deadline", "30s", variables=variables, timeout=40)
        self.assertEqual(OK, second.status, str(second))
        text = stored.read_text(encoding="utf-8")
        self.assertEqual(self.platform.ids, set(re.findall(r'flow_id="([^"]*)"', text)))
        self.assertNotIn("partial", text)

    def test_a_flow_that_the_platform_fails_on(self):
        """The others are sent, and it is, as far as it is known; but the run does not say that all is well."""
        for name, answer in self.ERRORS.items():
            with self.subTest(name):
                self.platform.replace_always(
                    FETCH, lambda body, answer=answer: answer if "10000:515:7" in str(body) else self.platform.fetch(body))
                run, ids = self.read_flows()
                self.assert_exit(run, DATA, "failed on 1 of 25 flows", "10000:515:7")
                self.assertEqual(self.platform.ids, ids)
                self.assertEqual(1, len([line for line in run.lines if 'partial="1"' in line]))

    def test_a_flow_that_no_parser_can_read(self):
        """It spoils every answer that it is in, and no other."""
        for name, value in {"a raw control byte": b'"\x01"', "NaN": b"NaN", "too many lists": b"[" * 300 + b"]" * 300}.items():
            with self.subTest(name):
                def fetch(body, value=value):
                    answer = self.platform.fetch(body)
                    return Answer(answer.body.replace(b'"10000:515:7"', b'"10000:515:7", "odd": ' + value), headers=answer.headers)
                self.platform.replace_always(FETCH, fetch)
                run, ids = self.read_flows()
                self.assert_exit(run, DATA, "failed on 1 of 25 flows", "10000:515:7")
                self.assertEqual(self.platform.ids, ids)
                self.assertEqual(1, len([line for line in run.lines if 'partial="1"' in line]))

    def test_a_restart_in_the_middle(self):
        """After the platform has answered well: whatever a front end says meanwhile is waited for."""
        gateway = Answer(b"<html>Bad Gateway</html>", status=502)
        for path in (SEARCH, FETCH):
            for name, answer in self.FOREIGN.items() if IS_FULL else list(self.FOREIGN.items())[::3]:
                with self.subTest(name, path=path):
                    self.platform.replace(path, gateway, answer, answer)
                    self.assert_all_flows()

    def test_what_a_front_end_says_until_the_deadline(self):
        """Nothing is said about the window, so nobody is owed it; the next run begins with it, and sends nothing twice."""
        stored = self.directory / "stored"
        job = ("--collector", f"file://{stored}", "--state-dir", self.directory / "state", "--no-manifest", "--filter", "",
               "--platform-ip", f"127.0.0.1:{self.platform.port}", "--platform-ca-file", self.authority.ca_file, "--resolution", "1h")
        variables = {"VRNI2SYSLOG_PASSWORD": PASSWORD}
        names = ("404 of nginx", "403 of a firewall", "302", "an error in a success")
        self.platform.flows = [make_flow(number) for number in range(5)]

        def search(body):
            """Each window has versions of its own: one that a run has got it does not fetch again."""
            found = json.loads(self.platform.search(body).body)
            for hit in found["results"]:
                hit["time"] = body["time_range"]["start_time"]
            return json_answer(found)

        for name in names:
            with self.subTest(name):
                asked = itertools.count()
                self.platform.answer_honestly()
                self.platform.replace_always(SEARCH, search)
                self.platform.replace_always(FETCH, lambda body, name=name, asked=asked: (
                    self.platform.fetch(body) if next(asked) == 0 else self.FOREIGN[name]))
                run = run_program(self.directory, *job, "--deadline", SHORT_DEADLINE, variables=variables, timeout=40)
                self.assert_exit(run, DATA, "/entities/fetch")
                self.assertNotIn("are owed", run.stderr)
        self.platform.answer_honestly()
        run = run_program(self.directory, *job, "--deadline", "60s", variables=variables, timeout=90)
        self.assert_exit(run, OK)
        lines = stored.read_text(encoding="utf-8").splitlines()
        sent = [re.search(r'flow_id="([^"]*)".* window_start="([^"]*)"', line).groups() for line in lines]
        self.assertEqual(len(sent), len(set(sent)), "sent twice")
        self.assertGreaterEqual(len(sent), 24 * 5)

    def test_where_a_redirect_leads_is_shown(self):
        self.platform.replace_always(SEARCH, self.FOREIGN["302"])
        run = self.assert_failure(DATA, "302", "https://sso.example,", deadline=SHORT_DEADLINE)
        self.assertNotIn("secret", run.stderr)

    # Pages.

    def test_empty_page_in_the_middle(self):
        self.platform.replace(SEARCH, self.platform.search, json_answer({"results": [], "total_count": 25, "cursor": "MjA="}))
        self.assert_all_flows()

    def test_empty_first_page_that_announces_flows(self):
        self.platform.replace_always(SEARCH, json_answer({"results": [], "total_count": 25}))
        self.assert_failure(DATA, "25")

    def test_no_flow_at_all(self):
        self.platform.flows = []
        self.assert_all_flows()

    def test_repeated_cursor(self):
        def first_page_again(body):
            answer = json.loads(self.platform.search({**body, "cursor": None}).body)
            answer["cursor"] = base64.b64encode(b"0").decode()
            return json_answer(answer)
        self.platform.replace_always(SEARCH, first_page_again)
        self.assert_failure(DATA, "25", "10")

    def test_repeated_cursor_after_all_flows(self):
        def search(body):
            answer = json.loads(self.platform.search(body).body)
            answer.setdefault("cursor", body.get("cursor"))
            return json_answer(answer)
        self.platform.replace_always(SEARCH, search)
        self.assert_all_flows()

    def test_cursor_that_never_ends(self):
        cursors = iter(range(10**9))

        def search(body):
            answer = json.loads(self.platform.search({**body, "cursor": None}).body)
            answer["cursor"] = f"endless-{next(cursors)}"
            return json_answer(answer)
        self.platform.replace_always(SEARCH, search)
        self.assert_failure(DATA, "25")

    def test_a_cursor_that_has_expired(self):
        """Whatever the platform says of it: the window is searched anew."""
        for status in (400, 404, 410, 500):
            with self.subTest(status=status):
                refusal = json_answer({"code": status, "message": "cursor expired"}, status=status)
                # A failure of the server is tried three times.
                refusals = [refusal] * (3 if status == 500 else 1)
                self.platform.replace(SEARCH, self.platform.search, *refusals)
                self.assert_all_flows()

    def test_null_and_empty_cursor_at_the_end(self):
        for end in (None, ""):
            with self.subTest(cursor=end):
                def search(body, end=end):
                    answer = json.loads(self.platform.search(body).body)
                    answer.setdefault("cursor", end)
                    return json_answer(answer)
                self.platform.replace_always(SEARCH, search)
                self.assert_all_flows()

    def test_results_that_repeat_on_the_next_page(self):
        def search(body):
            answer = json.loads(self.platform.search(body).body)
            answer["results"] += answer["results"][:3] + [{"entity_id": "10000:515:0", "entity_type": "Flow", "time": VERSION_TIME}]
            return json_answer(answer)
        self.platform.replace_always(SEARCH, search)
        self.assert_all_flows()

    # Windows and numbers.

    def search_with(self, **members):
        """The honest answer to a search, with other members."""
        def search(body):
            return json_answer({**json.loads(self.platform.search(body).body), **members})
        return search

    def test_a_platform_that_searches_less_than_it_was_asked_for(self):
        start = int(datetime.datetime.fromisoformat(WINDOW[1]).timestamp())
        for name, echo in (
            ("only the last part", {"start_time": start + 1800}), ("only the first part", {"end_time": start + 1800}),
            ("now", {"start_time": int(time.time()), "end_time": int(time.time())}),
            ("divided by 1000", {"start_time": start // 1000, "end_time": (start + 3600) // 1000}),
            ("in milliseconds", {"start_time": (start + 600) * 1000}), ("as a float", {"start_time": float(start + 600)}),
        ):
            with self.subTest(name):
                self.platform.replace_always(SEARCH, self.search_with(**echo))
                self.assert_failure(DATA, "2025-06-01T00:00:00Z to 2025-06-01T01:00:00Z", "searched only from")

    def test_an_echo_that_says_nothing_or_more(self):
        start = int(datetime.datetime.fromisoformat(WINDOW[1]).timestamp())
        for echo in ({"start_time": 0, "end_time": 0}, {"start_time": None, "end_time": None}, {"start_time": "x", "end_time": []},
                     {"start_time": start - 86400, "end_time": start + 86400}, {"start_time": start * 1000, "end_time": (start + 3600) * 1000},
                     {"start_time": start + 1, "end_time": start + 3599}):
            with self.subTest(echo=echo):
                self.platform.replace_always(SEARCH, self.search_with(**echo))
                self.assertEqual("", self.assert_all_flows().stderr)

    def test_a_platform_that_does_not_say_how_many_flows_there_are(self):
        """It is searched until nothing new comes, because a single search may miss flows."""
        for total in (None, -1, 1.5, 1e30, "many"):
            with self.subTest(total_count=total):
                self.platform.answer_honestly()
                self.platform.requests.clear()
                honest = self.search_with(total_count=total)
                self.platform.replace_always(SEARCH, honest)

                def without_three(body, honest=honest):
                    answer = json.loads(honest(body).body)
                    return json_answer({**answer, "results": answer["results"][3:]})
                self.platform.replace(SEARCH, without_three)
                run = self.assert_all_flows()
                self.assertIn("did not say how many flows", run.stderr)
                self.assertLessEqual(self.platform.calls(SEARCH), 12, "three searches of at most four pages")

    def test_a_platform_that_is_starting_says_that_there_is_nothing(self):
        for empty in ({"results": [], "total_count": 0}, {"total_count": 0}, {"results": None, "total_count": 0}):
            with self.subTest(empty=empty):
                self.platform.replace(SEARCH, json_answer(empty))
                begin = time.monotonic()
                self.assert_all_flows()
                self.assertGreaterEqual(time.monotonic() - begin, 9, "seconds until it is asked again")

    def test_a_date_of_a_proxy_beside_that_of_the_platform(self):
        self.platform = self.start(FakePlatform(self.certificate, tells_time=False))
        right, wrong = email.utils.formatdate(usegmt=True), "Wed, 01 Jan 2020 00:00:00 GMT"
        for dates in ({"Date": wrong, "date": right}, {"Date": right, "date": wrong}, {"Date": "soon", "date": right}):
            with self.subTest(dates=dates):
                self.platform.replace_always(SEARCH, lambda body, dates=dates: Answer(self.platform.search(body).body, headers=dates))
                self.assert_all_flows()
        self.platform.replace_always(SEARCH, lambda body: Answer(self.platform.search(body).body, headers={"Date": wrong, "date": wrong}))
        self.assert_failure(78, "2020")

    def test_many_empty_windows_cost_one_pause(self):
        self.platform.flows = []
        begin = time.monotonic()
        self.assert_all_flows("--resolution", "1m")
        self.assertLess(time.monotonic() - begin, seconds(120))
        self.assertEqual(120, self.platform.calls(SEARCH))

    def test_numbers_that_are_written_as_floats_and_times_as_text(self):
        whole = self.search_with(total_count=25.0)
        for moment in (1.7e9, "2023-11-14T22:13:20Z", "1700000000", 1_700_000_000_000):
            with self.subTest(time=moment):
                def search(body, moment=moment):
                    answer = json.loads(whole(body).body)
                    for result in answer["results"]:
                        result["time"] = moment
                    return json_answer(answer)
                self.platform.replace_always(SEARCH, search)
                run = self.assert_all_flows()
                self.assertEqual("", run.stderr)
                self.assertTrue(all('snapshot="2023-11-14T22:13:20Z"' in line for line in run.lines), str(run))

    def test_a_number_of_flows_that_is_too_small(self):
        """It may be that of a page: nobody knows how many there are, which is told."""
        self.platform.page_size = 1000
        self.platform.replace_always(SEARCH, self.search_with(total_count=10))
        run = self.assert_all_flows()
        self.assertIn("said fewer than it listed", run.stderr)
        self.assertEqual(3, self.platform.calls(SEARCH), "one page, and once more in two shorter ones")

    def test_a_platform_that_refuses_long_pages(self):
        self.platform.replace_always(SEARCH, lambda body: self.platform.search(body) if body["size"] <= 100 else json_answer(
            {"code": 400, "message": "size must not exceed 100"}, status=400))
        self.assertEqual("", self.assert_all_flows().stderr)

    def test_a_licence_without_the_usual_filter(self):
        self.platform.replace_always(SEARCH, json_answer({"code": 400, "message": "not available for current License"}, status=400))
        run = run_program(
            self.directory, "--platform-ip", f"127.0.0.1:{self.platform.port}", "--platform-ca-file", self.authority.ca_file,
            "--dry-run", *WINDOW, variables={"VRNI2SYSLOG_PASSWORD": PASSWORD}, timeout=40)
        self.assert_exit(run, DATA, "not available for current License", "--filter ''")

    def test_names_are_asked_for_again_after_one_failure(self):
        for flow in self.platform.flows:
            flow["source_vm"].pop("entity_name", None)
        self.platform.page_size = 5

        def names(body):
            return json_answer({"entities": [{**wanted, "name": "named"} for wanted in body["entities"]]})
        for name, failure in {**self.FOREIGN, "forbidden": json_answer({"code": 403, "message": "no"}, status=403)}.items():
            with self.subTest(name):
                self.platform.answer_honestly()
                self.platform.replace_always(NAMES, names)
                self.platform.replace(NAMES, failure)
                run = self.assert_all_flows()
                unnamed = [line for line in run.lines if 'src_vm="named"' not in line]
                self.assertEqual(5 if name == "forbidden" else 0, len(unnamed), str(run))

    # The session.

    def test_token_expires_in_the_middle(self):
        def search(body):
            self.platform.forget_tokens()
            return self.platform.search(body)
        self.platform.replace(SEARCH, search)
        self.assert_all_flows()
        self.assertEqual(2, self.platform.calls(LOGIN), "one login, and one after the expiry")

    def test_platform_refuses_every_token(self):
        def refuse(_):
            self.platform.forget_tokens()
            return Answer(status=401)
        self.platform.replace_always(SEARCH, refuse)
        self.assert_failure(NO_PERMISSION, "401")
        self.assertLessEqual(self.platform.calls(LOGIN), 3)

    def test_login_refused(self):
        self.platform.replace_always(LOGIN, Answer(status=401))
        run = self.assert_failure(NO_PERMISSION, "admin@local")
        self.assertNotIn(PASSWORD, run.stderr)
        self.assertEqual(1, self.platform.calls(LOGIN), "a refused login is not repeated: accounts are locked by that")

    def test_filter_refused(self):
        refusal = {"code": 400, "message": "Invalid filter", "details": [{"code": 1, "message": "unknown field", "target": ["x"]}]}
        self.platform.replace_always(SEARCH, json_answer(refusal, status=400))
        run, _ = self.read_flows("--filter", "nonsense = 1")
        self.assert_exit(run, 64, "nonsense = 1", "Invalid filter")

    # Failures that pass, and failures that do not.

    @unittest.skipUnless(IS_FULL, "a minute of pauses: only with --full")
    def test_an_outage_that_is_longer_than_a_few_attempts(self):
        """Of a platform that has answered before: more failures than are forgiven at a first contact."""
        for name, failure, times in (("503", Answer(status=503, headers={"Retry-After": "0"}), 9),
                                     ("cut off", Answer(b"{" * 50, cut_after=3), 7)):
            with self.subTest(name):
                self.platform.replace(FETCH, *[failure] * times)
                self.assert_all_flows(deadline="5m", timeout=300)

    @unittest.skipUnless(IS_FULL, "half a minute of pauses: only with --full")
    def test_a_check_does_not_wait_for_the_deadline(self):
        self.platform.replace_always(SEARCH, Answer(status=503, headers={"Retry-After": "0"}))
        run = run_program(
            self.directory, "--platform-ip", f"127.0.0.1:{self.platform.port}", "--platform-ca-file", self.authority.ca_file,
            "--check", "--collector", "-", *WINDOW, variables={"VRNI2SYSLOG_PASSWORD": PASSWORD}, timeout=100)
        self.assertEqual(UNAVAILABLE, run.status, str(run))
        self.assertIn("(8 attempts)", run.stdout.decode())

    def test_429_with_retry_after_in_both_forms(self):
        def ahead():
            # 3 s at least, since a date has no fractions.
            return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=4)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        for name, value, least in (
            ("seconds", lambda: "2", 4), ("date", ahead, 3), ("none", None, 0), ("nonsense", lambda: "soon", 0),
            ("negative", lambda: "-5", 0),
        ):
            with self.subTest(name):
                header = {"Retry-After": value()} if value else {}
                self.platform.replace(SEARCH, Answer(status=429, headers=header))
                self.platform.replace(FETCH, Answer(status=429, headers=header))
                begin = time.monotonic()
                self.assert_all_flows()
                self.assertGreaterEqual(time.monotonic() - begin, least, "seconds that the platform asked for")

    def test_429_that_asks_for_more_than_the_deadline(self):
        self.platform.replace_always(SEARCH, Answer(status=429, headers={"Retry-After": "3600"}))
        self.assert_failure(UNAVAILABLE, "429", "deadline", deadline="5s", timeout=30)

    def test_5xx_that_passes(self):
        for status in (500, 502, 503, 504):
            with self.subTest(status=status):
                self.platform.replace(SEARCH, Answer(b"<html>Bad Gateway</html>", status=status))
                self.platform.replace(FETCH, Answer(b"", status=status))
                self.assert_all_flows()

    def test_5xx_that_stays(self):
        for status in (502, 503, 504):
            with self.subTest(status=status):
                self.platform.replace_always(SEARCH, Answer(status=status))
                self.assert_out_of_reach(str(status), deadline=SHORT_DEADLINE)

    def test_connection_cut_off_in_the_body(self):
        for path in (LOGIN, SEARCH, FETCH):
            for cut_after in (0, 1, 40):
                with self.subTest(path=path, cut_after=cut_after):
                    self.platform.replace(path, Answer(b'{"results": [' + b" " * 5000, cut_after=cut_after))
                    self.assert_all_flows()

    def test_connection_always_cut_off(self):
        self.platform.replace_always(FETCH, Answer(b"{" + b" " * 5000, cut_after=100))
        self.assert_out_of_reach("/entities/fetch", deadline="4s")

    def test_answer_that_never_comes(self):
        self.platform.replace(SEARCH, Answer(is_held=True))
        self.assert_all_flows("--answer-timeout", "3s")

    def test_answers_that_never_come(self):
        self.platform.replace_always(SEARCH, Answer(is_held=True))
        self.assert_failure(UNAVAILABLE, options=("--answer-timeout", "3s"), deadline="12s", timeout=40)

    def test_platform_that_is_not_there(self):
        """It may be the wrong address: the run does not wait for its deadline."""
        self.platform.stop()
        begin = time.monotonic()
        self.assert_failure(UNAVAILABLE, "127.0.0.1", deadline="10m")
        self.assertLess(time.monotonic() - begin, seconds(60))

    def test_redirect_to_a_login_page(self):
        self.platform.replace_always(SEARCH, Answer(status=302, headers={"Location": "https://127.0.0.1/login"}))
        self.assert_failure(DATA, "302", deadline=SHORT_DEADLINE)

    def test_failure_in_the_middle_leaves_no_window_half_read(self):
        """A page in the middle that stays broken fails the run: flows are not left out in silence."""
        def search(body):
            return self.platform.search(body) if not body.get("cursor") else Answer(status=503)
        self.platform.replace_always(SEARCH, search)
        self.assert_out_of_reach("503", deadline=SHORT_DEADLINE)

    def test_every_call_fails_once(self):
        """Each call of a run in turn meets each kind of failure once, and no flow is lost."""
        failures = {
            "503": Answer(status=503), "cut off": Answer(b"{}" + b" " * 99, cut_after=3), "no JSON": Answer(b"oops"),
            "empty body": Answer(b""), "429": Answer(status=429, headers={"Retry-After": "0"}),
        }
        for name, failure in failures.items() if IS_FULL else list(failures.items())[:3]:
            for path in (LOGIN, SEARCH, FETCH):
                for call in range(3):
                    with self.subTest(failure=name, path=path, call=call):
                        honest = {SEARCH: self.platform.search, FETCH: self.platform.fetch}.get(path)
                        if honest is None and call > 0:
                            continue
                        self.platform.replace(path, *([honest] * call), failure)
                        self.assert_all_flows()


if __name__ == "__main__":
    main()
