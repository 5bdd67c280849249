"""What a build makes and installs, and of what it is made."""

import configparser
import json
import os
import platform
import re
import shutil
import stat
import subprocess
import unittest
from pathlib import Path

from support.program import BINARY, IS_SANITIZED, ROOT
from support.testcase import IntegrationTest, main
from test_documentation import dead_links, links

BUILD = Path(BINARY).parents[1]

# Below the prefix: what README and manual pages name, and who may do what with it.
INSTALLED = {
    "bin/vrni2syslog": 0o755,
    "bin/vrni2syslog-verify": 0o755,
    "share/bash-completion/completions/vrni2syslog": 0o644,
    "share/fish/vendor_completions.d/vrni2syslog.fish": 0o644,
    "share/zsh/site-functions/_vrni2syslog": 0o644,
    "share/doc/vrni2syslog/CHANGELOG.md": 0o644,
    "share/doc/vrni2syslog/README.md": 0o644,
    **{f"share/doc/vrni2syslog/doc/{path.name}": 0o644 for path in (ROOT / "packaging/doc").iterdir()},
    "share/doc/vrni2syslog/examples/vrni2syslog.conf": 0o644,
    "share/doc/vrni2syslog/examples/vrni2syslog.cron": 0o644,
    **{f"share/doc/vrni2syslog/{path.relative_to(ROOT / 'packaging')}": 0o755 if os.access(path, os.X_OK) else 0o644
       for path in (ROOT / "packaging/receivers").rglob("*") if path.is_file() and path.suffix != ".pyc"},
    **{f"share/doc/vrni2syslog/monitoring/{path.name}": 0o644 for path in (ROOT / "packaging/monitoring").iterdir()},
    **{f"share/doc/vrni2syslog/vrli/{name}": 0o644 for name in ("README.md", "vcf-9.1-extracted-fields.json", "vrni-flows.vlcp")},
    "share/doc/vrni2syslog/systemd/README.md": 0o644,
    **{f"share/doc/vrni2syslog/systemd/examples/{path.name}": 0o644 for path in (ROOT / "packaging/systemd/examples").iterdir()},
    "share/man/man1/vrni2syslog.1": 0o644,
    "share/man/man1/vrni2syslog-verify.1": 0o644,
}


def output_of(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, **more).stdout


@unittest.skipUnless(shutil.which("meson"), "Meson is not installed")
class Options(IntegrationTest):
    """Packages are built without tests, and try.sh with the simulator alone."""

    def targets_of(self, tests):
        folder = self.directory / tests
        output_of("meson", "setup", folder, ROOT, f"-Dtests={tests}", "-Dwrap_mode=nodownload")
        targets = json.loads(output_of("meson", "introspect", "--targets", folder))
        return {target["name"] for target in targets if target["type"] == "executable"}

    def test_tests_can_be_left_out(self):
        self.assertEqual({"vrni2syslog"}, self.targets_of("none"))
        self.assertEqual({"vrni2syslog", "vrni-simulator"}, self.targets_of("simulator"))

    def test_unit_tests_can_be_left_out(self):
        targets = self.targets_of("integration")
        self.assertLess({"vrni2syslog", "vrni-simulator", "bench_stages"}, targets)
        self.assertEqual(set(), {name for name in targets if name.startswith("fuzz_") or name == "vrni_test"})


class Subprojects(unittest.TestCase):
    """What is fetched where the distribution lacks it cannot be another thing tomorrow."""

    def test_every_wrap_pins_what_it_fetches(self):
        wraps = sorted((ROOT / "subprojects").glob("*.wrap"))
        self.assertGreater(len(wraps), 3)
        for path in wraps:
            with self.subTest(path.name):
                wrap = configparser.ConfigParser(interpolation=None)
                wrap.read(path)
                fetched = [wrap[name] for name in wrap.sections() if name.startswith("wrap-")]
                self.assertEqual(1, len(fetched))
                if fetched[0].name == "wrap-git":
                    self.assertRegex(fetched[0]["revision"], r"^[0-9a-f]{40}$")
                else:
                    self.assertEqual("wrap-file", fetched[0].name)
                    self.assertRegex(fetched[0]["source_hash"], r"^[0-9a-f]{64}$")
                    # Files of ours go on top; what is fetched for that has a hash of its own.
                    self.assertEqual("patch_url" in fetched[0], "patch_hash" in fetched[0])


