# SPDX-License-Identifier: MIT
"""Files through the hub beside scp, rsync and a bare relay: one large, and ten thousand small ones."""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

from . import machine
from .devices import Devices
from .results import Case
from .rounds import say
from .servers import BenchError, free_port

ROUNDS_MAX = 5
COPY_SECONDS_MAX = 600
START_SECONDS = 20
LARGE_BYTES, LARGE_BYTES_QUICK = 1 << 30, 64 << 20
SMALL_BYTES = 4096
SMALL_COUNT, SMALL_COUNT_QUICK = 10_000, 500
AT_ONCE = 8
AT_ONCE_BYTES, AT_ONCE_BYTES_QUICK = 256 << 20, 32 << 20
PIECE_BYTES = 256 << 10
SEALED, PLAIN, SCP, RSYNC, RELAY = "malinka-sealed", "malinka-plain", "scp", "rsync", "bare-relay"
RATE, COUNT, PEAK = "megabytes_per_second", "files_per_second", "agent_peak_bytes"
SSHD = "/usr/sbin/sshd"
POUR = pathlib.Path(__file__).resolve().parents[1] / "limits" / "pour.py"


def large_case(direction: str, is_quick: bool) -> Case:
    return Case(f"file-{direction}", 1, 1, LARGE_BYTES_QUICK if is_quick else LARGE_BYTES)


def at_once_case(is_quick: bool) -> Case:
    return Case("files-at-once", AT_ONCE, 1, AT_ONCE_BYTES_QUICK if is_quick else AT_ONCE_BYTES)


def small_case(is_quick: bool) -> Case:
    return Case("files", SMALL_COUNT_QUICK if is_quick else SMALL_COUNT, 1, SMALL_BYTES)


class Place(Devices):
    """A folder here and one there, where two devices and an sshd offer it. All run as we do, on any core."""

    def __init__(self, programs, stack: contextlib.ExitStack):
        super().__init__(programs, stack)
        self.here, self.there = self.folder / "here", self.folder / "there"
        for folder in (self.here, self.there, self.folder / "person"):
            folder.mkdir()
        self.agents = {name: self.start_agent(name, self.there, is_sealed=name == SEALED) for name in (SEALED, PLAIN)}
        self.ssh_port = self._start_sshd() if shutil.which("scp") and os.path.exists(SSHD) else None

    def _start_sshd(self) -> int:
        for key in ("host", "me"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key], check=True)
        port = free_port()
        (self.folder / "sshd_config").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {self.folder}/host\nStrictModes no\nUsePAM no\n"
            f"AuthorizedKeysFile {self.folder}/me.pub\nPidFile none\nPermitRootLogin yes\nSubsystem sftp internal-sftp\n")
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        self.start([SSHD, "-D", "-f", self.folder / "sshd_config"])
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return port
            time.sleep(0.02)
        raise BenchError("sshd does not answer")

    @property
    def ssh_options(self) -> list[str]:
        return ["-F", "none", "-i", str(self.folder / "me"), "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR",
                "-o", "UserKnownHostsFile=/dev/null"]

    def malinka(self, name: str, *arguments: str) -> None:
        self._run(*self._copying(name, *arguments))

    def _copying(self, name: str, *arguments: str) -> tuple[list, dict[str, str]]:
        return [self.programs.malinka, "cp", *arguments], self.environment(name, "person", is_sealed=name == SEALED)

    def malinka_at_once(self, name: str, copies: list[tuple[str, str]]) -> None:
        """All of them together, each a program of its own."""
        running = []
        for copy in copies:
            command, environment = self._copying(name, *copy)
            running.append(self.start(command, **environment))
        if any(program.wait(COPY_SECONDS_MAX) for program in running):
            raise BenchError("a copy of several at once failed")

    def scp(self, *arguments: str) -> None:
        self._run(["scp", "-q", "-P", str(self.ssh_port), *self.ssh_options, *arguments])

    def rsync(self, *arguments: str) -> None:
        shell = " ".join(["ssh", "-p", str(self.ssh_port), *self.ssh_options])
        self._run(["rsync", "-a", "-e", shell, *arguments])

    def relay(self, source: pathlib.Path, goal: pathlib.Path) -> None:
        """What reads the file, what relays its bytes and what writes them: three processes, no protocol."""
        with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
            children = [subprocess.Popen([sys.executable, POUR, role, *map(str, rest)], pass_fds=fds)
                        for role, rest, fds in (
                            ("write", (second.getsockname()[1], goal), ()),
                            ("relay", (first.fileno(), second.fileno()), (first.fileno(), second.fileno())),
                            ("read", (first.getsockname()[1], source), ()))]
            if any(child.wait(COPY_SECONDS_MAX) for child in children):
                raise BenchError("the bare relay failed")

    def _run(self, command: list, environment: dict[str, str] | None = None) -> None:
        done = subprocess.run([str(word) for word in command], env=os.environ | (environment or {}), check=False,
                              capture_output=True, text=True, timeout=COPY_SECONDS_MAX)
        if done.returncode != 0:
            raise BenchError(f"{command[0]}: {done.stderr.strip()[-300:]}")


