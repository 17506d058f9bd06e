# SPDX-License-Identifier: MIT
"""The agent through the hub, asked by a client that knows nothing of Malinka: JSON text and no subprotocol."""

import base64
import contextlib
import errno
import os
import pathlib
import signal
import socket
import stat
import time
from typing import Any

import harness
from foreign import Foreign

PASSWORD = "a long enough secret"
OUTPUT_BYTES_MAX = 1 << 20
FILE_BYTES_MAX = 8 << 20


def blob(content: bytes) -> dict[str, Any]:
    return {"size": len(content), "content": base64.b64encode(content).decode()}


def content_of(response: dict[str, Any]) -> bytes:
    return base64.b64decode(response["blob"]["content"])


def is_alive(pid: int) -> bool:
    """False for a zombie too: nobody may ever reap what a container adopted."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_gone(pid: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            raise AssertionError(f"process {pid} is still there")
        os.sched_yield()


class AgentTest(harness.Test):
    """A hub, a device with a folder of its own, and a foreign phone in their guarded channel, which is not sealed."""

    password = PASSWORD
    policy = '[policy.shell]\nchannel = "guarded"\n[policy.terminal]\nchannel = "guarded"\n'

    def setUp(self) -> None:
        super().setUp()
        self.root = self._folder("root").resolve()
        self.outside = self._folder("outside").resolve()
        (self.outside / "secret").write_text("do not read")
        self.hub = self.start_hub()
        self.agent = self.start_agent(
            self.hub, "kitchen", password=self.password, flags=(), is_sealed=False,
            config=f'{self.policy}\n[files]\nroots = ["{self.root}"]\n[telemetry]\ninterval_seconds = 1\n')
        self.phone = self.join("phone")

    def join(self, name: str) -> Foreign:
        members = {"key": self.password} if self.password else {}
        phone = Foreign.join(self.hub, "home", name, **members)
        self.addCleanup(phone.close)
        return phone

    def ask(self, name: str, value: Any = None, **members: Any) -> dict[str, Any]:
        return self.phone.request("kitchen", name, value, **members)

    def done(self, name: str, value: Any = None, **members: Any) -> dict[str, Any]:
        """A Response that must be a success."""
        response = self.ask(name, value, **members)
        self.assertEqual(response["response"]["responseCode"], 200, response)
        self.assertIs(response["response"]["success"], True)
        return response

    def refused(self, code: int, says: str, name: str, value: Any = None, **members: Any) -> None:
        response = self.ask(name, value, **members)
        self.assertEqual(response["response"]["responseCode"], code, response)
        self.assertIs(response["response"]["success"], False)
        self.assertIn(says, response["response"]["error"])
        self.assertNotIn("blob", response)

    def path(self, name: str) -> str:
        return f"{self.root}/{name}"


class AgentAndTelemetryTest(AgentTest):
    def test_a_device_describes_itself(self) -> None:
        value = self.done("agent.describe")["value"]
        self.assertEqual(value["device"], "kitchen")
        self.assertIs(value["simulated"], False)
        self.assertTrue(value["system"]["kernel"])
        capabilities = {capability["name"]: capability for capability in value["capabilities"]}
        self.assertEqual(sorted(capabilities), ["agent", "files", "gpio", "shell", "telemetry", "terminal", "tv"])
        self.assertTrue(all(capability["level"] == "control" for capability in capabilities.values()))
        self.assertEqual(capabilities["files"]["roots"], [str(self.root)])
        self.assertIn("user", capabilities["shell"])
        self.assertEqual(capabilities["telemetry"]["events"], ["telemetry.reading"])
        [run] = [command for command in capabilities["shell"]["commands"] if command["name"] == "shell.run"]
        self.assertEqual(run["parameters"]["required"], ["command"])

    def test_a_ping_is_answered(self) -> None:
        self.assertRegex(self.done("agent.ping")["value"]["time"], r"^\d{4}-.*Z$")

    def test_a_reading_is_given_and_told(self) -> None:
        value = self.done("telemetry.read")["value"]
        self.assertGreater(value["memory"]["totalBytes"], 0)
        event = self.phone.next(lambda message: message.get("name") == "telemetry.reading"
                                and message["messageType"] == "Broadcast")
        self.assertEqual(event["originator"], "kitchen")
        self.assertGreater(event["value"]["uptimeSeconds"], 0)

    def test_the_interval_is_told_and_changed(self) -> None:
        self.assertEqual(self.done("telemetry.interval")["value"], {"seconds": 1})
        self.assertEqual(self.done("telemetry.interval", {"seconds": 3600})["value"], {"seconds": 3600})

    def test_bad_commands_are_refused_by_name(self) -> None:
        self.refused(404, "did you mean files.list?", "files.lst", {"path": "/"})
        self.refused(400, "value must have the member", "files.list", {})
        self.refused(400, "value.limit", "files.list", {"path": "/", "limit": 10 ** 30})
        self.refused(400, "type object", "agent.ping", [1])
        self.refused(400, "takes no blob", "agent.ping", {}, blob=blob(b"x"))
        self.done("agent.ping")


class ShellTest(AgentTest):
    def run_command(self, command: str, **members: Any) -> dict[str, Any]:
        return self.done("shell.run", {"command": command, **members})["value"]

    def test_exit_code_and_outputs_come_back(self) -> None:
        value = self.run_command("echo out; echo err >&2; cat; exit 7", input="in", directory="/")
        self.assertEqual(value["exitCode"], 7)
        self.assertIsNone(value["signal"])
        self.assertIs(value["timedOut"], False)
        self.assertEqual(value["stdout"], {"text": "out\nin", "bytes": 6, "cut": False})
        self.assertEqual(value["stderr"]["text"], "err\n")

    def test_output_of_any_bytes_comes_back(self) -> None:
        value = self.run_command("printf '\\377\\000\\001\\r\\n'")
        self.assertEqual(base64.b64decode(value["stdout"]["base64"]), b"\xff\x00\x01\r\n")

    def test_output_beyond_the_bound_is_cut_and_said(self) -> None:
        value = self.run_command("head -c 5000000 /dev/zero | tr '\\0' x; echo end >&2")
        self.assertEqual(value["stdout"]["bytes"], 5_000_000)
        self.assertIs(value["stdout"]["cut"], True)
        self.assertEqual(len(value["stdout"]["text"]), OUTPUT_BYTES_MAX)
        self.assertEqual(value["stderr"]["text"], "end\n")

    def test_a_timeout_kills_the_whole_group(self) -> None:
        response = self.ask("shell.run", {"command": "sleep 1000 & echo $! $$; sleep 1000", "timeoutSeconds": 0.5})
        self.assertEqual(response["response"]["responseCode"], 408)
        self.assertIs(response["value"]["timedOut"], True)
        self.assertEqual(response["value"]["signal"], signal.SIGTERM)
        for pid in response["value"]["stdout"]["text"].split():
            wait_gone(int(pid))

    def test_a_timeout_kills_what_ignores_it(self) -> None:
        response = self.ask("shell.run", {"command": "trap '' TERM; (trap '' TERM; sleep 1000) & echo $! $$; "
                                                     "while :; do sleep 1; done", "timeoutSeconds": 2})
        self.assertEqual(response["response"]["responseCode"], 408)
        self.assertEqual(response["value"]["signal"], signal.SIGKILL)
        for pid in response["value"]["stdout"]["text"].split():
            wait_gone(int(pid))

    def test_a_child_left_behind_with_the_output_does_not_hold_up_the_answer(self) -> None:
        value = self.run_command("sleep 1000 & echo $!; exit 5")
        self.assertEqual(value["exitCode"], 5)
        self.assertLess(value["durationSeconds"], 10)
        wait_gone(int(value["stdout"]["text"]))

    def test_a_command_outlives_the_link_of_who_asked(self) -> None:
        mark = self.root / "mark"
        os.mkfifo(f"{mark}.pipe")
        other = Foreign.join(self.hub, "home", "visitor", key=PASSWORD)
        other.send({"messageType": "Command", "id": 1, "name": "shell.run", "recipients": ["kitchen"],
                    "value": {"command": f"touch {mark}.begun; read x < {mark}.pipe; touch {mark}"}})
        deadline = time.monotonic() + 30
        while not pathlib.Path(f"{mark}.begun").exists() and time.monotonic() < deadline:
            os.sched_yield()
        other.vanish()
        pathlib.Path(f"{mark}.pipe").write_text("go\n")
        while not mark.exists() and time.monotonic() < deadline:
            os.sched_yield()
        self.assertTrue(mark.exists())

    def test_a_ping_is_answered_while_commands_run(self) -> None:
        for number in range(16):
            self.phone.send({"messageType": "Command", "id": number, "name": "shell.run", "recipients": ["kitchen"],
                             "value": {"command": "sleep 1000"}})
        self.done("agent.ping")
        self.refused(429, "wait for one to end", "shell.run", {"command": "true"})

    def test_when_the_agent_stops_its_commands_end(self) -> None:
        self.phone.send({"messageType": "Command", "id": 1, "name": "shell.run", "recipients": ["kitchen"],
                         "value": {"command": f"sleep 1000 & echo $! >{self.root}/pid; sleep 1000"}})
        deadline = time.monotonic() + 30
        pid = ""
        while not pid.endswith("\n") and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                pid = (self.root / "pid").read_text()
        self.assertEqual(self.agent.stop(), 0)
        wait_gone(int(pid))
        response = self.phone.next(lambda message: message.get("response", {}).get("requestId") == 1)
        self.assertEqual(response["response"]["responseCode"], 503)


class FilesTest(AgentTest):
    def names(self, path: pathlib.Path) -> list[str]:
        return [entry["name"] for entry in self.done("files.list", {"path": str(path)})["value"]["entries"]]

    def test_a_file_goes_up_down_and_around(self) -> None:
        content = bytes(range(256)) * 100
        written = self.done("files.write", {"path": self.path("a.bin"), "mode": "0600"}, blob=blob(content))
        self.assertEqual(written["value"]["size"], len(content))
        self.assertEqual(written["value"]["mode"], "0600")
        self.assertEqual(content_of(self.done("files.read", {"path": self.path("a.bin")})), content)
        self.done("files.mkdir", {"path": self.path("x/y"), "parents": True})
        self.done("files.move", {"from": self.path("a.bin"), "to": self.path("x/y/b.bin")})
        self.assertEqual(self.done("files.stat", {"path": self.path("x/y/b.bin")})["value"]["type"], "file")
        self.assertEqual(self.names(self.root), ["x"])
        removed = self.done("files.remove", {"path": self.path("x"), "recursive": True})
        self.assertEqual(removed["value"]["removed"], 3)
        self.assertEqual(self.names(self.root), [])

    def test_the_top_lists_the_roots(self) -> None:
        value = self.done("files.list", {"path": "/"})["value"]
        self.assertEqual([entry["path"] for entry in value["entries"]], [str(self.root)])

    def test_nothing_is_overwritten_unless_asked(self) -> None:
        (self.root / "file").write_text("old")
        (self.root / "other").write_text("other")
        self.refused(409, "overwrite", "files.write", {"path": self.path("file")}, blob=blob(b"new"))
        self.refused(409, "overwrite", "files.move", {"from": self.path("other"), "to": self.path("file")})
        self.refused(409, "there already", "files.mkdir", {"path": self.path("file")})
        self.assertEqual((self.root / "file").read_text(), "old")
        self.done("files.write", {"path": self.path("file"), "overwrite": True}, blob=blob(b"new"))
        self.assertEqual((self.root / "file").read_text(), "new")

    def test_eight_mebibytes_go_both_ways_and_a_byte_more_does_not(self) -> None:
        content = os.urandom(FILE_BYTES_MAX)
        self.done("files.write", {"path": self.path("big")}, blob=blob(content))
        self.assertEqual(content_of(self.done("files.read", {"path": self.path("big")})), content)
        with open(self.root / "big", "ab") as file:
            file.write(b"x")
        self.refused(413, "larger than 8 MiB", "files.read", {"path": self.path("big")})
        self.refused(413, "larger than 8 MiB", "files.write", {"path": self.path("new")}, blob=blob(content + b"x"))
        self.assertEqual(self.names(self.root), ["big"])

    def test_a_folder_of_many_is_paged(self) -> None:
        for number in range(2500):
            (self.root / f"{number:05}").touch()
        value = self.done("files.list", {"path": str(self.root), "offset": 2400})["value"]
        self.assertEqual(value["total"], 2500)
        self.assertEqual([entry["name"] for entry in value["entries"]], [f"{n:05}" for n in range(2400, 2500)])

    def test_dots_and_links_lead_nowhere_outside(self) -> None:
        (self.root / "link").symlink_to(self.outside)
        (self.root / "file-link").symlink_to(self.outside / "secret")
        ways_out = [self.path("../outside"), self.path("link"), self.path("link/../outside")]
        for way in ways_out:
            with self.subTest(way):
                self.refused(403, "leads out", "files.list", {"path": way})
                self.refused(403, "leads out", "files.read", {"path": f"{way}/secret"})
                self.refused(403, "leads out", "files.write", {"path": f"{way}/new"}, blob=blob(b"x"))
                self.refused(403, "leads out", "files.remove", {"path": f"{way}/secret"})
                self.refused(403, "leads out", "files.mkdir", {"path": f"{way}/new"})
                self.refused(403, "leads out", "files.move", {"from": f"{way}/secret", "to": self.path("stolen")})
        self.refused(403, "leads out", "files.read", {"path": self.path("file-link")})
        self.refused(403, "outside", "files.read", {"path": "/etc/passwd"})
        self.assertEqual(os.listdir(self.outside), ["secret"])
        self.done("agent.ping")

    def test_a_nul_is_refused(self) -> None:
        self.refused(400, "NUL", "files.read", {"path": self.path("a\0b")})
        self.refused(400, "NUL", "files.write", {"path": self.path("a\0b")}, blob=blob(b"x"))

    def test_what_is_no_file_is_told_and_waits_for_nobody(self) -> None:
        os.mkfifo(self.root / "pipe")
        self.refused(400, "named pipe", "files.read", {"path": self.path("pipe")})
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.path("socket"))
            self.refused(400, "socket", "files.read", {"path": self.path("socket")})
        self.refused(400, "list it instead", "files.read", {"path": str(self.root)})
        try:
            os.mknod(self.root / "zero", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
        except OSError as error:
            self.assertIn(error.errno, (errno.EPERM, errno.EACCES))  # Only root makes devices: the unit test reads /dev.
        else:
            self.refused(400, "a device", "files.read", {"path": self.path("zero")})
        self.done("agent.ping")

    def test_a_broken_link_is_told(self) -> None:
        (self.root / "broken").symlink_to("nowhere")
        self.refused(404, "link to something", "files.read", {"path": self.path("broken")})
        value = self.done("files.stat", {"path": self.path("broken")})["value"]
        self.assertEqual((value["type"], value["target"]), ("link", "nowhere"))

    def test_a_name_that_is_not_utf8_is_shown_and_said(self) -> None:
        os.close(os.open(os.fsencode(self.root) + b"/bad\xff", os.O_CREAT | os.O_WRONLY))
        entry = self.done("files.list", {"path": str(self.root)})["value"]["entries"][0]
        self.assertEqual(entry["name"], "bad\ufffd")
        self.assertIs(entry["utf8"], False)
        self.refused(404, "No such file", "files.read", {"path": entry["path"]})


class OpenChannelTest(AgentTest):
    password = ""

    def test_what_wants_a_better_channel_is_denied_with_a_way_out(self) -> None:
        self.refused(403, "password", "shell.run", {"command": "id"})
        self.refused(403, "password", "files.list", {"path": "/"})
        self.done("telemetry.read")
        shell = next(capability for capability in self.done("agent.describe")["value"]["capabilities"]
                     if capability["name"] == "shell")
        self.assertEqual(shell["level"], "deny")
        self.assertIn("password", shell["reason"])
        self.agent.wait_for("no password is set")


class PolicyTest(AgentTest):
    policy = '[policy.files]\nlevel = "view"\n[policy.shell]\nlevel = "deny"'

    def test_the_policy_is_kept_and_says_who_set_it(self) -> None:
        self.done("files.list", {"path": "/"})
        self.refused(403, "[policy.files]", "files.mkdir", {"path": self.path("new")})
        self.refused(403, "[policy.shell]", "shell.run", {"command": "id"})
        self.assertEqual(os.listdir(self.root), [])


class LifeTest(harness.Test):
    def test_an_agent_returns_after_the_hub_did(self) -> None:
        hub = self.start_hub()
        agent = self.start_agent(hub, "kitchen", password=PASSWORD, is_sealed=False)
        seen = agent.line_count()
        hub.stop()
        agent.wait_for("trying again", after=seen)
        hub = self.start_hub(listen=f"127.0.0.1:{hub.port}")
        agent.wait_joined(after=seen)
        with Foreign.join(hub, "home", "phone", key=PASSWORD) as phone:
            self.assertEqual(phone.request("kitchen", "agent.ping")["response"]["responseCode"], 200)

    def test_a_simulated_device_has_files_and_a_sensor_that_go_with_it(self) -> None:
        hub = self.start_hub()
        agent = self.start_agent(hub, "kitchen", password=PASSWORD, is_sealed=False)
        with Foreign.join(hub, "home", "phone", key=PASSWORD) as phone:
            description = phone.request("kitchen", "agent.describe")["value"]
            self.assertIs(description["simulated"], True)
            root = phone.request("kitchen", "files.list", {"path": "/"})["value"]["entries"][0]["path"]
            names = [entry["name"] for entry in
                     phone.request("kitchen", "files.list", {"path": root})["value"]["entries"]]
            self.assertIn("welcome.txt", names)
            sensors = phone.request("kitchen", "telemetry.read")["value"]["sensors"]
            self.assertIn("dht11 (simulated)", [sensor["name"] for sensor in sensors])
        self.assertEqual(agent.stop(), 0)
        self.assertFalse(os.path.exists(root))

    def test_a_wrong_password_is_told_once_with_a_way_out(self) -> None:
        hub = self.start_hub()
        with Foreign.join(hub, "home", "phone", key=PASSWORD):
            agent = self.start_agent(hub, "kitchen", password="another password", is_awaited=False)
            agent.wait_for("check the password")
