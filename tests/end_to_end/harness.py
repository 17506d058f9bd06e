# SPDX-License-Identifier: MIT
"""Real programs for end-to-end tests: a hub and agents on loopback, each in folders of its own.

    class HallTest(harness.Test):
        def test_a_device_is_listed(self):
            hub = self.start_hub()
            self.start_agent(hub, "kitchen", channel="home", password="a long enough secret")
            done = self.malinka(hub, "devices", channel="home", password="a long enough secret")
            self.assertEqual(done.code, 0, done)
"""

import ctypes
import dataclasses
import json
import os
import pathlib
import re
import resource
import secrets
import shutil
import signal
import struct
import subprocess
import tempfile
import threading
import time
import unittest
from collections.abc import Callable, Sequence
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("MALINKA_BIN", ROOT / "build/release/bin")).resolve()

# Further flags of every hub that the tests start, as MALINKA_TEST_HUB_FLAGS=--no-io-uring.
HUB_FLAGS = os.environ.get("MALINKA_TEST_HUB_FLAGS", "").split()

START_SECONDS = 30.0  # Generous: a sanitized build on a busy machine.
STOP_SECONDS = 60.0  # A sanitizer looks for leaks before it lets a program end
RUN_SECONDS = 120.0

# How `malinka` ends.
DONE, FAILED, USAGE, NO_HUB, NO_DEVICE = range(5)

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def environment(home: pathlib.Path, **more: str) -> dict[str, str]:
    """What a program sees: folders below `home`, nothing of the tester's own settings."""
    kept = {name: value for name, value in os.environ.items()
            if name in ("PATH", "LANG") or name.endswith("SAN_OPTIONS")}
    folders = {"HOME": home, "XDG_CONFIG_HOME": home / ".config", "TMPDIR": home / "tmp",
               "XDG_STATE_HOME": home / ".local/state", "STATE_DIRECTORY": home / "state"}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return kept | {name: str(folder) for name, folder in folders.items()} | {"TERM": "dumb", **more}


