"""A network of two computers on this one: the test's own, and one that can fall silent."""

import concurrent.futures
import ctypes
import os
import subprocess
import threading
import unittest

from .process import find_binary

NEAR, FAR = "198.51.100.1", "198.51.100.2"
_FAR_LINK_ADDRESS = "02:00:00:00:00:02"
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def _unshare(flags):
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _ip(command):
    done = subprocess.run(["ip", *command.split()], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise OSError(f"ip {command}: {done.stderr.strip()}")


class FarHost:
    """A host behind a pair of virtual devices, in a network namespace of its own. This thread, and what it starts from then on,
    gets a namespace as well, and never returns from it: what it needs besides must be started later. Skips the test where this
    machine allows no namespaces."""

    def __init__(self):
        if find_binary("ip") is None:
            raise unittest.SkipTest("iproute2 is not installed")
        self._thread = concurrent.futures.ThreadPoolExecutor(max_workers=1)
        try:
            self._enter_namespace()
            thread = self.call(self._make_far_namespace)
            _ip("link set lo up")
            _ip(f"link add near type veth peer name far address {_FAR_LINK_ADDRESS}")
            _ip(f"link set far netns /proc/{os.getpid()}/task/{thread}/ns/net")
            _ip(f"address add {NEAR}/24 dev near")
            _ip("link set near up")
            for command in ("link set lo up", f"address add {FAR}/24 dev far", "link set far up"):
                self.call(_ip, command)
            # Or a host that has fallen silent would soon be reported as unreachable.
            _ip(f"neighbour replace {FAR} lladdr {_FAR_LINK_ADDRESS} dev near nud permanent")
        except OSError as error:
            self._thread.shutdown()
            raise unittest.SkipTest(f"this machine allows no network namespaces: {error}") from None

    @staticmethod
    def _enter_namespace():
        user, group = os.getuid(), os.getgid()
        if user == 0:
            _unshare(_CLONE_NEWNET)
            return
        _unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)

    @staticmethod
    def _make_far_namespace():
        _unshare(_CLONE_NEWNET)
        return threading.get_native_id()

    def call(self, function, *arguments, **more):
        """Calls it on that host: its sockets, threads and children are there."""
        return self._thread.submit(function, *arguments, **more).result(timeout=60)

    def fall_silent(self):
        """What is sent to it is lost, and it sends nothing: its connections are half open."""
        self.call(_ip, f"address del {FAR}/24 dev far")

    def speak_again(self):
        self.call(_ip, f"address add {FAR}/24 dev far")

    def stop(self):
        self._thread.shutdown()
