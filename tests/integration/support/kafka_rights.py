"""The rights on brokers of Kafka that packaging/doc/kafka.md lists."""

import argparse
import re
import shlex
from collections import namedtuple

from .program import ROOT

_PAGE = ROOT / "packaging/doc/kafka.md"
_SECTION = "## Rights"
_TOPIC = "vrni-flows"
"""That of the examples."""

Right = namedtuple("Right", "operation kind name pattern")
"""Such as Right("Write", "topic", "flows", "literal"), in the words of kafka-acls.sh."""


def documented_rights(topic):
    """For each block of commands of the section the rights that they give on this topic, or on what else they name: those that a job
    needs, and those that it needs besides for transactions."""
    section = _PAGE.read_text(encoding="utf-8").partition(f"\n{_SECTION}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    return [[right for line in block.splitlines() for right in _rights_of(line, topic)] for block in blocks]


def _rights_of(command, topic):
    words = argparse.ArgumentParser()
    words.add_argument("--operation", action="append")
    words.add_argument("--resource-pattern-type", default="literal")
    words.add_argument("--allow-principal", choices=["User:vrni2syslog"])
    words.add_argument("--bootstrap-server")
    words.add_argument("--add", action="store_true")
    for kind in ("topic", "group", "transactional-id"):
        words.add_argument(f"--{kind}", dest="resource", type=lambda name, kind=kind: (kind, topic if name == _TOPIC else name))
    given = words.parse_args(shlex.split(command)[1:])
    return [Right(operation, *given.resource, given.resource_pattern_type) for operation in given.operation]
