#!/usr/bin/env python3
"""Holds the shape of src/: the table of dependencies in src/README.md, the sizes of files, and a test for every file."""

import os
import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "integration"))

from support.testcase import main  # noqa: E402

ROOT = Path(os.environ.get("VRNI2SYSLOG_SOURCE", Path(__file__).resolve().parent.parent))
SOURCE = ROOT / "src"

MAX_LINES = 500
MAX_LINES_OF_MAIN = 60

# How the headers of each third-party library begin; the library's name is that of the table.
LIBRARY_OF_PREFIX = {
    "asio": "asio", "boost/": "boost", "curl/": "curl", "date/": "date", "fmt/": "fmt", "gmock/": "gtest", "gtest/": "gtest",
    "httplib": "cpp-httplib", "openssl/": "openssl", "librdkafka/": "rdkafka", "rapidjson/": "rapidjson", "sqlite3": "sqlite3", "zlib": "zlib",
}

# Files without a unit test of their own, and what tests them: they do input and output and decide nothing, or are tested
# through the file that is named.
UNTESTED = {
    "main.cpp": "tests/integration",
    "base/allocator.cpp": "tests/bench",
    "base/openssl_end.cpp": "tests/integration/test_kafka_exactly_once.py",
    "app/run/assembly.cpp": "tests/integration",
    "app/run/check.cpp": "tests/integration/test_command_line.py",
    "app/run/console.cpp": "tests/integration/test_command_line.py",
    "app/options/environment.cpp": "tests/unit/app/options/option_values_test.cpp",
    "app/settings/line_settings.cpp": "tests/unit/app/settings/settings_test.cpp",
    "app/run/job_resume.cpp": "tests/integration/test_kafka_transactions.py",
    "app/run/program.cpp": "tests/integration",
    "app/run/setup_command.cpp": "tests/integration/test_setup.py",
    "app/run/state_command.cpp": "tests/integration/test_delivery.py",
    "app/settings/tls_options.cpp": "tests/unit/app/settings/settings_test.cpp",
    "app/settings/window_request.cpp": "tests/unit/app/settings/settings_test.cpp",
    "app/run/terminal.cpp": "tests/integration/test_command_line.py",
    "http/curl_http_client.cpp": "tests/integration/test_platform_faults.py",
    "http/curl_transfer.cpp": "tests/integration/test_platform_faults.py",
    "vrni/search/flow_search.cpp": "tests/unit/vrni/search/unit_reader_test.cpp",
    "vrni/fetch/property_value.cpp": "tests/unit/vrni/fetch/flow_page_test.cpp",
    "vrni/platform.cpp": "tests/integration/test_platform_faults.py",
    "transport/net/asio_implementation.cpp": "Asio's own code",
    "transport/kafka/kafka_library.cpp": "tests/unit/transport/kafka/kafka_connection_test.cpp",
    "transport/kafka/kafka_producer.cpp": "tests/unit/transport/kafka/kafka_connection_test.cpp",
    "transport/kafka/no_kafka.cpp": "a build without librdkafka",
    "transport/session.cpp": "tests/unit/transport/collector_sink_test.cpp",
    "transport/stream/plain_stream.cpp": "tests/unit/transport/stream/stream_connector_test.cpp",
    "transport/stream/stream_connection.cpp": "tests/unit/transport/stream/stream_connector_test.cpp",
    "transport/contract/transport.cpp": "tests/unit/transport/file/file_transport_test.cpp",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
ROW = re.compile(r"^\|([^|]*)\|([^|]*)\|([^|]*)\|\s*$", re.MULTILINE)
COMMENT_OR_STRING = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def words(cell):
    return [word.strip() for word in re.split(r",(?![^(]*\))", cell) if word.strip()]


def read_table():
    """The table of src/README.md: folder -> (folders that it may use with all below them, library -> the files that may include it, or none for
    all)."""
    table = {}
    for folder, may_use, third_party in ROW.findall((SOURCE / "README.md").read_text(encoding="utf-8")):
        if not (SOURCE / folder.strip()).is_dir() or not folder.strip():
            continue
        libraries = {}
        for entry in words(third_party):
            name, _, files = entry.partition("(")
            libraries[name.strip()] = {file.strip() for file in files.rstrip(")").split(",") if file.strip()}
        table[folder.strip()] = (set(words(may_use)), libraries)
    return table


def source_files(*suffixes):
    return sorted(path for path in SOURCE.rglob("*") if path.suffix in suffixes)


def relative(path):
    return str(path.relative_to(SOURCE))


def folder_of(path):
    """The folder of a source file as the table names it: "vrni/login"; "." for main.cpp."""
    return str(path.relative_to(SOURCE).parent)


def is_below(folder, ancestor):
    return folder == ancestor or folder.startswith(ancestor + "/")


def library_of(header):
    for prefix, library in LIBRARY_OF_PREFIX.items():
        if header.startswith(prefix):
            return library
    return None


def without_comments_and_strings(text):
    """The code alone, line for line."""
    return COMMENT_OR_STRING.sub(lambda match: '""' + "\n" * match.group().count("\n"), text)


class Layering(unittest.TestCase):
    def setUp(self):
        self.table = read_table()
        self.faults = []

    def report(self, path, text):
        self.faults.append(f"src/{relative(path)}: {text}")

    def assert_no_faults(self):
        self.assertEqual([], self.faults, "\n" + "\n".join(self.faults))

    def test_table_has_a_row_for_every_folder(self):
        folders = {folder_of(path) for path in source_files(".h", ".cpp")} - {"."}
        self.assertEqual(folders, set(self.table))

    def test_table_has_no_cycle(self):
        remaining = {folder: {used for name in may_use for used in self.table if is_below(used, name)}
                     for folder, (may_use, _) in self.table.items()}
        for folder, used in remaining.items():
            self.assertNotIn(folder, used, f"{folder} names itself, or a folder that it lies in")
        while remaining:
            free = {folder for folder, may_use in remaining.items() if not may_use & set(remaining)}
            self.assertTrue(free, f"these folders use one another: {sorted(remaining)}")
            remaining = {folder: may_use for folder, may_use in remaining.items() if folder not in free}

    def test_folders_include_only_what_the_table_allows(self):
        for path in source_files(".h", ".cpp"):
            folder = folder_of(path)
            if folder not in self.table:
                continue  # main.cpp
            may_use, _ = self.table[folder]
            for mark, header in INCLUDE.findall(path.read_text(encoding="utf-8")):
                other = str(Path(header).parent)
                if mark == '"' and "/" not in header:
                    self.report(path, f'"{header}" is not rooted at src/')
                if mark == '"' and other != folder and not any(is_below(other, name) for name in may_use):
                    self.report(path, f'{folder} may not include "{header}"')
                if mark == "<" and other in self.table:
                    self.report(path, f"<{header}> is ours: quotation marks")
        self.assert_no_faults()

    def test_third_party_headers_stay_with_their_owner(self):
        for path in source_files(".h", ".cpp"):
            _, libraries = self.table.get(folder_of(path), (set(), {}))
            for _, header in INCLUDE.findall(path.read_text(encoding="utf-8")):
                library = library_of(header)
                if library is None:
                    continue
                owners = libraries.get(library)
                if owners is None or (owners and path.name not in owners):
                    self.report(path, f"<{header}> belongs to {library}, which has another owner")
        self.assert_no_faults()

    def test_the_facts_about_the_api_name_files_that_are_there(self):
        readme = SOURCE / "vrni" / "README.md"
        rows = ROW.findall(readme.read_text(encoding="utf-8"))
        files = [file for _, _, where in rows for file in re.findall(r"[\w/]+\.(?:cpp|h)\b", where)]
        self.assertGreater(len(files), 40, "the tables cannot be read")
        for file in files:
            if not (SOURCE / "vrni" / file).is_file() and not (SOURCE / file).is_file():
                self.report(readme, f"names {file}, which is not there")
        self.assert_no_faults()

    def test_fmt_is_not_in_headers(self):
        for path in source_files(".h"):
            if any(library_of(header) == "fmt" for _, header in INCLUDE.findall(path.read_text(encoding="utf-8"))):
                self.report(path, "includes fmt, which every includer would then compile")
        self.assert_no_faults()

    def test_files_are_short(self):
        for path in source_files(".h", ".cpp"):
            limit = MAX_LINES_OF_MAIN if relative(path) == "main.cpp" else MAX_LINES
            lines = path.read_text(encoding="utf-8").count("\n")
            if lines > limit:
                self.report(path, f"has {lines} lines, more than {limit}")
        self.assert_no_faults()

    def test_every_source_file_is_built(self):
        for path in source_files(".cpp"):
            build_file = SOURCE / path.relative_to(SOURCE).parts[0] / "meson.build" if path.parent != SOURCE else SOURCE / "meson.build"
            name = path.relative_to(build_file.parent)
            listed = f"'{name}'" in build_file.read_text(encoding="utf-8")
            if not listed:
                self.report(path, f"is not in {relative(build_file)}")
        self.assert_no_faults()

    def test_every_source_file_has_a_test(self):
        for path in source_files(".cpp"):
            test = ROOT / "tests/unit" / path.relative_to(SOURCE).with_name(path.stem + "_test.cpp")
            if not test.exists() and relative(path) not in UNTESTED:
                self.report(path, f"has no test {test.relative_to(ROOT)}")
        self.assert_no_faults()

    def test_the_exceptions_are_still_needed(self):
        for name in UNTESTED:
            path = SOURCE / name
            test = ROOT / "tests/unit" / Path(name).with_name(path.stem + "_test.cpp")
            self.assertTrue(path.exists(), f"UNTESTED names {name}, which is gone")
            self.assertFalse(test.exists(), f"UNTESTED names {name}, which has a test")


LAMBDA_WITH_CAPTURE = re.compile(r"(?<![\w\])\[])\[(?![\[\]])[^\[\]]+\]\s*(?:\(|\{|mutable\b|noexcept\b)")
AGGREGATE = re.compile(r"(?:[(,]\s*\{)|(?:\b[A-Z]\w*(?:<[^;<>]*>)?\s*\{)")

# "co_await (a() || b())" is an operator of Asio's and no condition.
SHORT_CIRCUIT = re.compile(r"(?:&&|\|\|)\s*!?\s*co_await\b|\bco_await\s+[\w.:>-]+\([^;{}]*?\)\s*(?:&&|\|\|)")


def awaited_expressions(code):
    """Every full expression with a co_await, from the start of its statement to its end, and the line where it begins."""
    for match in re.finditer(r"\bco_await\b", code):
        start = max(code.rfind(mark, 0, match.start()) for mark in ";{}") + 1
        depth = 0
        end = match.end()
        while end < len(code):
            character = code[end]
            if character in "([{":
                depth += 1
            elif character in ")]}":
                depth -= 1
            if depth < 0 or (depth == 0 and character == ";"):
                break
            end += 1
        yield code.count("\n", 0, match.start()) + 1, code[start:end]


def temporaries_in(code):
    """GCC 12 destroys temporaries of a co_await's full expression twice where they are aggregates or lambdas with captures, and
    jumps astray where it is an operand of a condition's && or ||."""
    for line, expression in awaited_expressions(code):
        if LAMBDA_WITH_CAPTURE.search(expression):
            yield line, "a lambda with captures"
        elif AGGREGATE.search(expression):
            yield line, "a temporary in braces"
        elif SHORT_CIRCUIT.search(expression):
            yield line, "an operand of && or ||"


class CoroutineTemporaries(unittest.TestCase):
    def test_no_file_has_one(self):
        faults = []
        for path in source_files(".h", ".cpp"):
            code = without_comments_and_strings(path.read_text(encoding="utf-8"))
            for line, what in temporaries_in(code):
                faults.append(f"src/{relative(path)}:{line}: {what} in a co_await expression: name it, then move it")
        self.assertEqual([], faults, "\n" + "\n".join(faults))

    def test_the_check_finds_them(self):
        for code in (
            "co_await send({.a = s});", "co_await send(Options{s, 2});", "auto r = co_await f(x, {1, 2});",
            "co_await run([&]() { return 1; });", "co_await run([this, x] { go(); });",
            "if (co_await f(Options{})) return;", "if (!co_await f(x) && y) return;", "while (x || co_await f(y)) go();",
        ):
            with self.subTest(code):
                self.assertTrue(list(temporaries_in(code)))

    def test_the_check_leaves_others_alone(self):
        for code in (
            "co_await send(std::move(options));", "auto n = co_await socket.async_read(buffers[i], token);",
            "if (co_await f(x)) { Options o{1}; }", "co_await run([] { return 1; });",
            "while (co_await next()) { use(Options{}); }", "Options o{1}; co_await send(o);",
            "co_await (input() || transport.watch());",
        ):
            with self.subTest(code):
                self.assertEqual([], list(temporaries_in(code)))


if __name__ == "__main__":
    main()