def measure(bench) -> None:
    with contextlib.ExitStack() as stack:
        place = Place(bench.programs, stack)
        if place.ssh_port is None:
            say("files: scp and rsync are left out: openssh-server is not installed")
        _large(bench, place)
        _small(bench, place)
        _at_once(bench, place)


def _rounds(bench) -> int:
    return min(bench.effort.rounds, ROUNDS_MAX)


def _large(bench, place: Place) -> None:
    size = large_case("up", bench.is_quick).bytes
    say(f"files: one of {size >> 20} MiB, up and down")
    source = place.here / "large"
    with source.open("wb") as file:
        for _ in range(size // PIECE_BYTES):
            file.write(os.urandom(PIECE_BYTES))
    host = "root@127.0.0.1" if os.geteuid() == 0 else "127.0.0.1"
    up, back = place.there / "copy", place.here / "back"
    ways = {name: (lambda name=name: place.malinka(name, str(source), f"device:{up}"),
                   lambda name=name: place.malinka(name, f"device:{source_there}", str(back))) for name in (SEALED, PLAIN)}
    source_there = place.there / "large"
    shutil.copyfile(source, source_there)
    if place.ssh_port is not None:
        ways[SCP] = (lambda: place.scp(str(source), f"{host}:{up}"), lambda: place.scp(f"{host}:{source_there}", str(back)))
    ways[RELAY] = (lambda: place.relay(source, up), lambda: place.relay(source_there, back))
    for index, (direction, goal) in enumerate((("up", up), ("down", back))):
        runs = {name: [] for name in ways}
        for turn in range(_rounds(bench)):
            for name in sorted(ways, reverse=turn % 2 == 1):
                goal.unlink(missing_ok=True)
                seconds = _time(ways[name][index])
                if goal.stat().st_size != size:
                    raise BenchError(f"{name}: the copy has {goal.stat().st_size} bytes")
                runs[name].append(size / 1e6 / seconds)
        for name, rates in runs.items():
            bench.results.add(large_case(direction, bench.is_quick), name, RATE, rates, name == SCP)


def _small(bench, place: Place) -> None:
    case = small_case(bench.is_quick)
    say(f"files: {case.recipients} of {case.bytes} bytes")
    tree = place.here / "tree"
    for index in range(case.recipients):
        folder = tree / str(index // 100)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / str(index)).write_bytes(os.urandom(case.bytes))
    host = "root@127.0.0.1" if os.geteuid() == 0 else "127.0.0.1"
    ways = {name: lambda goal, name=name: place.malinka(name, "-r", str(tree), f"device:{goal}") for name in (SEALED, PLAIN)}
    if place.ssh_port is not None:
        ways[SCP] = lambda goal: place.scp("-r", str(tree), f"{host}:{goal}")
        if shutil.which("rsync"):
            ways[RSYNC] = lambda goal: place.rsync(f"{tree}/", f"{host}:{goal}/")
    runs = {name: [] for name in ways}
    for turn in range(_rounds(bench)):
        for name in sorted(ways, reverse=turn % 2 == 1):
            # A new one each time: ext4 is slow to make files where as many were just removed.
            goal = place.there / f"{name}-{turn}"
            seconds = _time(lambda goal=goal, name=name: ways[name](goal))
            runs[name].append(case.recipients / seconds)
            copied = sum(1 for path in goal.rglob("*") if path.is_file())
            if copied != case.recipients:
                raise BenchError(f"{name}: {copied} of {case.recipients} files came")
    for name, rates in runs.items():
        bench.results.add(case, name, COUNT, rates, name in (SCP, RSYNC))


def _at_once(bench, place: Place) -> None:
    """What the agent needs while half of the copies go up and half come down."""
    case = at_once_case(bench.is_quick)
    say(f"files: {case.recipients} at once, of {case.bytes >> 20} MiB each")
    copies = []
    for index in range(case.recipients):
        is_up = index % 2 == 0
        source = (place.here if is_up else place.there) / f"source-{index}"
        with source.open("wb") as file:
            file.truncate(case.bytes)
        copies.append((str(source), f"device:{place.there}/goal-{index}") if is_up else
                      (f"device:{source}", f"{place.here}/goal-{index}"))
    for name in (SEALED, PLAIN):
        peaks = []
        for _ in range(_rounds(bench)):
            for goal in place.folder.glob("*here/goal-*"):
                goal.unlink()
            machine.forget_peak(place.agents[name].pid)
            place.malinka_at_once(name, copies)
            peaks.append(machine.peak_bytes(place.agents[name].pid))
        bench.results.add(case, name, PEAK, peaks)


def _time(copy) -> float:
    began = time.monotonic()
    copy()
    return time.monotonic() - began
