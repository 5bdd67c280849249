"""Manifests are signed and chained: nobody can change, remove or insert a window without its being seen."""

import json
import shutil
import stat
import time

from support.evidence import FORMATS, PublicKey, manifests_of
from support.expected_line import rfc3339
from support.job import CANNOT_CREATE, CONFIGURATION, DAY, HOUR, OK, TEMPORARY, USAGE, JobTest
from support.peers import PythonCollector
from support.process import free_port
from support.program import run_program
from support.testcase import main


class EvidenceTest(JobTest):
    """Jobs whose collectors are files."""

    flows = 60

    def setUp(self):
        super().setUp()
        self.archive = self.directory / "archive.log"
        self.url = f"file://{self.archive}"

    def make_key(self, name="key"):
        """The options with the new private key, and its public key."""
        file = self.directory / f"{name}.pem"
        run = run_program(self.directory, "--make-manifest-key", file)
        self.assert_exit(run, OK)
        return ("--manifest-key", str(file)), PublicKey(self.directory, run.stdout.decode())

    def manifests(self, path=None):
        return manifests_of((path or self.archive).read_text(encoding="utf-8").splitlines())

    def assert_chain(self, manifests, key, genesis="first"):
        """The manifests are one chain from its beginning on, and all are signed with the key."""
        self.assertTrue(manifests)
        self.assertEqual(("genesis", genesis), (manifests[0]["prev"], manifests[0]["genesis"]))
        self.assertEqual([manifest.digest for manifest in manifests[:-1]], [manifest["prev"] for manifest in manifests[1:]])
        self.assertFalse([manifest.text for manifest in manifests[1:] if manifest["genesis"]])
        if key:
            self.assertFalse([manifest.text for manifest in manifests if not manifest.is_signed_by(key)])


