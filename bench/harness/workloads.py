# SPDX-License-Identifier: MIT
"""The workloads of ./dev bench: who contends in each, and carrying what."""

import contextlib
import dataclasses

from . import files, keystrokes, machine, sealing
from .generator import Generator
from .results import Case, Results
from .rounds import Contender, Effort, run, say
from .servers import BenchError, Programs, Subject

OURS = ("malinka-io_uring", "malinka-send")
PEERS = ("mosquitto", "nats", "nchan")
# Who is compared stands side by side, so that little time passes between the two.
FAN_OUT = ("malinka-io_uring", "bare-io_uring", "malinka-send", "bare-coalesce", "bare-send", *PEERS)
SIDE_BY_SIDE = ("malinka-io_uring", "bare-io_uring", "malinka-send", "bare-coalesce", *PEERS)


@dataclasses.dataclass
class Bench:
    """All that a workload needs."""
    programs: Programs
    subjects: dict[str, Subject]
    results: Results
    effort: Effort
    is_quick: bool

    def pick(self, *names: str) -> list[Subject]:
        return [self.subjects[name] for name in names if not self.subjects[name].missing]

    def measure(self, workload: str, recipients: int, contenders: list[Contender]) -> None:
        """Each window is a case of its own."""
        bursts = run(contenders, self.programs, self.effort)
        for contender in contenders:
            runs = bursts.get((contender.name, contender.window))
            if runs:
                case = Case(workload, recipients, contender.window)
                self.results.add_bursts(case, contender.name, runs, contender.subject.is_peer)


def fan_out(bench: Bench) -> None:
    """One publisher to a channel of 100, 1,000 and 10,000."""
    windows = (1, 16) if bench.is_quick else (1, 16, 64, 256)
    for recipients in (100, 1000) if bench.is_quick else (100, 1000, 10000):
        say(f"fanout to {recipients}")
        bench.measure("fanout", recipients, [
            Contender(subject, plan={"recipients": recipients}, window=window)
            for window in windows for subject in bench.pick(*FAN_OUT)])


def publishers(bench: Bench) -> None:
    """A hundred publishers with one in flight each, against one with 64."""
    say("publishers")
    many = {"publishers": 100, "recipients": 1000}
    bench.measure("publishers", 1000, [
        *(Contender(subject, plan={"recipients": 1000}, window=64, label=f"{subject.name}, one publisher")
          for subject in bench.pick(*OURS)),
        *(Contender(subject, plan=many) for subject in bench.pick(*SIDE_BY_SIDE))])


def pairs(bench: Bench) -> None:
    """64 who ask and 64 who answer, one question in flight for each."""
    say("pairs")
    bench.measure("pairs", 1, [
        Contender(subject, "pairs", {"pairs": 64})
        for subject in bench.pick("malinka-io_uring", "bare-relay", "malinka-send", *PEERS)])


def channels(bench: Bench) -> None:
    """Many small channels, one in flight in each, against one channel of as many recipients."""
    count = 100 if bench.is_quick else 1000
    say(f"channels: {count} of 10")
    small = {"channels": count, "recipients": 10}
    bench.measure("channels", 10, [
        *(Contender(subject, plan={"recipients": 10 * count}, label=f"{subject.name}, one channel")
          for subject in bench.pick(*OURS, "bare-io_uring")),
        *(Contender(subject, plan=small) for subject in bench.pick(*SIDE_BY_SIDE))])


def slow(bench: Bench) -> None:
    """Ten of a thousand read 1 KiB every 10 ms, and their queues are full."""
    say("slow readers")
    contenders = []
    for subject in bench.pick(*OURS):
        contenders += [
            Contender(subject, plan={"publishers": 1, "recipients": 990, "slow": 0}, window=16),
            Contender(subject, plan={"publishers": 1, "recipients": 1000, "slow": 10}, window=16,
                      label=f"{subject.name}, ten slow", clog=(256, 65536))]
    bench.measure("slow", 990, contenders)


def joins(bench: Bench) -> None:
    """How fast clients connect, upgrade and join; keys are checked where the server has any."""
    count = 500 if bench.is_quick else 2000
    say(f"joins: {count} at a time")
    plan = {"channels": count // 10, "publishers": 0, "recipients": 10}
    runs: dict[str, list[dict]] = {}
    with contextlib.ExitStack() as stack:
        standing = []
        for subject in bench.pick(*OURS, *PEERS):
            server = subject.start(200, True)
            stack.callback(server.stop)
            generator = Generator(bench.programs.load, subject.dialect, server, "fanout", plan, True)
            stack.callback(generator.stop)
            standing.append((subject, server, generator))
        for turn in range(bench.effort.rounds + 1):
            for subject, server, generator in standing:
                seen = join_once(server, generator, count)
                if turn > 0:  # The first warms up.
                    runs.setdefault(subject.name, []).append(seen)
    for subject, _, _ in standing:
        for metric in ("joins_per_second", "cpu_us_per_join"):
            bench.results.add(Case("joins", count, 1), subject.name, metric,
                              [seen[metric] for seen in runs[subject.name]], subject.is_peer)


def join_once(server, generator: Generator, count: int) -> dict:
    before = machine.cpu_ns(server.pid)
    seen = generator.ask("join", count)
    spent = machine.cpu_ns(server.pid) - before
    generator.ask("leave")
    server.settle()
    return {"joins_per_second": count / seen["seconds"], "cpu_us_per_join": spent / 1000 / count}


def idle(bench: Bench) -> None:
    """Memory of joined, silent connections in channels of ten: the slope between few and many."""
    few = 2000
    many = 4000 if bench.is_quick else min(18000, machine.raise_descriptor_limit() - 500)
    say(f"idle memory: {few} and {many}")
    for subject in bench.pick(*OURS, *PEERS):
        try:
            slopes = [idle_once(bench, subject, few, many) for _ in range(1 if bench.is_quick else 3)]
        except BenchError as problem:
            say(f"  {subject.name}: left out: {problem}")
            continue
        for metric in ("user_bytes_per_connection", "kernel_bytes_per_connection"):
            values = [slope[metric] for slope in slopes if slope[metric] is not None]
            if values:
                bench.results.add(Case("idle", many, 0), subject.name, metric, values, subject.is_peer)


def idle_once(bench: Bench, subject: Subject, few: int, many: int) -> dict:
    plan = {"channels": many // 10, "publishers": 0, "recipients": 10}
    with contextlib.ExitStack() as stack:
        server = subject.start(200, False)
        stack.callback(server.stop)
        generator = Generator(bench.programs.load, subject.dialect, server, "fanout", plan, False)
        stack.callback(generator.stop)
        seen = []
        for count in (few, many - few):
            generator.ask("join", count)
            server.settle()
            seen.append((machine.user_bytes(server.pid), machine.kernel_socket_bytes()))
    (user_few, kernel_few), (user_many, kernel_many) = seen
    # The kernel holds both ends of each connection.
    kernel = None if kernel_few is None else (kernel_many - kernel_few) / (many - few) / 2
    return {"user_bytes_per_connection": (user_many - user_few) / (many - few), "kernel_bytes_per_connection": kernel}


def seal(bench: Bench) -> None:
    """What sealing costs."""
    sealing.clients(bench)
    sealing.page(bench)


WORKLOADS = {"fanout": fan_out, "publishers": publishers, "pairs": pairs, "channels": channels, "slow": slow,
             "joins": joins, "idle": idle, "seal": seal, "files": files.measure,
             "keystrokes": keystrokes.measure}
