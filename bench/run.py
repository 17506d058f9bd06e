#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures the hub beside the bare kernel and beside what users would pick instead. bench/README.md says how to
trust it.

    bench/run.py [NAME...]     the workloads, or those named: fanout publishers pairs channels slow joins idle seal files
                              keystrokes memory
"""

import argparse
import json
import pathlib
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))

from harness import machine, plot, targets  # noqa: E402
from harness.results import Case, Results  # noqa: E402
from harness.rounds import Effort, say  # noqa: E402
from harness.servers import BenchError, Programs  # noqa: E402
from harness.workloads import WORKLOADS, Bench  # noqa: E402


def memory(bench: Bench) -> None:
    """Sessions without sockets, inside the hub's own process."""
    sessions = 100_000 if bench.is_quick else 1_000_000
    say(f"memory of {sessions} sessions")
    done = subprocess.run([bench.programs.memory, str(sessions)], capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise BenchError(done.stderr.strip())
    for metric, value in json.loads(done.stdout).items():
        bench.results.add(Case("memory", sessions, 0), "malinka", metric, [value])


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", metavar="NAME", help="which; all unless named")
    parser.add_argument("--workload", action="append", default=[], metavar="NAME", help="the same")
    parser.add_argument("--quick", action="store_true", help="under two minutes: fewer sizes, shorter bursts")
    parser.add_argument("--rounds", type=int, help="bursts of each contender [15; quick: 3]")
    parser.add_argument("--burst", type=float, help="seconds of a burst, about [0.1; quick: 0.05]")
    parser.add_argument("--urgent", action="store_true",
                        help="before other programs, on a machine that has others to run (needs root)")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--json", type=pathlib.Path, help="write the measurements there")
    parser.add_argument("--svg", type=pathlib.Path, help="write a plot there for each window, as NAME-1.svg")
    arguments = parser.parse_args()
    arguments.workloads += arguments.workload
    for name in arguments.workloads:
        if name not in (*WORKLOADS, "memory"):
            parser.error(f"no workload named '{name}': {' '.join(WORKLOADS)} memory")
    if arguments.rounds is not None and not 1 <= arguments.rounds <= 101:
        parser.error("rounds: 1 to 101")
    return arguments


def write_files(results: Results, arguments: argparse.Namespace) -> None:
    if arguments.json:
        arguments.json.write_text("[\n" + ",\n".join(json.dumps(row) for row in results.rows()) + "\n]\n")
    if arguments.svg:
        for window in (1, 16):
            drawn = plot.draw(results, window)
            if drawn:
                arguments.svg.with_stem(f"{arguments.svg.stem}-{window}").write_text(drawn)


def main() -> int:
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # As Ctrl-C: what was started is stopped.
    machine.raise_descriptor_limit()
    about = machine.describe()
    say(", ".join(f"{name} {value}" for name, value in about.items()))
    if about["server_core"] == about["generator_core"]:
        say("one core alone: server and generator disturb each other; only CPU ratios mean something")
    if arguments.urgent and not machine.may_be_urgent():
        say("a higher priority is not allowed here: measuring without it")
    machine.Placement.is_urgent = arguments.urgent and machine.may_be_urgent()
    programs = Programs(arguments.build)
    effort = Effort(arguments.rounds or (3 if arguments.quick else 15),
                    arguments.burst or (0.05 if arguments.quick else 0.1))
    bench = Bench(programs, programs.subjects(), Results(), effort, arguments.quick)
    for subject in bench.subjects.values():
        if subject.missing:
            say(f"{subject.name}: left out: {subject.missing}")
    began = time.monotonic()
    for name, workload in (WORKLOADS | {"memory": memory}).items():
        if not arguments.workloads or name in arguments.workloads:
            known = bench.results.cases()
            try:
                workload(bench)
            except BenchError as problem:
                say(f"  {name}: given up: {problem}")
            for case in bench.results.cases():
                if case not in known:
                    print(bench.results.table(case), flush=True)
            write_files(bench.results, arguments)
    print(targets.table(targets.judge(bench.results)))
    say(f"took {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
