# SPDX-License-Identifier: MIT
"""The hub cannot read what it relays: what a person and a device say in a sealed channel is nowhere on the wire and
nowhere in the hub's memory. The same search finds all of it where the channel is not sealed."""

import base64
import os
import pathlib
import signal

import harness
import recorder
from asker import Asker
from recorder import Recorder

# Each has characters that JSON, percent-encoding and base64 write in ways of their own.
MARKERS = {
    "password": "Pässwort/of the channel+1",
    "file name": "plänted-näme.txt",
    "file content": "plänted \"content\" of a file on the device",
    "uploaded name": "uplöaded näme.bin",
    "uploaded content": "plänted content / of a file of the person's",
    "folder name": "new-földer",
    "moved name": "möved-name",
    "command line": "printf '%s' plänted-cömmand",
    "command output": "plänted-cömmand-output",
    "error text": "no-such-füle",
    "sensor name": "dht11 (simulated)",
    "blob name": "blöb name.xyz",
    "blob type": "application/x-planted+type",
}


class RecorderTest(harness.Test):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.recorders = [Recorder(self.hub.address, self.hub.port) for _ in range(2)]
        for one in self.recorders:
            self.addCleanup(one.close)
        self.root = self._folder("root").resolve()
        (self.root / MARKERS["file name"]).write_text(MARKERS["file content"])
        self.in_memory: set[str] = set()

    def look_into_the_hub(self) -> None:
        """Not into a sanitized one: its shadow is of terabytes."""
        if harness.is_sanitized():
            return
        self.in_memory |= recorder.markers_in(recorder.memory_of(self.hub.pid), MARKERS)

    def on_the_wire(self) -> set[str]:
        streams = [stream for one in self.recorders for stream in one.streams]
        said = [recorder.payloads_of(stream) for stream in streams]
        return recorder.markers_in(streams + said, MARKERS)

    def converse(self, is_sealed: bool) -> None:
        """All that the two can say to each other, and a look into the hub while and after it is said."""
        agent_side, self.person_side = (one.url for one in self.recorders)
        self.is_sealed = is_sealed
        self.start_agent(agent_side, "kitchen", password=MARKERS["password"], flags=(), is_sealed=is_sealed,
                         config=f'[files]\nroots = ["{self.root}"]\n[telemetry]\ninterval_seconds = 3600\n'
                                '[policy.shell]\nchannel = "guarded"\n')
        self.start_agent(agent_side, "simulated", password=MARKERS["password"], is_sealed=is_sealed,
                         config="[telemetry]\ninterval_seconds = 1\n")
        watch = self.keep(self.start_watch())
        watch.wait_for("dht11")
        self.use_files()
        self.run_a_command_that_waits()
        self.send_a_blob()
        watch.signal(signal.SIGINT)
        watch.wait()
        self.look_into_the_hub()

    def start_watch(self) -> harness.Program:
        command, env = self.command(self.person_side, "watch", password=MARKERS["password"])
        return harness.Program(command, env | self.sealing(), self.person_folder)

    def sealing(self) -> dict[str, str]:
        return {} if self.is_sealed else {"MALINKA_SEALED": "false"}

    def use(self, *words: str, code: int = 0) -> str:
        done = self.malinka(self.person_side, *words, password=MARKERS["password"], env=self.sealing())
        self.assertEqual(done.code, code, done)
        return done.out + done.err

    def at(self, name: str) -> str:
        return f"kitchen:{self.root}/{name}"

    def use_files(self) -> None:
        (self.person_folder / MARKERS["uploaded name"]).write_text(MARKERS["uploaded content"])
        self.assertIn("files", self.use("describe", "kitchen"))
        self.assertIn(MARKERS["file name"], self.use("ls", self.at("")))
        self.assertEqual(self.use("cp", self.at(MARKERS["file name"]), "-"), MARKERS["file content"])
        self.use("cp", MARKERS["uploaded name"], self.at(""))
        self.use("mkdir", self.at(MARKERS["folder name"]))
        self.use("mv", self.at(MARKERS["uploaded name"]), self.at(MARKERS["moved name"]))
        self.use("rm", self.at(MARKERS["moved name"]))
        self.assertIn(MARKERS["error text"], self.use("ls", self.at(MARKERS["error text"]), code=1))
        self.look_into_the_hub()

    def run_a_command_that_waits(self) -> None:
        """The hub is looked into while the device works, and its answer is still owed."""
        gate = self.folder / "gate"
        os.mkfifo(gate)
        line = f"{MARKERS['command line']} > /dev/null; echo {MARKERS['command output']}; cat {gate}"
        command, env = self.command(self.person_side, "run", "kitchen", "--", line, password=MARKERS["password"])
        run = self.keep(harness.Program(command, env | self.sealing(), self.person_folder))
        with gate.open("wb"):  # Opens once the command reads it.
            self.look_into_the_hub()
        self.assertEqual(run.wait(), 0)
        self.assertIn(MARKERS["command output"], run.log)

    def send_a_blob(self) -> None:
        blob = {"name": MARKERS["blob name"], "type": MARKERS["blob type"], "text": "x"}
        asker = Asker(self.person_side, "program", "home", MARKERS["password"], self._folder("program"),
                      is_sealed=self.is_sealed)
        self.addCleanup(asker.close)
        self.assertEqual(asker.ask("agent.ping", blob=blob)["code"], 400)

    def test_of_a_sealed_channel_nothing_is_on_the_wire_or_in_the_hubs_memory(self) -> None:
        self.converse(is_sealed=True)
        self.assertEqual(self.on_the_wire(), set())
        self.assertEqual(self.in_memory, set())

    def test_the_same_search_finds_all_of_it_where_the_channel_is_not_sealed(self) -> None:
        self.converse(is_sealed=False)
        self.assertEqual(self.on_the_wire(), set(MARKERS))
        if not harness.is_sanitized():
            self.assertTrue(self.in_memory, "what passes stays in a hub's buffers for a while")

    def test_the_search_knows_each_form_at_each_place(self) -> None:
        text = 'a "märker" / of 3 kinds?'
        for before in range(6):
            wrapped = "x" * before + text + "y" * 5
            for content in (wrapped.encode(), base64.b64encode(wrapped.encode()),
                            base64.urlsafe_b64encode(wrapped.encode()), wrapped.encode().hex().encode()):
                self.assertEqual(recorder.markers_in([content], {"it": text}), {"it"}, content)
            self.assertEqual(recorder.markers_in([wrapped.replace("k", "K").encode()], {"it": text}), set())

    def test_the_search_sees_a_process_memory(self) -> None:
        here = {"it": "a text in this very process " + os.urandom(8).hex()}
        self.assertEqual(recorder.markers_in(recorder.memory_of(os.getpid()), here), {"it"})
        self.assertTrue(pathlib.Path(f"/proc/{self.hub.pid}/mem").exists())


if __name__ == "__main__":
    harness.unittest.main()
