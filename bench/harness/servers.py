# SPDX-License-Identifier: MIT
"""The servers that are measured: how each is started on one core, and ended by its own process id."""

import base64
import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

from . import machine

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY = "kitchen-7k2q9xwd-3m5p"
START_SECONDS = 20


class BenchError(Exception):
    """A measurement that could not be made; its text says why."""


@dataclasses.dataclass(frozen=True)
class Subject:
    name: str
    dialect: str
    start: object           # (folder, message bytes, with key) -> Server
    missing: str = ""       # Why it is not here.
    is_peer: bool = False


class Server:
    """A running process. Its port answers once the constructor returns."""

    def __init__(self, command: list, folder: pathlib.Path, port: int | None = None, **environment: str):
        self.folder = folder
        self.log = open(folder / "log", "wb")
        self.process = subprocess.Popen([str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE if port is None else self.log, stderr=self.log,
                                        env=os.environ | environment,
                                        preexec_fn=machine.Placement.of(machine.cores()[0]))
        try:
            self.port = port or self._read_port()
            self._wait_until_it_answers()
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        return self.process.pid

    def _read_port(self) -> int:
        line = self.process.stdout.readline().decode()
        found = re.match(r"listening on http://127\.0\.0\.1:(\d+)", line)
        if not found:
            raise BenchError(f"{self.process.args[0]} did not start: {self._read_log()}")
        return int(found[1])

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise BenchError(f"{self.process.args[0]} does not answer: {self._read_log()}")

    def _read_log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-500:]

    def settle(self) -> None:
        """Returns once it has nothing more to do."""
        before = machine.cpu_ns(self.pid)
        for _ in range(300):
            time.sleep(0.1)
            now = machine.cpu_ns(self.pid)
            if now - before < 1_000_000:
                return
            before = now

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def new_folder() -> pathlib.Path:
    return pathlib.Path(tempfile.mkdtemp(prefix="malinka-bench-"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Programs:
    """Where the built programs are, and how each subject starts."""

    def __init__(self, build: pathlib.Path):
        self.hub = build / "bin" / "malinka-hub"
        self.agent = build / "bin" / "malinka-agent"
        self.malinka = build / "bin" / "malinka"
        self.load = build / "bench" / "malinka-load"
        self.bare = build / "bench" / "malinka-bare"
        self.memory = build / "bench" / "malinka-hub-memory"
        self.seal_exchange = build / "bench" / "malinka-seal-exchange"
        self.keystrokes = build / "bench" / "malinka-keystrokes"

    def subjects(self) -> dict[str, Subject]:
        help_text = subprocess.run([self.hub, "--help"], capture_output=True, text=True, check=True).stdout
        has_flag = "--no-io-uring" in help_text
        no_flag = "" if has_flag else "this hub sends without io_uring only"
        listed = [
            Subject("malinka-io_uring", "malinka", self._start_hub, no_flag),
            Subject("malinka-send", "malinka", self._hub_starter("--no-io-uring") if has_flag else self._start_hub),
            *(Subject(f"bare-{way}", "bare", self._bare_starter(way))
              for way in ("send", "coalesce", "io_uring", "relay")),
            Subject("mosquitto", "mqtt", start_mosquitto, missing_program("mosquitto"), True),
            Subject("nats", "nats", start_nats, missing_program("nats-server"), True),
            Subject("nchan", "nchan", start_nchan, missing_nchan(), True),
        ]
        return {subject.name: subject for subject in listed}

    def _start_hub(self, _bytes: int, _has_key: bool, *flags: str) -> Server:
        # Everything as an operator has it, but for the heartbeat: a ping in another's burst would disturb that.
        return Server([self.hub, "--listen", "127.0.0.1:0", "--log-level", "warning", *flags], new_folder(),
                      MALINKA_HEARTBEAT_SECONDS="3600", MALINKA_CONNECTIONS_MAX="100000")

    def _hub_starter(self, *flags: str):
        return lambda message_bytes, has_key: self._start_hub(message_bytes, has_key, *flags)

    def _bare_starter(self, way: str):
        return lambda message_bytes, _: Server([self.bare, way, message_bytes], new_folder())


def find_program(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def missing_program(name: str) -> str:
    return "" if find_program(name) else f"{name} is not installed"


def missing_nchan() -> str:
    if not pathlib.Path("/usr/lib/nginx/modules/ngx_nchan_module.so").exists():
        return "nginx with nchan is not installed"
    return missing_program("nginx")


def start_mosquitto(_bytes: int, has_key: bool) -> Server:
    folder, port, plain_port = new_folder(), free_port(), free_port()
    if has_key:
        salt = os.urandom(12)
        digest = hashlib.pbkdf2_hmac("sha512", KEY.encode(), salt, 101)
        (folder / "passwords").write_text(
            f"bench:$7$101${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}\n")
    access = f"allow_anonymous false\npassword_file {folder}/passwords" if has_key else "allow_anonymous true"
    user = "user root\n" if os.geteuid() == 0 else ""
    # Version 2.0.11 does not start with listeners for WebSocket alone.
    (folder / "conf").write_text(f"{user}listener {plain_port} 127.0.0.1\n"
                                 f"listener {port} 127.0.0.1\nprotocol websockets\n{access}\n"
                                 "persistence false\nset_tcp_nodelay true\nsys_interval 0\nlog_type error\n")
    return Server([find_program("mosquitto"), "-c", folder / "conf"], folder, port)


def start_nats(_bytes: int, has_key: bool) -> Server:
    folder, port, plain_port = new_folder(), free_port(), free_port()
    access = f'authorization {{ token: "{KEY}" }}\n' if has_key else ""
    (folder / "conf").write_text(f"listen: 127.0.0.1:{plain_port}\nmax_connections: 65536\nping_interval: \"1h\"\n{access}"
                                 f"websocket {{ listen: \"127.0.0.1:{port}\", no_tls: true }}\n")
    return Server([find_program("nats-server"), "-c", folder / "conf"], folder, port)


def start_nchan(_bytes: int, _has_key: bool) -> Server:
    folder, port = new_folder(), free_port()
    user = "user root;\n" if os.geteuid() == 0 else ""
    stores = "\n".join(f"{kind}_temp_path {folder}/{kind};"
                       for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    descriptors = machine.raise_descriptor_limit()
    (folder / "conf").write_text(f"""
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
{user}daemon off; worker_processes 1; worker_rlimit_nofile {descriptors};
error_log stderr crit; pid {folder}/pid;
events {{ worker_connections {descriptors}; }}
http {{
  access_log off; {stores}
  nchan_shared_memory_size 512M; nchan_store_messages off;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location ~ ^/sub/(.+)$ {{
      nchan_subscriber websocket; nchan_channel_id $1; nchan_subscriber_first_message newest;
    }}
    location ~ ^/pub/(.+)$ {{ nchan_publisher websocket; nchan_channel_id $1; }}
    location ~ ^/pair/([^/]+)/([^/]+)$ {{
      nchan_pubsub websocket; nchan_subscriber_channel_id $1; nchan_publisher_channel_id $2;
      nchan_subscriber_first_message newest;
    }}
  }}
}}
""")
    return Server([find_program("nginx"), "-p", folder, "-c", folder / "conf"], folder, port)
