"""The scripts of --completion in the shells that they are for."""

import os
import pty
import re
import select
import shutil
import subprocess
import unittest

from support.process import wait_until
from support.program import environment, run_program
from support.testcase import IntegrationTest, main

LIMIT_SECONDS = 60

# What is typed, and what all three shells offer for its last word.
OFFERED = {
    "--log": ["--log-format", "--log-level"],
    "--format rfc": ["rfc3164", "rfc5424"],
    "--format=rfc": ["rfc3164", "rfc5424"],
    "--domain-type L": ["LDAP", "LOCAL"],
    "--collector tl": ["tls://"],
    "--config pass": ["password-file"],
    "--config=pass": ["password-file"],
    "--state-dir st": ["states/"],
    "--help col": ["collectors"],
    "--username a": [],
    "--yesterday --completion f": ["fish"],
}


class CompletionTest(IntegrationTest):
    def setUp(self):
        super().setUp()
        self.folder = self.directory / "work"
        (self.folder / "states").mkdir(parents=True)
        (self.folder / "password-file").touch()
        (self.folder / "stored").touch()

    def script_for(self, shell):
        run = run_program(self.directory, "--completion", shell)
        self.assert_exit(run, 0)
        self.assertEqual("", run.stderr)
        script = self.directory / shell
        script.write_bytes(run.stdout)
        return script

    def run_shell(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS, cwd=self.folder,
                              env=environment(self.directory), check=False)
        self.assertEqual("", done.stderr, command)
        self.assertEqual(0, done.returncode, command)
        return done.stdout

    def assert_offers(self, offered_for):
        for typed, offered in OFFERED.items():
            with self.subTest(typed):
                self.assertEqual(offered, sorted(offered_for(typed)))


@unittest.skipUnless(shutil.which("bash"), "bash is not installed")
class Bash(CompletionTest):
    def offered_for(self, typed):
        """Readline splits words at =, too."""
        words = ["vrni2syslog", *re.findall(r"=|[^\s=]+", typed)] + ([""] if typed.endswith(" ") else [])
        text = self.run_shell("bash", "--norc", "-c", f'''
            source {self.directory}/bash; COMP_WORDS=({" ".join(repr(word) for word in words)}); COMP_CWORD={len(words) - 1}
            _vrni2syslog; for reply in "${{COMPREPLY[@]}}"; do echo "$reply"; done''')
        return text.split("\n")[:-1]

    def setUp(self):
        super().setUp()
        self.script_for("bash")

    def test_the_script_is_one(self):
        self.run_shell("bash", "-n", self.directory / "bash")

    def test_what_is_offered(self):
        # Readline itself adds the slash of a directory.
        self.assert_offers(lambda typed: [word + "/" if word == "states" else word for word in self.offered_for(typed)])

    def test_an_underscore_means_a_dash(self):
        self.assertEqual(["--platform-ip"], self.offered_for("--platform_i"))
        self.assertEqual(["LDAP"], self.offered_for("--domain_type LD"))

    def test_a_list_is_completed_word_by_word(self):
        self.assertEqual(["bytes,packets"], self.offered_for("--metrics bytes,pa"))

    def test_nothing_typed_offers_all_options(self):
        self.assertGreater(len(self.offered_for("--yesterday ")), 70)

    def test_file_names_with_blanks_stay_whole(self):
        (self.folder / "two words").touch()
        self.assertEqual(["two words"], self.offered_for("--config two"))


@unittest.skipUnless(shutil.which("fish"), "fish is not installed")
class Fish(CompletionTest):
    def offered_for(self, typed):
        text = self.run_shell("fish", "--no-config", "-c", f"source {self.directory}/fish; complete -C 'vrni2syslog {typed}'")
        words = [line.split("\t")[0] for line in text.split("\n")[:-1]]
        return [word.partition("=")[2] if word.startswith("--") and "=" in word else word for word in words]

    def setUp(self):
        super().setUp()
        self.script_for("fish")

    def test_the_script_is_one(self):
        self.run_shell("fish", "--no-execute", self.directory / "fish")

    def test_what_is_offered(self):
        self.assert_offers(self.offered_for)

    def test_a_list_is_completed_word_by_word(self):
        self.assertIn("bytes,packets", self.offered_for("--metrics bytes,pa"))


@unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
class Zsh(CompletionTest):
    """Its line editor needs a terminal."""

    def setUp(self):
        super().setUp()
        self.script_for("zsh").rename(self.directory / "_vrni2syslog")
        self.run_shell("zsh", "-n", self.directory / "_vrni2syslog")
        process, self.terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execvpe("zsh", ["zsh", "-f"], {**environment(self.directory), "TERM": "dumb", "COLUMNS": "300"})
        self.addCleanup(os.waitpid, process, 0)
        self.addCleanup(os.close, self.terminal)
        self.shown = ""
        # A widget that shows the line after each completion, and drops it; what is offered is inserted as a whole.
        for line in (f"fpath=({self.directory} $fpath); autoload -Uz compinit; compinit -u -D; PROMPT=; unsetopt zle_bracketed_paste",
                     "zstyle ':completion:*' completer _complete; zstyle ':completion:*' insert-unambiguous false; setopt no_beep",
                     "all() { compstate[insert]=all; compstate[list]= }; compprefuncs=(); comppostfuncs=()",
                     "everything() { comppostfuncs=(all); zle complete-word; print -r -- \"<<$BUFFER>>\"; BUFFER=; zle redisplay }",
                     "zle -C complete-word complete-word _main_complete; zle -N everything; bindkey '^I' everything",
                     "print READY$((1+1))"):
            self.type(line + "\n")
        self.wait_for(r"READY2\r")

    def type(self, text):
        os.write(self.terminal, text.encode())

    def wait_for(self, pattern):
        def found():
            while select.select([self.terminal], [], [], 0)[0]:
                self.shown += os.read(self.terminal, 65536).decode("utf-8", "replace")
            return re.search(pattern, self.shown)
        return wait_until(found, f"zsh shows {pattern}; it has shown {self.shown[-2000:]}", LIMIT_SECONDS)

    def offered_for(self, typed):
        self.shown = ""
        self.type(f"vrni2syslog {typed}\t")
        *before, last = typed.split(" ")
        words = self.wait_for(r"<<vrni2syslog (.*)>>")[1].split()[len(before):]
        if words == [last]:
            return []
        return [word.partition("=")[2] or word.rstrip("=") for word in words]

    def test_what_is_offered(self):
        self.assert_offers(self.offered_for)

    def test_a_list_is_completed_word_by_word(self):
        self.assertEqual(["bytes,packets"], [word.rstrip(",") for word in self.offered_for("--metrics bytes,pa")])

    def test_an_option_that_was_given_is_not_offered_again_unless_it_may_be(self):
        self.assertEqual(["--log-level"], self.offered_for("--log-format json --log"))
        self.assertIn("--collector", self.offered_for("--collector - --coll"))


if __name__ == "__main__":
    main()
