# SPDX-License-Identifier: MIT
"""A device that was told no channel makes one, and its link is all that a person needs; until it is revoked."""

import os
import pathlib
import stat
import time
import unicodedata
import urllib.parse
from typing import Any

import harness
from harness import DONE, FAILED, NO_DEVICE, NO_HUB, USAGE
from terminal import Terminal

PASSWORD = "a long enough secret"


def mode_of(path: pathlib.Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class Person:
    """Somebody with a home of their own, who has `malinka`."""

    def __init__(self, test: harness.Test, name: str) -> None:
        self._test = test
        self.home = test.folder / name
        self.home.mkdir()
        self._env = harness.environment(self.home)

    def run(self, *arguments: str, stdin: str = "", **env: str) -> harness.Done:
        return self._test.malinka(None, *arguments, channel="", stdin=stdin.encode(), env=self._env | env)

    def login(self, link: str) -> harness.Done:
        return self.run("login", stdin=link + "\n")

    def start(self, *arguments: str) -> harness.Program:
        return self._test.keep(harness.Program([harness.BIN / "malinka", *arguments], self._env, self.home))


class PairingTest(harness.Test):
    """A hub, and a kitchen that paired itself."""

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.agent = self.start_agent(self.hub, "kitchen", channel="")
        self.link = self.agent.wait_for(r"^http://\S+$")[0]
        self.owner = Person(self, "owner")

    def pair(self, *flags: str) -> dict[str, Any]:
        """`malinka pair` on the device."""
        done = self.run_pair("--json", *flags)
        self.assertEqual(done.code, DONE, done)
        return done.objects[0]

    def run_pair(self, *flags: str, config: str = "") -> harness.Done:
        (self.agent.folder / "pair.toml").write_text(config)
        return self.malinka(None, "pair", "--config", str(self.agent.folder / "pair.toml"), *flags, channel="",
                            env=harness.environment(self.agent.folder))

    def log_in(self, link: str, name: str) -> Person:
        person = Person(self, name)
        done = person.login(link)
        self.assertEqual(done.code, DONE, done)
        return person

    def expect(self, code: int, person: Person, *arguments: str) -> harness.Done:
        done = person.run(*arguments)
        self.assertEqual(done.code, code, done)
        return done


class LinkTest(PairingTest):
    def test_the_link_is_all_that_a_person_needs(self) -> None:
        self.assertTrue(self.link.startswith(self.hub.web_url + "/#home-"))
        done = self.owner.login(self.link)
        self.assertEqual((done.code, done.err), (DONE, ""), done)
        self.assertNotIn(self.link.rpartition("/")[2], done.out)
        self.assertEqual(self.expect(DONE, self.owner, "devices").out, "kitchen\n")
        self.assertEqual(self.expect(DONE, self.owner, "run", "kitchen", "--", "echo hi").out, "hi\n")

    def test_what_is_secret_is_kept_for_its_owner_alone(self) -> None:
        self.log_in(self.link, "somebody")
        for file in (self.agent.folder / "state/pairing", self.agent.folder / "state/identity",
                     self.folder / "somebody/.config/malinka/config.toml"):
            self.assertEqual(mode_of(file), 0o600, file)
        self.assertEqual(mode_of(self.folder / "somebody/.config/malinka"), 0o700)

    def test_folders_that_are_made_are_their_owners_alone(self) -> None:
        folder = self._folder("fresh")
        env = harness.environment(folder, STATE_DIRECTORY=str(folder / "new/state"))
        agent = self.keep(harness.Program([harness.BIN / "malinka-agent", "--simulate", "--hub", self.hub.url], env,
                                          folder))
        agent.wait_for("^joined")
        self.assertEqual((mode_of(folder / "new"), mode_of(folder / "new/state")), (0o700, 0o700))

    def test_a_login_keeps_the_other_settings(self) -> None:
        path = self.owner.home / ".config/malinka/config.toml"
        path.parent.mkdir(parents=True)
        path.write_text('# mine\nhub = "ws://127.0.0.1:9"\njson = true\npassword_file = "/nonexistent"\n')
        done = self.owner.run("login", stdin=self.link)
        self.assertEqual(done.code, USAGE, done)  # Its settings cannot be read as they are.
        path.write_text('# mine\nhub = "ws://127.0.0.1:9"\njson = true\n')
        self.assertEqual(self.owner.login(self.link).code, DONE)
        self.assertIn("# mine\njson = true\n", path.read_text())
        self.assertEqual(mode_of(path), 0o600)
        self.assertEqual(self.expect(DONE, self.owner, "devices").objects, [{"device": "kitchen"}])

    def test_a_password_file_that_is_named_beats_the_login(self) -> None:
        person = self.log_in(self.link, "somebody")
        other = harness.write_secret(person.home / "other", "another password")
        self.assertEqual(person.run("--password-file", str(other), "devices").code, NO_HUB)

    def test_a_login_is_asked_for_at_a_terminal_and_not_shown(self) -> None:
        command, env = self.command(None, "login", channel="")
        terminal = Terminal(command, env)
        self.addCleanup(terminal.close)
        shown = terminal.read_until(b"Link")
        terminal.write(self.link.encode() + b"\n")
        shown += terminal.read_until(None)
        self.assertEqual(terminal.wait(), DONE, shown)
        self.assertIn(b"Logged in", shown)
        self.assertNotIn(self.link.rpartition("/")[2].encode(), shown)

    def test_what_is_no_link_or_no_longer_one_is_not_kept(self) -> None:
        for link, code in ((self.link.replace("#", ""), USAGE), ("", USAGE), ("x" * 100000, USAGE),
                           (self.link[:-1], NO_HUB), ("http://127.0.0.1:9/#home/secret", NO_HUB)):
            with self.subTest(link[:60]):
                done = self.owner.login(link)
                self.assertEqual(done.code, code, done)
                self.assertFalse((self.owner.home / ".config/malinka/config.toml").exists())

    def test_a_link_is_no_argument(self) -> None:
        self.assertEqual(self.owner.run("login", self.link).code, USAGE)

    def test_a_device_keeps_its_pairing_and_identity_over_restarts(self) -> None:
        before = self.pair()
        person = self.log_in(self.link, "somebody")
        self.expect(DONE, person, "describe", "kitchen")
        self.agent.stop()
        again = self.start_agent(self.hub, "kitchen", channel="", folder=self.agent.folder)
        self.assertNotIn("http://", again.log)  # Once is enough for a journal.
        self.assertEqual(self.pair(), before)
        described = self.expect(DONE, person, "--json", "describe", "kitchen").objects[0]
        self.assertEqual((described["fingerprint"], described["remembered"]), (before["fingerprint"], True))

    def test_on_a_terminal_the_link_has_its_code(self) -> None:
        env = harness.environment(self.agent.folder)
        terminal = Terminal([str(harness.BIN / "malinka"), "pair", "--config", "/dev/null"], env)
        self.addCleanup(terminal.close)
        shown = terminal.read_until(None).decode()
        self.assertIn(self.link, shown)
        self.assertIn("█", shown)
        lines = [line for line in shown.splitlines() if line.startswith("\x1b[38;5;16;48;5;231m")]
        self.assertLessEqual(len(lines), 24)

    def test_in_a_pipe_the_link_stands_alone(self) -> None:
        done = self.run_pair()
        self.assertEqual((done.out, done.err), (self.link + "\n", ""))


class NewPairingTest(PairingTest):
    def setUp(self) -> None:
        super().setUp()
        self.view_link = self.pair("--view")["link"]
        self.guest = self.log_in(self.link, "guest")
        self.viewer = self.log_in(self.view_link, "viewer")

    def test_a_new_pairing_revokes_all_links_while_the_agent_runs(self) -> None:
        for person in (self.guest, self.viewer):
            self.expect(DONE, person, "describe", "kitchen")
        renewed = self.pair("--new")
        self.assertNotEqual(renewed["channel"], self.pair_of(self.link)[0])
        self.agent.wait_for(f"^joined {renewed['channel']} as kitchen$")
        for person in (self.guest, self.viewer):
            self.assertEqual(self.expect(DONE, person, "devices").out, "")
            self.expect(NO_DEVICE, person, "describe", "kitchen")
        owner = self.log_in(renewed["link"], "new-owner")
        self.expect(DONE, owner, "run", "kitchen", "--", "true")
        self.assertEqual(self.pair()["link"], renewed["link"])
        self.assertEqual(renewed["fingerprint"], self.expect(DONE, owner, "--json", "describe", "kitchen")
                         .objects[0]["fingerprint"])

    def test_an_old_password_is_none_in_the_new_channel(self) -> None:
        renewed = self.pair("--new")
        self.agent.wait_for(f"^joined {renewed['channel']} as kitchen$")
        old = self.pair_of(self.link)[1]
        done = Person(self, "thief").login(f"{self.hub.web_url}/#{renewed['channel']}/{old}")
        self.assertEqual(done.code, NO_HUB, done)

    def test_what_runs_for_an_old_link_is_given_up_and_said_so(self) -> None:
        begun = self.folder / "begun"
        waiting = self.guest.start("run", "kitchen", "--", f"touch {begun}; sleep 1000")
        self.wait_until(begun.exists)
        self.pair("--new")
        waiting.wait_for("paired anew")
        self.assertEqual(waiting.wait(), FAILED, waiting.log)

    def test_who_watches_sees_the_device_leave(self) -> None:
        watch = self.viewer.start("watch")
        watch.wait_for("kitchen  cpu")
        self.pair("--new")
        watch.wait_for("kitchen  left")

    def test_two_new_pairings_in_a_row_end_with_the_last(self) -> None:
        for _ in range(5):
            last = self.pair("--new")
        self.agent.wait_for(f"^joined {last['channel']} as kitchen$")
        owner = self.log_in(last["link"], "new-owner")
        self.expect(DONE, owner, "run", "kitchen", "--", "true")

    def test_an_agent_that_is_not_joined_moves_too(self) -> None:
        port = self.hub.port
        self.hub.stop()
        self.agent.wait_for("trying again")
        renewed = self.pair("--new")
        self.start_hub(listen=f"127.0.0.1:{port}")
        self.agent.wait_for(f"^joined {renewed['channel']} as kitchen$", seconds=90)

    def test_an_agent_that_does_not_run_begins_with_the_new_pairing(self) -> None:
        self.agent.stop()
        renewed = self.pair("--new")
        again = self.start_agent(self.hub, "kitchen", channel="", folder=self.agent.folder)
        again.wait_for(f"^joined {renewed['channel']} as kitchen$")

    def test_a_pairing_that_is_broken_while_the_agent_runs_is_told_and_changes_nothing(self) -> None:
        (self.agent.folder / "state/pairing").write_text("{}")
        self.agent.wait_for("the new pairing cannot be used: .*remove it")
        self.expect(DONE, self.guest, "run", "kitchen", "--", "true")
        self.assertIn("remove it", self.run_pair().err)

    def pair_of(self, link: str) -> tuple[str, str]:
        channel, password = link.partition("#")[2].split("/")
        return urllib.parse.unquote(channel), urllib.parse.unquote(password)

    def wait_until(self, is_so: Any) -> None:
        deadline = time.monotonic() + harness.START_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise AssertionError("it did not come to that")
            os.sched_yield()


class ViewTest(PairingTest):
    def setUp(self) -> None:
        super().setUp()
        self.viewer = self.log_in(self.pair("--view")["link"], "viewer")

    def test_a_view_link_lets_watch_and_read(self) -> None:
        watch = self.viewer.start("watch")
        watch.wait_for(r"kitchen  cpu \d+ %")
        described = self.expect(DONE, self.viewer, "--json", "describe", "kitchen").objects[0]
        telemetry = next(one for one in described["capabilities"] if one["name"] == "telemetry")
        read = next(one for one in telemetry["commands"] if one["name"] == "telemetry.read")
        self.assertNotIn("denied", read)
        self.assertEqual(self.expect(DONE, self.viewer, "devices").out, "kitchen\n")
        status = self.expect(DONE, self.viewer, "--json", "status").objects[0]
        self.assertEqual((status["sealed"], status["view"]), (True, True))
        self.assertIn("to watch", self.expect(DONE, self.viewer, "status").out)

    def test_what_a_viewer_may_not_do_says_why(self) -> None:
        (self.person_folder / "file").write_text("text")
        root = self.expect(DONE, self.viewer, "--json", "ls", "kitchen").objects[0]["entries"][0]["path"]
        for arguments in (["run", "kitchen", "--", "true"], ["cp", "file", f"kitchen:{root}/file"],
                          ["rm", f"kitchen:{root}/welcome.txt"], ["mkdir", f"kitchen:{root}/new"]):
            with self.subTest(arguments):
                done = self.expect(FAILED, self.viewer, *arguments)
                self.assertIn("a view link lets watch", done.err)
                done = self.expect(FAILED, self.viewer, "--json", *arguments)
                self.assertEqual(done.objects[0]["code"], 403)

    def test_a_view_link_of_a_view_link_is_the_same_and_no_way_up(self) -> None:
        view = self.pair("--view")["link"]
        self.assertIn("/view1.", view)
        self.assertNotIn(self.link.rpartition("/")[2], view)
        # As a password it is refused by the device, and leads nowhere as one of a person.
        folder = self._folder("hall")
        agent = self.start_agent(self.hub, "hall", channel="home", password=view.rpartition("/")[2], is_awaited=False,
                                 folder=folder)
        agent.wait_for("must not begin with view1")
        self.assertEqual(agent.wait(), USAGE)
        mangled = self.viewer.login(view[:-3] + "AAA")
        self.assertEqual(mangled.code, NO_HUB, mangled)
        self.assertEqual(self.viewer.login(view[:-3]).code, USAGE)

    def test_a_view_link_needs_a_sealed_channel(self) -> None:
        done = self.viewer.run("devices", MALINKA_SEALED="false")
        self.assertEqual(done.code, USAGE, done)
        self.assertIn("view link", done.err)


class ConfiguredTest(PairingTest):
    """`malinka pair` where the agent's settings say the channel."""

    def test_the_link_is_made_of_the_settings(self) -> None:
        secret = harness.write_secret(self.folder / "secret", PASSWORD)
        config = f'hub = "wss://hub.example"\nchannel = "home"\npassword_file = "{secret}"\n[files]\nroots = ["/srv"]\n'
        done = self.run_pair(config=config)
        self.assertEqual(done.out, "https://hub.example/#home/a%20long%20enough%20secret\n")
        self.assertIn("may say otherwise", done.err)
        self.assertIn("/view1.", self.run_pair("--view", config=config).out)
        done = self.run_pair("--new", config=config)
        self.assertEqual((done.code, done.out), (FAILED, ""))
        self.assertIn("restart malinka-agent", done.err)

    def test_what_has_no_view_link_says_why(self) -> None:
        done = self.run_pair("--view", config='channel = "home"\n')
        self.assertIn("no password", done.err)
        self.assertEqual(self.run_pair(config='channel = "home"\n').out, "http://127.0.0.1:31415/#home/\n")
        done = self.run_pair("--view", config=f'channel = "home"\npassword = "{PASSWORD}"\nsealed = false\n')
        self.assertIn("sealed = false", done.err)
        self.assertEqual(self.run_pair("--view", "--new").code, USAGE)

    def test_where_nothing_is_known_it_says_what_to_do(self) -> None:
        done = self.owner.run("pair", "--config", "/dev/null")
        self.assertEqual(done.code, FAILED, done)
        for word in (str(self.owner.home / "state"), "STATE_DIRECTORY", "flags", "not paired"):
            self.assertIn(word, done.err)
        done = self.owner.run("pair", "--config", "/nonexistent/agent.toml")
        self.assertIn("/nonexistent/agent.toml", done.err)


class AgentPasswordTest(harness.Test):
    """What an agent makes of the passwords that it is given, and what opens the channel then."""

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()

    def devices(self, password: str, channel: str = "home") -> harness.Done:
        return self.malinka(self.hub, "devices", channel=channel, password=password)

    def test_near_misses_do_not_open_a_channel(self) -> None:
        self.start_agent(self.hub, "kitchen", password=PASSWORD)
        self.assertEqual(self.devices(PASSWORD).out, "kitchen\n")
        for wrong in (PASSWORD[:-1], PASSWORD + " ", PASSWORD.upper(), " " + PASSWORD, PASSWORD + "\n", "", "x"):
            with self.subTest(wrong):
                done = self.devices(wrong)
                self.assertEqual((done.code, done.out), (NO_HUB, ""), done)

    def test_the_same_password_in_another_channel_is_another_key(self) -> None:
        self.start_agent(self.hub, "kitchen", password=PASSWORD)
        self.start_agent(self.hub, "hall", channel="Home", password=PASSWORD)
        self.assertEqual(self.devices(PASSWORD).out, "kitchen\n")
        self.assertEqual(self.devices(PASSWORD, "Home").out, "hall\n")

    def test_one_newline_at_the_end_of_a_file_is_no_part_of_the_password(self) -> None:
        self.start_agent(self.hub, "kitchen", password=PASSWORD)  # With a newline.
        for content, code in ((PASSWORD, DONE), (PASSWORD + "\n", DONE), (PASSWORD + "\r\n", DONE),
                              (PASSWORD + "\n\n", NO_HUB), (PASSWORD + "\r", NO_HUB), ("\n", USAGE), ("", USAGE)):
            with self.subTest(content):
                file = self.person_folder / "password"
                file.write_bytes(content.encode())
                done = self.malinka(self.hub, "--password-file", str(file), "devices")
                self.assertEqual(done.code, code, done)

    def test_every_plane_of_unicode_may_be_in_a_password(self) -> None:
        planes = "".join(chr((plane << 16) + 0xA1) for plane in range(17))
        password = planes + "é \"'\\%/#=\t"
        self.start_agent(self.hub, "kitchen", channel="Küche 🍓", password=password)
        self.assertEqual(self.devices(password, "Küche 🍓").out, "kitchen\n")
        decomposed = unicodedata.normalize("NFD", password)
        self.assertEqual(self.devices(decomposed, "Küche 🍓").code, NO_HUB)
        link = f"{self.hub.web_url}/#{urllib.parse.quote('Küche 🍓', safe='')}/{urllib.parse.quote(password, safe='')}"
        person = Person(self, "somebody")
        self.assertEqual(person.login(link).code, DONE)
        self.assertEqual(person.run("devices").out, "kitchen\n")

    def test_a_weak_password_is_warned_of_once(self) -> None:
        agent = self.start_agent(self.hub, "kitchen", password="eleven char")
        self.assertEqual(agent.log.count("shorter than 12"), 1)
        agent = self.start_agent(self.hub, "hall", channel="other", password="twelve chars")
        self.assertNotIn("shorter than", agent.log)

    def test_a_password_without_a_channel_says_what_to_set(self) -> None:
        agent = self.start_agent(self.hub, "kitchen", channel="", password=PASSWORD, is_awaited=False)
        agent.wait_for("--channel NAME")
        self.assertEqual(agent.wait(), USAGE)
        self.assertFalse((agent.folder / "state/pairing").exists())

    def test_a_channel_alone_is_open_with_a_warning(self) -> None:
        agent = self.start_agent(self.hub, "kitchen")
        agent.wait_for("no password is set")
        self.assertEqual(self.devices("").out, "kitchen\n")

    def test_a_refused_key_is_explained(self) -> None:
        self.start_agent(self.hub, "kitchen", password=PASSWORD, is_sealed=False)
        self.assertIn("sealed = false", self.devices(PASSWORD).err)
        self.start_agent(self.hub, "hall", channel="other", password=PASSWORD)
        done = self.malinka(self.hub, "devices", channel="other", password=PASSWORD, env={"MALINKA_SEALED": "false"})
        self.assertIn("sealed = false", done.err)
        self.assertIn("malinka login", self.devices("", "other").err)


if __name__ == "__main__":
    harness.unittest.main()
