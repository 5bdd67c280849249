"""What forwarding costs beside downloading, and beside the script that it replaces."""

from .comparison import compare
from .curl_download import CurlDownload
from .forwarding import Forwarding
from .measurement import Samples
from .table import Row, microseconds, seconds, si

MAX_OF_CURL = 1.3

# VMware's flows_to_vrli.py on loopback, measured once: CPU seconds and calls for each flow, and flows a second.
SCRIPT_CPU = 0.057
SCRIPT_CALLS = 3.5
SCRIPT_RATE = 10.8
MAX_OF_SCRIPT = 1 / 3000


def _capture(forwarding):
    directory = forwarding.directory / "capture"
    forwarding.run("--save-capture", directory)
    return directory


def _compare(context, name, simulator_options, is_compressed):
    forwarding = Forwarding(context, name, context.plan.forwarded_flows, *simulator_options)
    try:
        capture = _capture(forwarding)
        curl = CurlDownload(context, forwarding.directory, forwarding.simulator, capture, forwarding.requests_in_flight(),
                            is_compressed)
        ours, peers = [], []
        for _ in context.turns(f"the whole run ({name}) and curl in turns"):
            ours.append(forwarding.run())
            peers.append(curl.run())
        return ours, peers, forwarding.requests_in_flight(), curl.requests
    finally:
        forwarding.stop()


def _curl_row(context, what, ours, peers, in_flight):
    return compare(f"CPU of the whole run, {si(context.plan.forwarded_flows)} flows{what}, {in_flight} in flight",
                   [cost.cpu for cost in ours], "curl", [cost.cpu for cost in peers], seconds, at_most=MAX_OF_CURL)


def _script_row(context, ours, requests):
    flows = context.plan.forwarded_flows
    cpu = Samples([cost.cpu / flows for cost in ours])
    rate = Samples([flows / cost.wall for cost in ours])
    ratio = SCRIPT_CPU / cpu.median
    return Row("CPU of a flow; the Python script's is a constant, measured before",
               f"{cpu.text(microseconds)}; {si(rate.median)} flows/s, {requests / flows:.4f} calls a flow",
               f"script: {SCRIPT_CPU * 1e3:.0f} ms; {SCRIPT_RATE} flows/s, {SCRIPT_CALLS} calls a flow", f"1/{ratio:.0f}",
               "at most 1/3000", 1 / ratio <= MAX_OF_SCRIPT)


def rows(context):
    ours, peers, in_flight, requests = _compare(context, "plain", (), False)
    yield _curl_row(context, "", ours, peers, in_flight)
    yield _script_row(context, ours, requests)
    ours, peers, in_flight, _ = _compare(context, "gzip", ("--gzip",), True)
    yield _curl_row(context, ", compressed answers", ours, peers, in_flight)
