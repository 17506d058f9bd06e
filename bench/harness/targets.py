# SPDX-License-Identifier: MIT
"""What the hub must reach, and what it reached: ratios of one run."""

import dataclasses

from .results import Case, Results

OURS = ("malinka-io_uring", "malinka-send")


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
    """Every target for which there is a measurement."""
    found = [*_limits(results), *_peers(results), *_growth(results), *_rest(results)]
    return [verdict for verdict in found if verdict.reached is not None]


def _limits(results: Results):
    for ours, limit in zip(OURS, ("bare-io_uring", "bare-coalesce")):
        for window, bound in ((1, 1.15), (16, 1.25), (64, 1.25), (256, 1.25)):
            case = Case("fanout", 1000, window)
            bound = bound if ours == "malinka-io_uring" else 1.15
            yield Verdict(f"{ours}: fan-out to 1,000, {window} in flight, CPU to {limit}",
                          results.ratio((case, ours), (case, limit)), bound)
        case = Case("pairs", 1, 1)
        yield Verdict(f"{ours}: pairs, CPU to the relay", results.ratio((case, ours), (case, "bare-relay")), 1.25)


def _peers(results: Results):
    for ours in OURS:
        for recipients in (100, 1000, 10000):
            one, sixteen = Case("fanout", recipients, 1), Case("fanout", recipients, 16)
            bounds = [(one, "mosquitto", 1 / 3), (one, "nats", 1 / 3), (one, "nchan", 1 / 2),
                      *((sixteen, peer, 1 / 2) for peer in ("mosquitto", "nats", "nchan"))]
            for case, peer, bound in bounds:
                yield Verdict(f"{ours}: fan-out to {recipients}, {case.window} in flight, CPU to {peer}",
                              results.ratio((case, ours), (case, peer)), bound)
        for peer in ("mosquitto", "nats", "nchan"):
            case = Case("pairs", 1, 1)
            yield Verdict(f"{ours}: pairs, p99 to {peer}", results.ratio((case, ours), (case, peer), "p99_us"), 1)


def _growth(results: Results):
    for ours, limit in zip(OURS, ("bare-io_uring", "bare-coalesce")):
        small, large = Case("fanout", 100, 1), Case("fanout", 10000, 1)
        at_small = results.ratio((small, ours), (small, limit))
        at_large = results.ratio((large, ours), (large, limit))
        if at_small and at_large:
            yield Verdict(f"{ours}: ratio to {limit} at 10,000 against that at 100", at_large / at_small, 1.3)
        case = Case("channels", 10, 1)
        yield Verdict(f"{ours}: many channels of ten, CPU to one channel",
                      results.ratio((case, ours), (case, f"{ours}, one channel")), 1.5)


def _rest(results: Results):
    for ours in OURS:
        many = Case("publishers", 1000, 1), ours
        one = Case("publishers", 1000, 64), f"{ours}, one publisher"
        yield Verdict(f"{ours}: a hundred publishers, CPU to one", results.ratio(many, one), 1.5)
        for case in results.cases():
            if case.workload == "joins":
                yield Verdict(f"{ours}: join rate to nats's",
                              results.ratio((case, ours), (case, "nats"), "joins_per_second"), 1, True)
            if case.workload == "idle":
                yield Verdict(f"{ours}: bytes for an idle connection",
                              results.median(case, ours, "user_bytes_per_connection"), 500)
        with_slow, without = (Case("slow", 990, 16), f"{ours}, ten slow"), (Case("slow", 990, 16), ours)
        yield Verdict(f"{ours}: ten slow readers, others' throughput",
                      results.ratio(with_slow, without, "deliveries_per_second"), 0.95, True)
        yield Verdict(f"{ours}: ten slow readers, others' p99", results.ratio(with_slow, without, "p99_us"), 1.25)
    yield Verdict("bytes for a session in memory", results.median(Case("memory", 1000000, 0), "malinka", "bytes_per_session"),
                  500)


def table(verdicts: list[Verdict]) -> str:
    met = sum(verdict.is_met for verdict in verdicts)
    return "\n".join(["", "targets (docs: bench/README.md)", *(verdict.line() for verdict in verdicts),
                      f"  {met} of {len(verdicts)} met"])
