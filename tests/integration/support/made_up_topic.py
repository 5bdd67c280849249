"""A topic of Kafka without a broker: what kcat -C -J prints of it."""

import hashlib
import json
import re
import zlib

FLOW_ID = re.compile(r'flow_id="([^"]*)"|"flow_id":"([^"]*)"|externalId=(\S+)|flowId=([^\^]+)')


class MadeUpTopic:
    """Records in so many partitions, each flow in one of them. `partition[i]` holds the lines of the file for partition i."""

    def __init__(self, partitions=3, name="flows"):
        self.partitions = [[] for _ in range(partitions)]
        self._name = name

    def _append(self, number, key, value, headers):
        pairs = [text for pair in headers.items() for text in pair]
        offset = len(self.partitions[number])
        self.partitions[number].append(json.dumps({
            "topic": self._name, "partition": number, "offset": offset, "tstype": "create", "ts": 1_748_736_000_000 + offset, "broker": 1,
            "headers": pairs, "key": key, "payload": value}, ensure_ascii=False, separators=(",", ":")))
        return offset

    def append(self, lines, manifest=None, job="nightly"):
        """The lines of a sending, each under the key of its flow, and its manifest, if there is one. Returns the manifest's "offsets"."""
        text = self.append_flows(lines)
        if manifest is not None:
            self.append_manifest(manifest, text, job)
        return text

    def append_manifest(self, manifest, offsets, job="nightly"):
        """A manifest with this header "offsets"."""
        self._append(zlib.crc32(job.encode()) % len(self.partitions), job, manifest, {"msgid": "MANIFEST", "offsets": offsets})

    def append_flows(self, lines):
        """The lines of a sending. Returns what the header "offsets" of its manifest has to say."""
        extents = {}
        for line in lines:
            flow = next(filter(None, FLOW_ID.search(line).groups()))
            number = zlib.crc32(flow.encode()) % len(self.partitions)
            offset = self._append(number, flow, line, {"msgid": "FLOW"})
            extent = extents.setdefault(number, [offset, offset, 0, hashlib.sha256()])
            extent[1] = offset
            extent[2] += 1
            extent[3].update(line.encode() + b"\n")
        return ",".join(f"{number}:{first}-{last}:{count}:{digest.hexdigest()}"
                        for number, (first, last, count, digest) in sorted(extents.items()))

    def lines(self, order=None):
        """All records, partition by partition, in this order of the partitions."""
        return [line for number in order or range(len(self.partitions)) for line in self.partitions[number]]
