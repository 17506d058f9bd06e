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

from .results import Case
from .rounds import say
from .servers import KEY, BenchError, free_port, new_folder

ROUNDS_MAX = 5
COPY_SECONDS_MAX = 600
START_SECONDS = 20
LARGE_BYTES, LARGE_BYTES_QUICK = 1 << 30, 64 << 20
SMALL_BYTES = 4096
SMALL_COUNT, SMALL_COUNT_QUICK = 10_000, 500
PIECE_BYTES = 256 << 10
SEALED, PLAIN, SCP, RSYNC, RELAY = "malinka-sealed", "malinka-plain", "scp", "rsync", "bare-relay"
RATE, COUNT = "megabytes_per_second", "files_per_second"
SSHD = "/usr/sbin/sshd"
POUR = pathlib.Path(__file__).resolve().parents[1] / "limits" / "pour.py"


def large_case(direction: str, is_quick: bool) -> Case:
    return Case(f"file-{direction}", 1, 1, LARGE_BYTES_QUICK if is_quick else LARGE_BYTES)


def small_case(is_quick: bool) -> Case:
    return Case("files", SMALL_COUNT_QUICK if is_quick else SMALL_COUNT, 1, SMALL_BYTES)


class Place:
    """A folder here and one there, a hub with two devices that offer it, and an sshd. All run as we do, on any core."""

    def __init__(self, programs, stack: contextlib.ExitStack):
        self.folder = new_folder()
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.stack, self.programs = stack, programs
        self.here, self.there = self.folder / "here", self.folder / "there"
        for folder in (self.here, self.there, self.folder / "person"):
            folder.mkdir()
        (self.folder / "password").write_text(KEY)
        self.hub = self._start_hub()
        for name, is_sealed in ((SEALED, "true"), (PLAIN, "false")):
            self._start_agent(name, is_sealed)
        self.ssh_port = self._start_sshd() if shutil.which("scp") and os.path.exists(SSHD) else None

    def _start(self, command: list, **environment: str) -> subprocess.Popen:
        process = subprocess.Popen([str(word) for word in command], cwd=self.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                   env=os.environ | environment)
        self.stack.callback(self._stop, process)
        return process

    @staticmethod
    def _stop(process: subprocess.Popen) -> None:
        process.terminate()
        process.wait()
        process.stdout.close()

    def _start_hub(self) -> str:
        line = self._start([self.programs.hub, "--listen", "127.0.0.1:0"]).stdout.readline()
        if "listening on" not in line:
            raise BenchError(f"the hub did not start: {line}")
        return line.split()[-1]

    def _environment(self, name: str, is_sealed: str) -> dict[str, str]:
        return {"MALINKA_SEALED": is_sealed, "MALINKA_CONFIG": "/dev/null", "MALINKA_CHANNEL": name, "MALINKA_HUB": self.hub,
                "MALINKA_PASSWORD": KEY, "STATE_DIRECTORY": str(self.folder / f"state-{name}"), "HOME": str(self.folder)}

    def _start_agent(self, name: str, is_sealed: str) -> None:
        (self.folder / f"state-{name}").mkdir()
        settings = self.folder / f"{name}.toml"
        settings.write_text(f'[files]\nroots = ["{self.there}"]\n')
        agent = self._start([self.programs.agent, "--config", settings, "--name", "device"],
                            **self._environment(name, is_sealed))
        line = agent.stdout.readline()
        if not line.startswith("joined"):
            raise BenchError(f"the agent did not join: {line}")

    def _start_sshd(self) -> int:
        for key in ("host", "me"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key], check=True)
        port = free_port()
        (self.folder / "sshd_config").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {self.folder}/host\nStrictModes no\nUsePAM no\n"
            f"AuthorizedKeysFile {self.folder}/me.pub\nPidFile none\nPermitRootLogin yes\nSubsystem sftp internal-sftp\n")
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        self._start([SSHD, "-D", "-f", self.folder / "sshd_config"])
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
        environment = self._environment(name, "true" if name == SEALED else "false")
        self._run([self.programs.malinka, "cp", *arguments], environment | {"STATE_DIRECTORY": str(self.folder / "person")})

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
    goal = place.there / "tree"
    ways = {SEALED: lambda: place.malinka(SEALED, "-r", str(tree), f"device:{goal}"),
            PLAIN: lambda: place.malinka(PLAIN, "-r", str(tree), f"device:{goal}")}
    if place.ssh_port is not None:
        ways[SCP] = lambda: place.scp("-r", str(tree), f"{host}:{goal}")
        if shutil.which("rsync"):
            ways[RSYNC] = lambda: place.rsync(f"{tree}/", f"{host}:{goal}/")
    runs = {name: [] for name in ways}
    for turn in range(_rounds(bench)):
        for name in sorted(ways, reverse=turn % 2 == 1):
            shutil.rmtree(goal, ignore_errors=True)
            runs[name].append(case.recipients / _time(ways[name]))
            copied = sum(1 for path in goal.rglob("*") if path.is_file())
            if copied != case.recipients:
                raise BenchError(f"{name}: {copied} of {case.recipients} files came")
    for name, rates in runs.items():
        bench.results.add(case, name, COUNT, rates, name in (SCP, RSYNC))


def _time(copy) -> float:
    began = time.monotonic()
    copy()
    return time.monotonic() - began