class Program:
    """A process whose two outputs are kept as lines."""

    def __init__(self, command: Sequence[str | os.PathLike[str]], env: dict[str, str],
                 cwd: pathlib.Path, before: Callable[[ctypes.CDLL], None] | None = None) -> None:
        """`before` runs in the process before the program does, and is given the C library."""
        def prepare() -> None:
            # Whoever runs the tests in the background has it ignored, which is inherited.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            _die_with_parent()
            if before:
                before(_libc)

        self.name = pathlib.Path(command[0]).name
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._open_outputs = 2
        self._process = subprocess.Popen(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                         preexec_fn=prepare)
        self._readers = [threading.Thread(target=self._read, args=(output,), daemon=True)
                         for output in (self._process.stdout, self._process.stderr)]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        with self._news:
            return "\n".join(f"  {self.name}: {line}" for line in self.lines)

    def is_running(self) -> bool:
        return self._process.poll() is None

    def line_count(self) -> int:
        with self._news:
            return len(self.lines)

    def wait_for(self, pattern: str, seconds: float = START_SECONDS,
                 after: int = 0) -> re.Match[str]:
        """Waits for a line, of those behind the first `after`, in which `pattern` is found."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                for line in self.lines[after:]:
                    if found := re.search(pattern, line):
                        return found
                left = deadline - time.monotonic()
                if left <= 0 or self._open_outputs == 0:
                    why = "has ended" if self._open_outputs == 0 else f"took over {seconds} s"
                    raise AssertionError(f"{self.name} {why}, without {pattern!r}:\n" +
                                         "\n".join(self.lines))
                self._news.wait(left)

    def processor_seconds(self) -> float:
        """What it has spent so far, by the scheduler's account."""
        times = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self) -> int:
        """What it has of the machine's memory."""
        return int(pathlib.Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def limit_descriptors(self, more: int) -> None:
        """From now on it gets `more` beside those that it has."""
        in_use = len(list(pathlib.Path(f"/proc/{self.pid}/fd").iterdir()))
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (in_use + more, in_use + more))

    def signal(self, number: signal.Signals) -> None:
        if self.is_running():
            os.kill(self.pid, number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        code = self._process.wait(seconds)
        for reader in self._readers:
            reader.join(seconds)
        return code

    def stop(self) -> int:
        """SIGTERM, and SIGKILL to what does not heed it, which is then an error of the test."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            is_held, threads = self._is_held_by_sanitizer(), self._thread_states()
            self.kill()
            if is_held:
                print(f"{self.name}: LeakSanitizer did not come to an end; {threads}")
                return 0
            raise AssertionError(f"{self.name} ignored SIGTERM; {threads}\n{self.log}") from None

    def _is_held_by_sanitizer(self) -> bool:
        """LeakSanitizer looks at a program that has ended from a child with the program's own file, and at times
        the two wait for each other for ever. None of ours has such a child otherwise."""
        def file_of(pid: int | str) -> str:
            try:
                return os.readlink(f"/proc/{pid}/exe")
            except OSError:
                return ""

        def parent_of(pid: str) -> str:
            try:
                return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                return ""

        return any(parent_of(pid) == str(self.pid) and file_of(pid) == file_of(self.pid)
                   for pid in os.listdir("/proc") if pid.isdigit())

    def _thread_states(self) -> str:
        """What each thread waits for, as the kernel says: for who reads of a program that did not end."""
        def state_of(task: pathlib.Path) -> str:
            try:
                state = task.joinpath("stat").read_text().rpartition(")")[2].split()[0]
                return f"{state} {task.joinpath('wchan').read_text()}"
            except OSError:
                return "gone"

        return "threads: " + ", ".join(state_of(task) for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir())

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait()

    def close(self) -> None:
        for output in (self._process.stdout, self._process.stderr):
            assert output is not None
            output.close()

    def _read(self, output: Any) -> None:
        for line in output:
            with self._news:
                self.lines.append(line.decode(errors="replace").rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._open_outputs -= 1
            self._news.notify_all()


class Hub(Program):
    """`malinka-hub` on a free port of loopback."""

    def __init__(self, folder: pathlib.Path, *flags: str, listen: str = "127.0.0.1:0",
                 before: Callable[[ctypes.CDLL], None] | None = None, **env: str) -> None:
        command = [BIN / "malinka-hub", "--listen", listen, *HUB_FLAGS, *flags]
        super().__init__(command, environment(folder, **env), folder, before)
        try:
            found = self.wait_for(r"^listening on (https?)://(.*):(\d+)$")
        except AssertionError:
            self.kill()
            raise
        self.scheme, self.address, self.port = found[1], found[2], int(found[3])

    @property
    def url(self) -> str:
        return f"ws://{self.address}:{self.port}"

    @property
    def web_url(self) -> str:
        return f"{self.scheme}://{self.address}:{self.port}"


class Agent(Program):
    """`malinka-agent` with a home, state and configuration of its own, awaited until it joined."""

    def __init__(self, folder: pathlib.Path, url: str, name: str, channel: str, password: str,
                 flags: Sequence[str], config: str, is_awaited: bool, is_sealed: bool, **more: str) -> None:
        self.folder, self.device = folder, name
        env = environment(folder, MALINKA_SEALED="true" if is_sealed else "false", **more)
        command = [str(BIN / "malinka-agent"), "--hub", url, "--name", name, *flags]
        if channel:  # Without one the device pairs itself.
            command += ["--channel", channel]
        if password:
            command += ["--password-file", str(write_secret(folder / "password", password))]
        if config:
            (folder / "agent.toml").write_text(config)
            command += ["--config", str(folder / "agent.toml")]
        super().__init__(command, env, folder)
        if is_awaited:
            try:
                self.wait_joined()
            except AssertionError:
                self.kill()
                raise

    def wait_joined(self, seconds: float = START_SECONDS, after: int = 0) -> None:
        self.wait_for(r"^joined .* as ", seconds, after)


@dataclasses.dataclass
class Done:
    """What a run of the command line came to."""
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[Any]:
        """Standard output of `--json`: one object per line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def __str__(self) -> str:
        return f"exit code {self.code}\n--- output\n{self.out}\n--- errors\n{self.err}"


def write_secret(path: pathlib.Path, text: str) -> pathlib.Path:
    path.touch(mode=0o600)
    path.write_text(text + "\n")
    return path


def is_sanitized() -> bool:
    """Whether the hub was built with a sanitizer, which wants descriptors and libraries of its own."""
    program = (BIN / "malinka-hub").read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


def fresh_channel() -> str:
    return "test-" + secrets.token_hex(4)


class JumpingClock:
    """What a program is given so that its wall clock is off by as many seconds as jump() said last."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._file = folder / "jump"
        library = folder / "jumping_clock.so"
        source = pathlib.Path(__file__).with_name("jumping_clock.cc")
        subprocess.run(["c++", "-std=c++20", "-shared", "-fPIC", "-o", library, source], check=True)
        self.env = {"LD_PRELOAD": str(library), "JUMPING_CLOCK": str(self._file)}
        self.jump(0)

    def jump(self, seconds: int) -> None:
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds))


class Test(unittest.TestCase):
    """A test in a temporary folder. Its programs end with it, and their logs are shown if it fails."""

    maxDiff = None

    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="malinka-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def start_hub(self, *flags: str, listen: str = "127.0.0.1:0",
                  before: Callable[[ctypes.CDLL], None] | None = None, **env: str) -> Hub:
        """`env` has settings without a flag, as MALINKA_HEARTBEAT_SECONDS="1"."""
        return self.keep(Hub(self._folder("hub"), *flags, listen=listen, before=before, **env))

    def hub_settings(self, text: str) -> str:
        """The flag that has a hub read these settings, which may be such as have no flag."""
        path = self._folder("settings") / "hub.toml"
        path.write_text(text)
        return f"--config={path}"

    def start_agent(self, hub: Hub | str, name: str = "kitchen", *, channel: str = "home",
                    password: str = "", flags: Sequence[str] = ("--simulate",), config: str = "",
                    is_awaited: bool = True, is_sealed: bool = True,
                    folder: pathlib.Path | None = None, **env: str) -> Agent:
        """`is_sealed`: what the device says in a channel with a password, the hub cannot read. Without channel and
        password it pairs itself; `folder` is that of one that was there before."""
        url = hub if isinstance(hub, str) else hub.url
        return self.keep(Agent(folder or self._folder(name), url, name, channel, password, flags,
                               config, is_awaited, is_sealed, **env))

    def keep(self, program: Any) -> Any:
        """Ends `program` when the test does."""
        self.addCleanup(self._end, program)
        return program

    def command(self, hub: Hub | str | None, *arguments: str, channel: str = "home",
                password: str = "") -> tuple[list[str], dict[str, str]]:
        """The command line and environment of one run of `malinka`."""
        settings = [] if hub is None else ["--hub", hub if isinstance(hub, str) else hub.url]
        settings += ["--channel", channel] if channel else []
        env = environment(self.person_folder)
        if password:
            env["MALINKA_PASSWORD"] = password
        return [str(BIN / "malinka"), *settings, *arguments], env

    def malinka(self, hub: Hub | str | None, *arguments: str, channel: str = "home",
                password: str = "", stdin: bytes = b"", env: dict[str, str] | None = None,
                seconds: float = RUN_SECONDS) -> Done:
        """Runs the command line to its end. Output that is not UTF-8 shows U+FFFD."""
        command, base = self.command(hub, *arguments, channel=channel, password=password)
        done = subprocess.run(command, env=base | (env or {}), cwd=self.person_folder,
                              input=stdin, capture_output=True, timeout=seconds, check=False,
                              preexec_fn=_die_with_parent)
        return Done(done.returncode, done.stdout.decode(errors="replace"),
                    done.stderr.decode(errors="replace"))

    def start_malinka(self, hub: Hub | str | None, *arguments: str, channel: str = "home",
                      password: str = "") -> Program:
        """Starts the command line and leaves it running: for watch."""
        command, env = self.command(hub, *arguments, channel=channel, password=password)
        return self.keep(Program(command, env, self.person_folder))

    @property
    def person_folder(self) -> pathlib.Path:
        """The working and home folder of malinka()."""
        return self._folder("person", is_shared=True)

    def _folder(self, name: str, is_shared: bool = False) -> pathlib.Path:
        folder = self.folder / name
        count = 1
        while folder.exists() and not is_shared:
            count += 1
            folder = self.folder / f"{name}-{count}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _end(self, program: Program) -> None:
        try:
            if program.is_running():
                program.stop()
            else:
                program.wait()
        finally:
            program.close()
            if self._has_failed():
                print(f"\n{self.id()}: {program.name}, pid {program.pid}\n{program.log}")

    def _has_failed(self) -> bool:
        result = self._outcome.result  # type: ignore[attr-defined]  # unittest has no query for it.
        return any(test is self for test, _ in result.failures + result.errors)
