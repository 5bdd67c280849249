"""packaging/doc/troubleshooting.md explains every message that ends a run, in the section of its exit code."""

import re
import unittest
from collections import namedtuple

from support.program import ROOT
from support.testcase import main

PAGE = (ROOT / "packaging/doc/troubleshooting.md").read_text(encoding="utf-8")
SOURCES = {path: path.read_text(encoding="utf-8") for pattern in ("*.cpp", "*.h") for path in sorted((ROOT / "src").rglob(pattern))}
EXIT_CODES = {"Usage": 64, "Configuration": 78, "Data": 65, "Unreachable": 69, "Refused": 69, "LoginRefused": 77, "Unconfirmed": 75,
              "Interrupted": 75, "Busy": 75, "CannotCreate": 73, "CannotWrite": 74, "OutputClosed": 74, "Bug": 70}

# Files whose sentences become messages, although no Error is made of them there.
EXPLANATIONS = ("http/curl_failure.cpp", "tls/pem_files.cpp", "tls/refusal.cpp", "transport/cfapi/ingestion_protocol.cpp",
                "transport/net/network_failure.cpp", "transport/stream/stream_connection.cpp", "transport/stream/tls_alert.cpp",
                "transport/stream/tls_stream.cpp", "vrni/api/api_call.cpp", "vrni/login/bearer_login.cpp", "vrni/login/cloud_login.cpp",
                "vrni/login/platform_login.cpp")

# What is no message: parts of one that another sentence begins, and texts of other kinds. Each says why.
NO_MESSAGE = {
    "{} ({}exit code {})": "the frame around every message",
    "an empty body": "stands in place of an answer",
    "{} bytes of {}": "stands in place of an answer",
    "no declared type": "stands in place of an answer",
    "certificate of the authority {}": "the subject of a refusal",
    "the certificate authorities of": "the subject of a refusal",
    "{}{} (compare it at the server itself first)": "the end of a refusal",
    "give the address of the platform itself": "the end of a message",
    "alert no application protocol": "OpenSSL's word, which is looked for",
    "the temporary database": "the name of a database",
    "one of its blocks is damaged": "ends in a warning",
    "{} is a database of another program": "ends in a warning",
    "{} is empty: it was damaged": "ends in a warning",
    "dh key too small": "OpenSSL's word, which is looked for",
    "unsafe legacy renegotiation disabled": "OpenSSL's word, which is looked for",
    "no session that fits into a header": "stands in place of an answer",
    "what follows {}": "stands in place of a value that may be secret",
    "look at": "what cannot be done to a file",
    "sync its directory": "what cannot be done to a file",
    "private key": "what a file should hold",
    "no name at all": "the name of a certificate",
    "the address, which is not shown": "stands in place of an address",
    "give it with --collector-certificate": "the end of a refusal",
    "log management API of VCF 9.1": "the name of an API",
    "API token of the cloud service ({})": "the name of an account",
    "which no platform does: give the address of the platform itself, and not of a gateway": "the end of a message",
    "give the address of the collector itself": "the end of a message",
    "name an account that may send events with ?user=, and its password with --collector-password-file": "the end of a message",
}

LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
# Functions that make an Error, or end by one: what they are given becomes a message.
MAKER = re.compile(r"(?:\[\[noreturn\]\]\s*(?:inline\s+)?void|(?<![\w:])Error)\s+(?:\w+::)*(\w+)\(")

LEAST_LETTERS = 12

Message = namedtuple("Message", "text code file")


def without_comments(source):
    """The source, with the literals that belong together in one."""
    source = re.sub(r'R"(\w*)\(.*?\)\1"', '""', source, flags=re.DOTALL)
    kept = re.sub(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|\'(?:[^\'\\\n]|\\.)\'',
                  lambda match: match[0] if match[0][0] == '"' else "''", source, flags=re.DOTALL)
    return re.sub(rf"{LITERAL.pattern}(?:\s*{LITERAL.pattern})+", lambda match: f'"{"".join(LITERAL.findall(match[0]))}"', kept)