@unittest.skipIf(IS_SANITIZED, "sanitizers go without")
@unittest.skipUnless(shutil.which("readelf"), "readelf is not installed")
class Hardening(unittest.TestCase):
    """Names and certificates come from the network: an error in reading them must stay one."""

    def test_the_program_is_position_independent(self):
        self.assertRegex(output_of("readelf", "-hW", BINARY), r"Type:\s+DYN ")
        self.assertRegex(output_of("readelf", "-dW", BINARY), r"\(FLAGS_1\).*\bPIE\b")

    def test_what_the_linker_fills_in_is_read_only_from_the_start(self):
        self.assertRegex(output_of("readelf", "-lW", BINARY), r"(?m)^\s+GNU_RELRO\s")
        self.assertRegex(output_of("readelf", "-dW", BINARY), r"\(FLAGS\).*\bBIND_NOW\b|\(FLAGS_1\).*\bNOW\b")

    def test_the_stack_can_neither_overflow_unseen_nor_be_run(self):
        self.assertIn("__stack_chk_fail", output_of("readelf", "--dyn-syms", "-W", BINARY))
        self.assertRegex(output_of("readelf", "-lW", BINARY), r"(?m)^\s+GNU_STACK\s.* RW ")


def compile_command():
    """With which the program's main() was compiled; empty if nobody knows."""
    file = BUILD / "compile_commands.json"
    commands = json.loads(file.read_text()) if file.exists() else []
    return next((entry["command"] for entry in commands if entry["output"].startswith("src/vrni2syslog.p/")), "")


@unittest.skipIf(IS_SANITIZED, "sanitizers go without")
@unittest.skipUnless(re.search(r" -O[123s] ", compile_command()), "only optimised builds have it")
class HardeningOfOptimisedBuilds(unittest.TestCase):
    """Where the compiler knows it: GCC 12 on x86-64 does."""

    def assert_in_code(self, flag, instruction, times):
        if flag not in compile_command():
            self.skipTest(f"the compiler does not know {flag}")
        if platform.machine() != "x86_64":
            self.skipTest("the instruction is that of x86-64")
        self.assertGreaterEqual(Path(BINARY).read_bytes().count(instruction), times)

    def test_indirect_jumps_have_marked_targets(self):
        self.assert_in_code("-fcf-protection", b"\xf3\x0f\x1e\xfa", 1000)  # endbr64

    def test_the_stack_cannot_jump_over_its_guard(self):
        self.assert_in_code("-fstack-clash-protection", b"\x48\x83\x0c\x24\x00", 1)  # orq $0, (%rsp)

    def test_the_bounds_of_containers_are_checked(self):
        self.assertIn("-D_GLIBCXX_ASSERTIONS", compile_command())
        self.assertRegex(output_of("readelf", "--dyn-syms", "-W", BINARY), "__glibcxx_assert_fail")

    def test_variables_are_initialised_and_calls_of_the_c_library_checked(self):
        command = compile_command()
        self.assertRegex(command, r"-D_FORTIFY_SOURCE=[23]")
        self.assertRegex(output_of("readelf", "--dyn-syms", "-W", BINARY), r"__\w+_chk")
        if "g++" in command and int(output_of("g++", "-dumpversion").split(".")[0]) >= 12:
            for flag in ("-ftrivial-auto-var-init=zero", "-fstack-clash-protection", "-D_FORTIFY_SOURCE=3"):
                self.assertIn(flag, command)


@unittest.skipUnless(shutil.which("meson") and (BUILD / "build.ninja").exists(), "no build directory of Meson")
class Installation(IntegrationTest):
    def test_what_is_installed(self):
        output_of("meson", "install", "-C", BUILD, "--no-rebuild", env={**os.environ, "DESTDIR": str(self.directory)}, umask=0o027)
        prefix = next(self.directory.rglob("bin/vrni2syslog")).parents[1]
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in self.directory.rglob("*") if path.is_file()}
        self.assertEqual({prefix / name: mode for name, mode in INSTALLED.items()}, modes)
        for program in ("vrni2syslog", "vrni2syslog-verify"):
            self.assertIn(program, output_of(prefix / "bin" / program, "--help"))
        pages = sorted((prefix / "share/doc").rglob("*.md"))
        self.assertEqual([], dead_links(pages))
        self.assertGreater(len([target for page in pages for target in links(page)]), 50)

    def test_the_readme_builds_all_that_is_installed(self):
        """What is not built stops `meson install --no-rebuild`; ninja without a target builds everything."""
        built = [path for path in json.loads(output_of("meson", "introspect", "--installed", BUILD)) if Path(path).is_relative_to(BUILD)]
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        targets = re.search(r"(?m)^meson setup build-release .*-Dtests=none.*\nninja -C build-release(.*)$", readme)[1].split()
        self.assertIn(targets, ([], [str(Path(path).relative_to(BUILD)) for path in built]))


if __name__ == "__main__":
    main()
