"""The library that is preloaded into the program to spoil its network (tests/support/network_fault.cpp)."""

import os

from .program import ROOT

LIBRARY = os.environ.get("VRNI2SYSLOG_NETWORK_FAULT", str(ROOT / "build/tests/support/libnetwork_fault.so"))


class Names:
    """A table of names in `directory` that answers the program's lookups. It may change while the program runs."""

    def __init__(self, directory):
        self._file = directory / "names"
        self._answers = {}
        self.variables = _variables(NAMES=self._file)

    def set(self, name, *answer):
        """Addresses, or "NXDOMAIN", "SERVFAIL" or "HANG"."""
        self._answers[name] = answer
        draft = self._file.with_suffix(".new")
        draft.write_text("".join(f"{name} {' '.join(answer)}\n" for name, answer in self._answers.items()))
        draft.replace(self._file)

    @property
    def is_hanging(self):
        """Whether a lookup has met HANG."""
        return self._file.with_name(self._file.name + ".asked").exists()


class SystemCalls:
    """Faults of the program's calls on the sockets whose peer has this port."""

    def __init__(self, directory, port, calls="odd", seed=1):
        self._report = directory / f"faults-{port}-{seed}"
        self.variables = _variables(PORT=port, CALLS=calls, SEED=seed, REPORT=self._report)

    def count(self):
        """How many there were, once the program has ended."""
        return int(self._report.read_text())


def _variables(**values):
    sanitizer = os.environ.get("ASAN_OPTIONS", "")
    return {"LD_PRELOAD": LIBRARY, "ASAN_OPTIONS": f"{sanitizer}:verify_asan_link_order=0".lstrip(":"),
            **{f"NETWORK_FAULT_{name}": str(value) for name, value in values.items()}}