def between(source, start):
    """What stands between the parenthesis or brace at `start` and its other one."""
    pairs, depth, at = {"(": ")", "{": "}"}, 0, start
    while at < len(source):
        if source[at] == '"':
            at = LITERAL.match(source, at).end()
            continue
        depth += (source[at] == source[start]) - (source[at] == pairs[source[start]])
        if depth == 0:
            return source[start + 1:at]
        at += 1
    raise AssertionError(f"no end of {source[start:start + 80]}")


def sentences(code):
    """The literals of some code that are words for a user. What begins with a mark goes on with a sentence that is judged by itself."""
    for text in LITERAL.findall(code):
        text = text.replace('\\"', '"').replace("\\n", " ").strip()
        words = re.sub(r"\{[^}]*\}", "", text)
        if " " in words.strip() and len(re.findall("[A-Za-z]", words)) >= 6 and text[0] not in ";,(" and text not in NO_MESSAGE:
            yield text


def exit_code_of(code):
    fault = re.search(r"Fault::(\w+)", code)
    return EXIT_CODES[fault[1]] if fault else None


def messages():
    """Every message that an Error can have, in so far as the source holds it."""
    sources = {path: without_comments(text) for path, text in SOURCES.items()}
    makers = {match[1] for text in sources.values() for match in MAKER.finditer(text)}
    call = re.compile(rf"(?:\bError|\bfailure|\.error|\b(?:{'|'.join(sorted(makers))}))\(")
    found = set()
    for path, source in sources.items():
        name = str(path.relative_to(ROOT / "src"))
        for match in call.finditer(source):
            arguments = between(source, match.end() - 1)
            found.update(Message(text, exit_code_of(arguments), name) for text in sentences(arguments))
        for match in MAKER.finditer(source):
            end = match.end() + len(between(source, match.end() - 1))
            if body := re.compile(r"\)\s*(?:const|noexcept|\s)*(?=\{)").match(source, end):
                found.update(Message(text, None, name) for text in sentences(between(source, body.end())))
        if name in EXPLANATIONS:
            found.update(Message(text, None, name) for text in sentences(source) if text.count(" ") >= 3)
    return found


def entries():
    """(pattern, exit codes of its section), for each message of the page."""
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        heading = section.partition("\n")[0]
        if not heading.startswith("Exit code ") or heading == "Exit codes":
            continue
        codes = {int(code) for code in re.findall(r"\b\d\d\b", heading)}
        for cell in re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE):
            for pattern in re.findall(r"`(.*?)`(?:<br>|$)", cell):
                yield pattern, codes


def is_of(pattern, text):
    """Whether a message is what the page shows, where "..." stands for anything. One of few letters has to be the whole message, or it
    would explain too much."""
    if len(re.findall("[A-Za-z]", pattern)) < LEAST_LETTERS:
        return re.sub(r"\{[^}]*\}", "...", text).rstrip(" .") == pattern.rstrip(" .")
    first, *others = pattern.split("...")
    if not text.startswith(first):
        return False
    at = len(first)
    for part in others:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


class Troubleshooting(unittest.TestCase):
    maxDiff = None

    def test_every_message_that_ends_a_run_has_an_entry(self):
        known = list(entries())
        self.assertGreater(len(known), 200)
        unknown = sorted(f"{message.file}: {message.text}" for message in messages()
                         if not any(is_of(pattern, message.text) for pattern, _ in known))
        self.assertEqual("", "\n".join(unknown), "packaging/doc/troubleshooting.md has no entry for these")

    def test_entries_are_in_the_section_of_their_exit_code(self):
        known = list(entries())
        for message in messages():
            of_it = [codes for pattern, codes in known if is_of(pattern, message.text)]
            if message.code and of_it:
                with self.subTest(message.text, file=message.file):
                    self.assertTrue(any(message.code in codes for codes in of_it), f"is exit code {message.code}")

    def test_every_entry_is_of_a_message_that_there_is(self):
        texts = {text for source in SOURCES.values() for text in sentences(without_comments(source))}
        texts.update(text.replace('\\"', '"') for source in SOURCES.values() for text in LITERAL.findall(without_comments(source)))
        self.assertEqual(set(), set(NO_MESSAGE) - texts)
        stale = [pattern for pattern, _ in entries() if not any(is_of(pattern, text) for text in texts)]
        self.assertEqual("", "\n".join(stale))


if __name__ == "__main__":
    main()
