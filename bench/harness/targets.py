# SPDX-License-Identifier: MIT
"""What the hub must reach, and what it reached: ratios of one run."""

import dataclasses
import itertools

from . import files, keystrokes, sealing
from .results import Case, Results

OURS = ("malinka-io_uring", "malinka-send")
PEERS = ("mosquitto", "nats", "nchan")


@dataclasses.dataclass(frozen=True)
class Verdict:
    what: str
    reached: float
    bound: float
    is_least: bool = False  # The bound is the least, not the most.

    @property
    def is_met(self) -> bool:
        return self.reached >= self.bound if self.is_least else self.reached <= self.bound

    def line(self) -> str:
        sign = "at least" if self.is_least else "at most"
        return f"  {'met   ' if self.is_met else 'MISSED'} {self.reached:9.3g} {sign} {self.bound:<7.4g} {self.what}"


def judge(results: Results) -> list[Verdict]:
    """Every target for which there is a measurement; of the hub as it is, but for its fallback's own row."""
    io_uring, send = OURS
    is_whole = any(subject == io_uring for _, subject, _ in results.runs)
    ours, limit = (io_uring, "bare-io_uring") if is_whole else (send, "bare-coalesce")
    found = [*_fan_out(results, io_uring, "bare-io_uring", 1.25), *_fan_out(results, send, "bare-coalesce", 1.15),
             *_pairs(results, ours), *_peers(results, ours), *_growth(results, ours, limit), *_rest(results, ours), *_sealing(results), *_files(results), *_keystrokes(results)]
    return [verdict for verdict in found if verdict.reached is not None]


def _fan_out(results: Results, ours: str, limit: str, coalesced_bound: float):
    for window in (1, 16, 64, 256):
        case = Case("fanout", 1000, window)
        yield Verdict(f"{ours}: fan-out to 1,000, {window} in flight, CPU to {limit}",
                      results.ratio((case, ours), (case, limit)), 1.15 if window == 1 else coalesced_bound)


def _pairs(results: Results, ours: str):
    case = Case("pairs", 1, 1)
    yield Verdict(f"{ours}: pairs, CPU to the relay", results.ratio((case, ours), (case, "bare-relay")), 1.25)
    for peer in PEERS:
        yield Verdict(f"{ours}: pairs, p99 to {peer}", results.ratio((case, ours), (case, peer), "p99_us"), 1)


def _peers(results: Results, ours: str):
    for recipients in (100, 1000, 10000):
        one, sixteen = Case("fanout", recipients, 1), Case("fanout", recipients, 16)
        bounds = [(one, "mosquitto", 1 / 3), (one, "nats", 1 / 3), (one, "nchan", 1 / 2),
                  *((sixteen, peer, 1 / 2) for peer in PEERS)]
        for case, peer, bound in bounds:
            yield Verdict(f"{ours}: fan-out to {recipients:,}, {case.window} in flight, CPU to {peer}",
                          results.ratio((case, ours), (case, peer)), bound)


def _growth(results: Results, ours: str, limit: str):
    small, large = Case("fanout", 100, 1), Case("fanout", 10000, 1)
    at_small = results.ratio((small, ours), (small, limit))
    at_large = results.ratio((large, ours), (large, limit))
    if at_small and at_large:
        yield Verdict(f"{ours}: ratio to {limit} at 10,000 against that at 100", at_large / at_small, 1.3)
    case = Case("channels", 10, 1)
    yield Verdict(f"{ours}: many channels of ten, CPU to one channel",
                  results.ratio((case, ours), (case, f"{ours}, one channel")), 1.5)
    many, one = Case("publishers", 1000, 1), Case("publishers", 1000, 64)
    yield Verdict(f"{ours}: a hundred publishers, CPU to one",
                  results.ratio((many, ours), (one, f"{ours}, one publisher")), 1.5)


def _rest(results: Results, ours: str):
    for case in results.cases():
        if case.workload == "joins":
            yield Verdict(f"{ours}: join rate to nats", results.ratio((case, ours), (case, "nats"), "joins_per_second"),
                          1, True)
        if case.workload == "idle":
            yield Verdict(f"{ours}: bytes for an idle connection of {case.recipients:,}",
                          results.median(case, ours, "user_bytes_per_connection"), 500)
        if case.workload == "memory":
            yield Verdict(f"bytes for a session of {case.recipients:,} in memory",
                          results.median(case, "malinka", "bytes_per_session"), 500)
    case = Case("slow", 990, 16)
    with_slow, without = (case, f"{ours}, ten slow"), (case, ours)
    yield Verdict(f"{ours}: ten slow readers, others' throughput",
                  results.ratio(with_slow, without, "deliveries_per_second"), 0.95, True)
    yield Verdict(f"{ours}: ten slow readers, others' p99", results.ratio(with_slow, without, "p99_us"), 1.25)


def _sealing(results: Results):
    case = Case("seal", 1, sealing.WINDOW, sealing.MESSAGE_BYTES)
    sealed, plain = (case, sealing.SEALED), (case, sealing.PLAIN)
    yield Verdict("clients: 64 KiB sealed, 8 in flight, throughput to the same unsealed",
                  results.ratio(sealed, plain, "megabytes_per_second"), 0.7, True)
    buffers = [results.median(*place, "buffers_per_message") for place in (sealed, plain)]
    if None not in buffers:
        yield Verdict("clients: buffers of a message that sealing adds, a box and what was in it",
                      round(buffers[0] - buffers[1], 2), 2)
    yield Verdict("a page: 64 KiB opened, time to libsodium alone",
                  results.median(sealing.PAGE_CASE, "malinka-typescript", "ratio_to_bare"), 1.5)


def _files(results: Results):
    for case in results.cases():
        if case.workload in ("file-up", "file-down"):
            what = f"one file of {case.bytes >> 20} MiB {case.workload.removeprefix('file-')}"
            for ours, other, least in ((files.SEALED, files.SCP, 0.7), (files.PLAIN, files.RELAY, 0.5)):
                yield Verdict(f"{ours}: {what}, rate to {other}",
                              results.ratio((case, ours), (case, other), files.RATE), least, True)
        if case.workload == "files":
            for other, least in ((files.SCP, 1), (files.RSYNC, 1 / 1.5)):
                yield Verdict(f"{files.SEALED}: {case.recipients:,} files of {case.bytes} bytes, rate to {other}",
                              results.ratio((case, files.SEALED), (case, other), files.COUNT), least, True)
        if case.workload == "files-at-once":
            for ours in (files.SEALED, files.PLAIN):
                yield Verdict(f"{ours}: MiB of the agent, {case.recipients} files at once",
                              results.median(case, ours, files.PEAK) / (1 << 20), 24)


def _keystrokes(results: Results):
    for case in results.cases():
        if case.workload == "keystrokes":
            for side, beside in itertools.product(keystrokes.SIDES, keystrokes.BESIDES):
                alone, loaded = (results.median(case, keystrokes.subject_of(side, what), keystrokes.P99)
                                 for what in (keystrokes.ALONE, beside))
                yield Verdict(f"keystrokes, {keystrokes.subject_of(side, beside)}: ms more at p99 than alone",
                              loaded - alone, 50)


def table(verdicts: list[Verdict]) -> str:
    met = sum(verdict.is_met for verdict in verdicts)
    return "\n".join(["", "targets (docs: bench/README.md)", *(verdict.line() for verdict in verdicts),
                      f"  {met} of {len(verdicts)} met"])
