"""README, packaging/doc, manual pages, example configuration and --help say the same."""

import re
import shutil
import subprocess
import unittest

import test_formats
import test_verify
import test_verify_damage
from support import evidence, signed_archive
from support.program import ROOT, run_program
from support.testcase import IntegrationTest, main

MANUAL = (ROOT / "packaging/vrni2syslog.1").read_text(encoding="utf-8")
# For users; for those who work on the code there are more.
PAGES = [ROOT / "README.md", *sorted((ROOT / "packaging/doc").glob("*.md")), *sorted((ROOT / "packaging/receivers").rglob("*.md")),
         ROOT / "packaging/systemd/README.md",
         ROOT / "packaging/vrli/README.md"]
ALL_PAGES = [*PAGES, *(path for name in (".github", "src", "tests") for path in sorted((ROOT / name).rglob("*.md")))]
EXAMPLE = ROOT / "packaging/vrni2syslog.conf"
RECEIVERS = ROOT / "packaging/receivers"

# In examples, the options of other programs follow their name: "logger --prio-prefix".
OTHER_PROGRAMS = re.compile(
    r"\b(?:apt-get|basenc|curl|git|kafka-[a-z-]+\.sh|logger|meson(?: install)?|openssl|podman(?: \w+)?|sha256sum|sh packaging/[\w/.-]+|systemctl(?: enable)?|systemd-tmpfiles|"
    r"vrni-simulator|vrni2syslog-verify)\s+-.*")


MANUAL_OPTION = r"^\.It (?:Fl \w , )?Fl -([a-z-]+)"


def options_of_manual():
    """Option to the name of its value, "" for a flag."""
    return dict(re.findall(MANUAL_OPTION + r"(?: (?:Op )?Ar (\w+))?$", MANUAL, re.MULTILINE))


def paragraphs_of_manual():
    """Option to its source in the manual page."""
    paragraphs, depth, name = {}, 0, None
    for line in MANUAL.partition(".Sh DESCRIPTION")[2].partition("\n.Sh ")[0].splitlines(keepends=True):
        depth += line.startswith(".Bl ") - line.startswith(".El")
        if depth == 0:
            name = None
        elif depth == 1 and (item := re.match(MANUAL_OPTION, line)):
            name = item[1]
            paragraphs[name] = ""
        elif name:
            paragraphs[name] += line
    return paragraphs


def rendered(paragraphs):
    """The same, as groff shows them: words with one space between them."""
    page = ".Dd x\n.Dt X 1\n.Os\n.Sh NAME\n.Nm vrni2syslog\n.Nd x\n" + "".join(
        f".Sh OPTION-{name}\n{source}" for name, source in {**paragraphs, "end": ".Nm\n"}.items())
    done = subprocess.run(["groff", "-mdoc", "-Tascii", "-P-cbou", "-rLL=5000n", "-rHY=0"], input=page, capture_output=True, text=True,
                          timeout=60, check=True)
    sections = re.split(r"^OPTION-([a-z-]+)$", done.stdout, flags=re.MULTILINE)[1:]
    return {name: " ".join(text.replace("`", "'").split()) for name, text in zip(sections[:-2:2], sections[1::2])}


def fields_of_manual():
    section = MANUAL.partition(".Sh FIELDS")[2].partition(".El")[0]
    return [name for line in re.findall(r"^\.It (Va .*)$", section, re.MULTILINE)
            for name in re.findall(r"Va (\w+)", line)]


def page(name):
    return (ROOT / "packaging/doc" / name).read_text(encoding="utf-8")


def fields_of_pages():
    """The fields that packaging/doc/lines.md lists: those of every line, those of the flow, and those of its two ends."""
    text = page("lines.md")
    common, of_sides = text.partition("\n- of the flow: ")[2].partition("\n\n")[0].split("with the prefix `src_` or `dst_`:")
    of_every_line = re.search(r"^\| structured data \|(.*)$", text, re.MULTILINE)[1]
    common, of_sides = (re.findall(r"`([a-z]\w*)`", text) for text in (of_every_line + common, of_sides))
    return common + [side + name for name in of_sides for side in ("src_", "dst_")]