class Chains(EvidenceTest):
    def test_runs_make_one_chain(self):
        options, key = self.make_key()
        for ago in (9, 5, 1):
            self.assert_silent(self.run_job([self.url], *options, ago=ago))
        manifests = self.manifests()
        self.assertEqual(3, len(manifests))
        self.assert_chain(manifests, key)
        forged = manifests[1].text.replace("flows=", "flows=1")
        self.assertFalse(key.has_signed(forged, manifests[1]["sig"]))

    def test_every_format(self):
        options, key = self.make_key()
        for name in FORMATS:
            with self.subTest(format=name):
                archive = self.directory / f"{name}.log"
                for ago in (5, 1):
                    self.assert_silent(self.run_job([f"file://{archive}"], "--job", f"of-{name}", "--format", name, *options, ago=ago))
                manifests = self.manifests(archive)
                self.assertEqual(2, len(manifests))
                self.assert_chain(manifests, key)
                self.assertEqual({(name, f"of-{name}")}, {(one["format"], one["job"]) for one in manifests})

    def test_without_a_key_there_is_a_chain_all_the_same(self):
        for ago in (5, 1):
            self.assert_silent(self.run_job([self.url], ago=ago))
        self.assert_chain(self.manifests(), None)
        self.assertEqual({("", "")}, {(one["key"], one["sig"]) for one in self.manifests()})

    def test_windows_without_flows_are_links(self):
        options, key = self.make_key()
        self.assert_silent(self.run_job([self.url], *options, "--filter", "port = 1", "--resolution", "1h", ago=3))
        self.assertEqual({"0"}, {one["flows"] for one in self.manifests()})
        self.assertEqual(DAY // HOUR, len(self.manifests()))
        self.assert_chain(self.manifests(), key)

    def test_each_collector_has_a_chain_of_its_own(self):
        """The one that fails goes on with what it has confirmed, and a new one begins."""
        options, key = self.make_key()
        other, url_of_other = self.directory / "other.log", f"file://{self.directory}/other.log"
        self.assert_silent(self.run_job([self.url], *options, ago=9))
        self.assert_silent(self.run_job([self.url, url_of_other], *options, ago=5))
        self.assert_silent(self.run_job([self.url, url_of_other], *options, ago=1))
        self.assert_chain(self.manifests(), key)
        self.assert_chain(self.manifests(other), key)
        self.assertEqual((3, 2), (len(self.manifests()), len(self.manifests(other))))

    def test_what_is_sent_again_names_the_same_manifest(self):
        """A collector that has confirmed nothing gets the window again, behind the manifest that it has."""
        options, key = self.make_key()
        port = free_port()
        collector = PythonCollector(port=port)
        url = f"tcp://127.0.0.1:{port}"
        self.assert_silent(self.run_job([url], *options, ago=9))
        collector.stop()
        broken = PythonCollector(port=port, close_after=1000, reset=True)
        self.assert_exit(self.run_job([url], *options, "--deadline", "3s", ago=5), TEMPORARY)
        broken.stop()
        again = self.start(PythonCollector(port=port))
        self.assert_silent(self.run_job([url], *options, ago=1))
        again.stop()
        lines = (collector.received + again.received).decode().splitlines()
        self.assert_chain(manifests_of(lines), key)

    def test_a_collector_that_fails_keeps_its_chain(self):
        """The other one goes on, and what the first gets later is tied to what it has confirmed."""
        options, key = self.make_key()
        port = free_port()
        urls = [self.url, f"tcp://127.0.0.1:{port}"]
        first = PythonCollector(port=port)
        self.assert_silent(self.run_job(urls, *options, ago=9))
        first.stop()
        self.assert_exit(self.run_job(urls, *options, "--deadline", "3s", ago=5), TEMPORARY)
        second = self.start(PythonCollector(port=port))
        self.assert_silent(self.run_job(urls, *options, ago=1))
        second.stop()
        self.assert_chain(self.manifests(), key)
        of_tcp = manifests_of((first.received + second.received).decode().splitlines())
        self.assert_chain(of_tcp, key)
        self.assertGreaterEqual(len(of_tcp), 2)

    def test_dry_runs_and_named_windows_do_not_move_the_chain(self):
        options, key = self.make_key()
        self.assert_silent(self.run_job([self.url], *options, ago=5))
        dry = self.run_job([self.url], *options, "--dry-run")
        self.assert_silent(dry)
        self.assertFalse([one.text for one in manifests_of(dry.lines) if one["prev"]])
        backfill = self.directory / "backfill.log"
        self.assert_silent(self.run_job([f"file://{backfill}"], *options, "--last", "2h"))
        self.assert_chain(self.manifests(backfill), key, "backfill")
        self.assert_silent(self.run_job([self.url], *options, ago=1))
        self.assert_chain(self.manifests(), key)

    def test_a_chain_that_begins_again_says_why(self):
        options, key = self.make_key()
        self.assert_silent(self.run_job([self.url], *options, ago=9))
        for change, genesis in ((("--set-watermark", rfc3339(int(time.time()) - 6 * HOUR)), "set-watermark"), (("--forget",), "forget")):
            with self.subTest(genesis=genesis):
                self.assert_exit(self.operate(*change), OK)
                self.archive.unlink()
                self.assert_silent(self.run_job([self.url], *options, ago=1))
                self.assert_chain(self.manifests(), key, genesis)

    def test_a_chain_that_begins_again_because_the_state_was_lost_is_told_in_the_log(self):
        options, key = self.make_key()
        self.assert_silent(self.run_job([self.url], *options, ago=9))
        shutil.rmtree(self.state)
        run = self.run_job([self.url], *options, "--log-level", "info", ago=1)
        self.assert_exit(run, OK, "a new chain of manifests begins (first): the state knows of none")
        first, second = self.manifests()
        self.assertEqual([("genesis", "first")] * 2, [(one["prev"], one["genesis"]) for one in (first, second)])
        self.assertTrue(second.is_signed_by(key))

    def test_status_shows_the_end_of_each_chain(self):
        options, key = self.make_key()
        self.assert_silent(self.run_job([self.url], *options))
        digest = self.manifests()[-1].digest
        self.assertIn(f"last manifest {digest}, signed with key {key.id}", self.operate("--status").stdout.decode())
        collector = json.loads(self.operate("--status", "--format", "json").stdout)["jobs"][0]["collectors"][0]
        self.assertEqual((digest, key.id), (collector["last_manifest"], collector["manifest_key"]))


class Keys(EvidenceTest):
    def test_a_new_key_is_for_its_owner_alone(self):
        (_, file), key = self.make_key()
        told = run_program(self.directory, "--make-manifest-key", self.directory / "other.pem")
        self.assertIn(f"The key {PublicKey(self.directory, told.stdout.decode()).id} is in {self.directory}/other.pem", told.stdout.decode())
        self.assertEqual(0o600, stat.S_IMODE((self.directory / "key.pem").stat().st_mode))
        again = run_program(self.directory, "--make-manifest-key", file)
        self.assert_exit(again, CANNOT_CREATE, "is there already")
        self.assertEqual(16, len(key.id))

    def test_the_old_key_signs_the_new_one(self):
        old_options, old = self.make_key("old")
        new_options, new = self.make_key("new")
        self.assert_silent(self.run_job([self.url], *old_options, ago=9))
        more = (*new_options, "--previous-manifest-key", old_options[1])
        self.assert_silent(self.run_job([self.url], *more, ago=5))
        self.assert_silent(self.run_job([self.url], *more, ago=1))
        first, change, last = self.manifests()
        self.assert_chain([first, change, last], None)
        self.assertTrue(first.is_signed_by(old) and change.is_signed_by(new) and last.is_signed_by(new))
        self.assertTrue(old.has_changed_to(change))
        self.assertEqual((new.spki, ""), (change["spki"], last["old_key"]))

    def test_a_key_that_nobody_vouches_for_begins_a_chain(self):
        old_options, _ = self.make_key("old")
        new_options, new = self.make_key("new")
        self.assert_silent(self.run_job([self.url], *old_options, ago=9))
        self.assert_exit(self.run_job([self.url], *new_options, ago=5), OK, "--previous-manifest-key", "a new chain")
        self.assert_silent(self.run_job([self.url], *new_options, ago=1))
        self.assert_chain(self.manifests()[1:], new, "key")

    def test_keys_that_cannot_be_used(self):
        file = self.directory / "bad.pem"
        file.write_text("no key\n", encoding="ascii")
        file.chmod(0o600)
        self.assert_exit(self.run_job([self.url], "--manifest-key", str(file)), CONFIGURATION, str(file))
        options, _ = self.make_key()
        self.assert_exit(self.run_job([self.url], "--previous-manifest-key", options[1]), USAGE, "--manifest-key")
        self.assertFalse(self.archive.exists())


if __name__ == "__main__":
    main()
