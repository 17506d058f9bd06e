# SPDX-License-Identifier: MIT
"""Contenders take turns: one short burst each, round by round, so that whatever else this machine does meets all."""

import contextlib
import dataclasses
import sys

from . import machine
from .generator import Generator
from .servers import BenchError, Programs, Subject

# A burst is as long as an effort says, by what a first one took, within these bounds.
WINDOWS_MIN = 2
MESSAGES_MAX = 20000
BURST_SECONDS_MAX = 6
# Who needs longer bursts has fewer of them.
CONTENDER_SECONDS = 8
ROUNDS_MIN = 3
COALESCING = 5


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclasses.dataclass(frozen=True)
class Contender:
    """A subject with what it has to carry."""
    subject: Subject
    kind: str = "fanout"
    plan: dict = dataclasses.field(default_factory=dict)
    window: int = 1
    label: str = ""           # Where one subject contends twice.
    clog: tuple = ()          # Messages and bytes for the slow, before the others join.

    @property
    def name(self) -> str:
        return self.label or self.subject.name


@dataclasses.dataclass(frozen=True)
class Effort:
    """How much a run may take."""
    rounds: int
    burst_seconds: float


class Standing:
    """A contender with its server and generator up, everyone joined."""

    def __init__(self, contender: Contender, programs: Programs, has_key: bool = False):
        self.contender = contender
        subject = contender.subject
        self.server = subject.start(contender.plan.get("bytes", 200), has_key)
        try:
            self.generator = Generator(programs.load, subject.dialect, self.server, contender.kind, contender.plan, has_key)
            if contender.clog:
                self.generator.ask("join", contender.plan["publishers"] + contender.plan["slow"])
                self.generator.ask("clog", *contender.clog)
            self.generator.ask("join", "all")
            self.server.settle()
        except BaseException:
            self.stop()
            raise

    def burst(self, messages: int, window: int) -> dict:
        """One burst, with the server's CPU time beside what the generator saw."""
        before = machine.cpu_ns(self.server.pid)
        seen = self.generator.ask("burst", messages, window)
        seen["cpu_us_per_delivery"] = (machine.cpu_ns(self.server.pid) - before) / 1000 / max(seen["deliveries"], 1)
        if seen["missing"] or seen["misordered"]:
            raise BenchError(f"{seen['missing']} of {seen['deliveries'] + seen['missing']} deliveries missing, "
                             f"{seen['misordered']} out of order")
        seen["deliveries_per_second"] = seen["deliveries"] / seen["seconds"]
        seen["generator_share"] = seen["generator_seconds"] / seen["seconds"]
        return seen

    def fit(self, window: int, seconds: float) -> int:
        """How many messages of each publisher make a burst of about so long."""
        # What more in flight would take is at most what it took so far; a server that coalesces needs far less.
        self._check_patience(window, self.generator.message_seconds / COALESCING)
        warming = self.burst(window, window)
        self._check_patience(window, warming["seconds"] / window)
        plan = self.contender.plan
        senders = plan.get("publishers", 1) * plan.get("channels", 1) * plan.get("pairs", 1)
        trial = max(2 * window, 8 // senders)
        self.generator.message_seconds = self.burst(trial, window)["seconds"] / trial
        return max(WINDOWS_MIN * window, min(MESSAGES_MAX, int(seconds / self.generator.message_seconds)))

    def rounds(self, messages: int, effort: Effort) -> int:
        affordable = int(CONTENDER_SECONDS / (messages * self.generator.message_seconds))
        return min(effort.rounds, max(ROUNDS_MIN, affordable))

    @staticmethod
    def _check_patience(window: int, message_seconds: float) -> None:
        expected = WINDOWS_MIN * window * message_seconds
        if expected > BURST_SECONDS_MAX:
            raise BenchError(f"a burst would take {expected:.0f} s")

    def stop(self) -> None:
        if hasattr(self, "generator"):
            self.generator.stop()
        self.server.stop()


def stand_up(contenders: list[Contender], programs: Programs, stack: contextlib.ExitStack) -> list[Standing]:
    """All that can be started. Contenders that differ in their window alone share one server."""
    standings, shared, refused = [], {}, set()
    for contender in contenders:
        place = (contender.subject.name, tuple(sorted(contender.plan.items())), contender.clog)
        if place in refused:
            continue
        if place not in shared:
            try:
                shared[place] = Standing(contender, programs)
                stack.callback(shared[place].stop)
            except BenchError as problem:
                say(f"  {contender.name}: left out: {problem}")
                refused.add(place)
                continue
        standing = shared[place]
        standings.append(standing if standing.contender is contender else _share(standing, contender))
    return standings


def _share(standing: Standing, contender: Contender) -> Standing:
    other = object.__new__(Standing)
    other.contender, other.server, other.generator = contender, standing.server, standing.generator
    return other


def run(contenders: list[Contender], programs: Programs, effort: Effort) -> dict[tuple[str, int], list[dict]]:
    """Bursts by a contender's name and window, one for each round; who fails is left out from then on, and said."""
    bursts: dict[tuple[str, int], list[dict]] = {}
    with contextlib.ExitStack() as stack:
        sizes, rounds = {}, {}
        for standing in stand_up(contenders, programs, stack):
            try:
                sizes[standing] = standing.fit(standing.contender.window, effort.burst_seconds)
                rounds[standing] = standing.rounds(sizes[standing], effort)
            except BenchError as problem:
                say(f"  {standing.contender.name}, {standing.contender.window} in flight: left out: {problem}")
        for turn in range(effort.rounds):
            order = [standing for standing in sizes if turn < rounds[standing]]
            order = order[turn % max(len(order), 1):] + order[:turn % max(len(order), 1)]
            for standing in order:
                place = (standing.contender.name, standing.contender.window)
                try:
                    burst = standing.burst(sizes[standing], standing.contender.window)
                    bursts.setdefault(place, []).append(burst)
                except BenchError as problem:
                    say(f"  {standing.contender.name}: left out: {problem}")
                    del sizes[standing]
                    bursts.pop(place, None)
    return bursts