def packages(name):
    """A list of packaging/common.sh."""
    text = (ROOT / "packaging/common.sh").read_text(encoding="utf-8")
    return re.search(rf'^{name}="([^"]*)"', text, re.MULTILINE)[1].split()


def links(path):
    """Where the links of a page lead that do not leave the documentation."""
    return re.findall(r"\]\((?!https?:)([^)\s]+)\)", path.read_text(encoding="utf-8"))


def anchors(path):
    """What a link may have after "#"."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings]


def dead_links(paths):
    """(page, link) for each link that leads to no file, or to no heading in it."""
    dead = []
    for path in paths:
        for target in links(path):
            name, _, heading = target.partition("#")
            linked = (path.parent / name) if name else path
            if not linked.exists() or (heading and heading not in anchors(linked)):
                dead.append((str(path), target))
    return dead


class DocumentationTest(IntegrationTest):
    def run_quietly(self, *arguments):
        run = run_program(self.directory, *arguments)
        self.assert_exit(run, 0)
        self.assertEqual("", run.stderr)
        return run.stdout.decode()

    def options_of_help(self):
        text = self.run_quietly("--help", "all")
        return dict(re.findall(r"^  (?:-\w, |    )--([a-z-]+)(?: \[?([A-Z0-9]+)\]?)?(?= {2}|$)", text, re.MULTILINE))

    def choices_of(self, name):
        """The values that an option takes."""
        platform = ("--api-token-file", EXAMPLE) if name == "cloud-location" else ("--platform-ip", "192.0.2.1", "--password", "x")
        refused = run_program(self.directory, *platform, "--dry-run", f"--{name}", "nothing")
        self.assert_exit(refused, 64)
        return re.search(r"write one of: ([^,(]*)", refused.stderr)[1].split()

    @staticmethod
    def options_of_verifier():
        done = subprocess.run(
            [ROOT / "packaging/vrni2syslog-verify", "--help"], capture_output=True, text=True, timeout=60, check=True)
        return set(re.findall(r"^  --([a-z-]+)", done.stdout, re.MULTILINE))

    def test_help_lists_options(self):
        options = self.options_of_help()
        self.assertGreater(len(options), 40)
        self.assertEqual(options["platform-ip"], "HOST")
        self.assertEqual(options["yesterday"], "")

    def test_manual_and_help_have_the_same_options_in_the_same_order(self):
        self.assertEqual(list(options_of_manual().items()), list(self.options_of_help().items()))

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_help_about_an_option_says_what_the_manual_says(self):
        of_manual = rendered(paragraphs_of_manual())
        self.assertEqual(list(of_manual), list(self.options_of_help()))
        for name, text in of_manual.items():
            with self.subTest(option=name):
                shown = self.run_quietly("--help", name).partition("\n")[2]
                self.assertEqual(re.sub(r"\n\n    Environment: (.|\n)*", "", shown).split(), text.split())

    def test_manual_has_the_defaults(self):
        texts = {section.split()[0]: section for section in re.split(r"^\.It (?:Fl \w , )?Fl -", MANUAL, flags=re.MULTILINE)[1:]}
        printed = self.run_quietly("--print-config").partition("# defaults\n")[2]
        defaults = re.findall(r"^([a-z-]+) = (.+)$", printed, re.MULTILINE)
        self.assertGreater(len(defaults), 15)
        for name, value in defaults:
            with self.subTest(option=name):
                self.assertIn(value, texts[name])

    def test_manual_names_every_choice_of_an_option_and_no_other(self):
        table = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "src/app/options").glob("option_rows_*.h")))
        with_choices = re.findall(r'\.name = "([a-z-]+)",(?:(?!\.option = ).)*?\.choices = ', table, re.DOTALL)
        self.assertGreater(len(with_choices), 8)
        paragraphs = paragraphs_of_manual()
        for name in with_choices:
            with self.subTest(option=name):
                self.assertEqual(sorted(self.choices_of(name)), sorted(set(re.findall(r"^\.Cm (\S+)", paragraphs[name], re.MULTILINE))))

    def test_lists_of_formats_have_every_format(self):
        """Who adds a format finds here what still lacks it: pages, tests of the verifier, fuzz targets and golden lines."""
        formats = set(self.choices_of("format"))
        of_one_text = {"message", "logger"}
        verifier = (ROOT / "packaging/vrni2syslog-verify.1").read_text(encoding="utf-8")
        fuzz_targets = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/fuzz").glob("fuzz_line_*.cpp")))

        def rows_of(name):
            return set(re.findall(r"^\| `([a-z\d-]+)` \|", page(name), re.MULTILINE)) & formats

        lists = {
            "lines.md": rows_of("lines.md"),
            "sizing.md, where message stands for both": rows_of("sizing.md") | {"logger"},
            "auditors.md": {name for name in formats if f"`{name}`" in page("auditors.md")},
            "vrni2syslog-verify.1": {name for name in formats if re.search(rf"(?<![\w-]){name}(?![\w-])", verifier)},
            "evidence.py": set(evidence.FORMATS),
            "signed_archive.py": set(signed_archive.LINES),
            "test_verify.py": {"rfc5424", *test_verify.FORMATS, *of_one_text},
            "test_verify_damage.py": {*test_verify_damage.LINES, *of_one_text},
            "test_formats.py": {*test_formats.PROGRAMS, *of_one_text},
            "tests/fuzz": {name for name in formats if f'"{name}"' in fuzz_targets},
            "tests/golden": {path.name.split(".")[1] for path in (ROOT / "tests/golden").glob("*.line")} & formats,
        }
        for where, names in lists.items():
            with self.subTest(where):
                self.assertEqual(sorted(formats), sorted(names))

    def test_manual_mentions_only_options_that_exist(self):
        mentioned = set(re.findall(r"\bFl -([a-z][a-z-]+)", MANUAL))
        self.assertEqual(mentioned - set(self.options_of_help()), set())

    def test_pages_name_only_options_that_exist(self):
        of_help = set(self.options_of_help()) | self.options_of_verifier()
        named = set()
        for path in PAGES:
            text = OTHER_PROGRAMS.sub("", path.read_text(encoding="utf-8"))
            of_page = {name.replace("_", "-") for name in re.findall(r"(?<![\w-])--([a-z][a-z_-]*[a-z])", text)}
            named |= of_page
            with self.subTest(page=path.name):
                self.assertEqual(of_page - of_help, set())
        self.assertGreater(len(named), 30)

    def test_links_between_pages_lead_somewhere(self):
        self.assertEqual([], dead_links(ALL_PAGES))
        self.assertGreater(len([target for path in ALL_PAGES for target in links(path)]), 10)

    def test_recipes_say_what_to_choose_how_to_see_that_they_work_and_whether_they_were_run(self):
        index = (RECEIVERS / "README.md").read_text(encoding="utf-8")
        recipes = [path for path in sorted(RECEIVERS.iterdir()) if path.name != "README.md"]
        self.assertGreater(len(recipes), 4)
        tests = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/integration").rglob("*.py")))
        for path in recipes:
            with self.subTest(recipe=path.name):
                text = (path / "README.md" if path.is_dir() else path).read_text(encoding="utf-8")
                self.assertIn("Choose here:", text)
                self.assertIn("How to see that it works:", text)
                was_run = re.search(r"Run in our tests:\**\s+(yes|no|the transform)\b", text)
                self.assertIsNotNone(was_run)
                if was_run[1] != "no":
                    self.assertIn(path.name, tests)
                self.assertIn(f"]({path.name})", index)

    def test_pages_and_manual_have_the_same_exit_codes(self):
        rows = re.findall(r"^\| ([\d, ]+) \|", page("troubleshooting.md"), re.MULTILINE)
        of_manual = {int(code) for code in re.findall(r"^\.It (\d+)$", MANUAL, re.MULTILINE)}
        self.assertEqual({int(code) for row in rows for code in row.split(",")}, of_manual)

    def test_manual_lists_the_fields_that_there_are(self):
        table = (ROOT / "src/flow/flow_field.cpp").read_text(encoding="utf-8")
        names = re.findall(r'\.field = FlowField::\w+,[^}]*?\.name = "(\w+)"', table)
        self.assertGreater(len(names), 50)
        self.assertEqual(fields_of_manual(), names)

    def test_pages_list_the_same_fields(self):
        self.assertEqual(sorted(fields_of_pages()), sorted(fields_of_manual()))

    def test_pages_list_the_packages_that_the_scripts_install(self):
        paragraph = " ".join(page("building.md").partition("\nDebian packages: ")[2].partition(". ")[0].split())
        to_build, _, to_test = paragraph.partition("; for the tests ")
        self.assertEqual(sorted(to_build.split()), sorted(packages("build_packages")))
        self.assertEqual(sorted(to_test.split()),
                         sorted(packages("googletest_packages") + packages("check_packages") + packages("test_packages")))

    def test_fields_of_the_manual_are_accepted(self):
        run = run_program(self.directory, "--platform-ip", "192.0.2.1", "--dry-run", "--fields", ",".join(fields_of_manual()))
        self.assert_exit(run, 64, "no password")  # the first thing that is wrong

    def test_example_configuration_says_nothing_as_it_is(self):
        self.assertNotIn("# configuration file", self.run_quietly("--config", EXAMPLE, "--print-config"))

    def test_example_configuration_can_be_read_with_every_line_in_effect(self):
        lines = re.findall(r"^#([a-z-]+ =.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
        self.assertGreater(len(lines), 15)
        names = [line.split(" =")[0] for line in lines if not line.startswith("collector =")]
        self.assertEqual(sorted(set(names)), sorted(names), "the first of two would have no effect")
        config = self.directory / "vrni2syslog.conf"
        config.write_text("\n".join(lines), encoding="utf-8")
        printed = self.run_quietly("--config", config, "--print-config")
        for line in lines:
            if line.startswith("bearer-token-command ="):
                line = "bearer-token-command = <hidden>"
            self.assertIn(line.strip(), [printed_line.strip() for printed_line in printed.splitlines()])

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_manuals_are_clean(self):
        for name in ("vrni2syslog.1", "vrni2syslog-verify.1"):
            done = subprocess.run(["groff", "-mdoc", "-Tutf8", "-ww", "-z", str(ROOT / "packaging" / name)],
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.stderr, "", name)

    def test_the_manual_of_the_verifier_has_its_options(self):
        manual = (ROOT / "packaging/vrni2syslog-verify.1").read_text(encoding="utf-8").partition(".Sh OUTPUT")[0]
        of_manual = re.findall(r"^\.It Fl -([a-z-]+)", manual, re.MULTILINE) + re.findall(r", Fl -([a-z-]+)", manual)
        self.assertEqual(sorted(self.options_of_verifier()), sorted(of_manual))


class Scripts(IntegrationTest):
    """Those of packaging/. Each must look at its arguments before it does anything."""

    def run_each(self, argument):
        scripts = [path for path in sorted((ROOT / "packaging").glob("*.sh")) if path.name != "common.sh"]
        self.assertGreater(len(scripts), 6)
        # In another folder than that of the examples.
        return {path.name: subprocess.run(["/bin/sh", path, argument], cwd=self.directory, env={"PATH": "/usr/bin:/bin"},
                                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
                for path in scripts}

    def test_say_what_they_do(self):
        for option in ("--help", "-h"):
            for name, done in self.run_each(option).items():
                with self.subTest(name, option=option):
                    self.assertEqual((0, ""), (done.returncode, done.stderr))
                    lines = done.stdout.splitlines()
                    self.assertRegex(lines[0], r"^[A-Z][a-z]+s ", "it begins with what it does")
                    self.assertTrue([line for line in lines if line.startswith(f"  sh packaging/{name}")], done.stdout)
                    self.assertFalse([line for line in lines if line.startswith("#")], done.stdout)

    def test_refuse_options_that_they_do_not_have(self):
        for name, done in self.run_each("--no-such-option").items():
            with self.subTest(name):
                self.assertEqual((64, ""), (done.returncode, done.stdout))
                self.assertIn("--no-such-option", done.stderr.splitlines()[0])
                self.assertRegex(done.stderr, rf"\nusage:\n(.*\n)*  sh packaging/{name}")


if __name__ == "__main__":
    main()
