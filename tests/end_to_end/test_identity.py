# SPDX-License-Identifier: MIT
"""Who a device is, in a sealed channel: remembered, shown, refused when it changed, and trusted again; and sealed
sessions over restarts of either end and of the hub."""

import signal

import harness
from harness import DONE, FAILED, NO_DEVICE, USAGE
from terminal import Terminal

PASSWORD = "a long enough secret"


class IdentityTest(harness.Test):
    """A hub, and a kitchen that has been met."""

    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()
        self.kitchen = self.start_agent(self.hub, "kitchen", password=PASSWORD)
        described = self.expect(DONE, "--json", "describe", "kitchen").objects[0]
        self.fingerprint = described["fingerprint"]
        self.assertIs(described["remembered"], False)

    def expect(self, code: int, *arguments: str) -> harness.Done:
        done = self.malinka(self.hub, *arguments, password=PASSWORD)
        self.assertEqual(done.code, code, done)
        return done

    def restart(self, agent: harness.Agent) -> harness.Agent:
        agent.stop()
        return self.start_agent(self.hub, agent.device, password=PASSWORD, folder=agent.folder)

    def set_up_anew(self) -> str:
        """The kitchen loses its identity; gives the new fingerprint."""
        self.kitchen.stop()
        (self.kitchen.folder / "state/identity").unlink()
        self.kitchen = self.start_agent(self.hub, "kitchen", password=PASSWORD, folder=self.kitchen.folder)
        (self.kitchen.folder / "pair.toml").write_text(f'channel = "home"\npassword = "{PASSWORD}"\n')
        done = self.malinka(None, "--json", "pair", "--config", str(self.kitchen.folder / "pair.toml"), channel="",
                            env=harness.environment(self.kitchen.folder))
        return done.objects[0]["fingerprint"]


class TrustTest(IdentityTest):
    def test_a_device_is_known_again_after_a_restart(self) -> None:
        self.kitchen = self.restart(self.kitchen)
        described = self.expect(DONE, "--json", "describe", "kitchen").objects[0]
        self.assertEqual((described["fingerprint"], described["remembered"]), (self.fingerprint, True))
        self.assertIn(f"identity {self.fingerprint}, as it is remembered", self.expect(DONE, "describe", "kitchen").out)
        self.assertIn(self.fingerprint, self.expect(DONE, "devices", "-l").out)

    def test_a_device_set_up_anew_is_refused_until_it_is_trusted(self) -> None:
        now = self.set_up_anew()
        self.assertNotEqual(now, self.fingerprint)
        for arguments in (["describe", "kitchen"], ["run", "kitchen", "--", "true"], ["ls", "kitchen"],
                          ["cp", "kitchen:/etc/os-release", "-"]):
            with self.subTest(arguments):
                done = self.expect(FAILED, *arguments)
                self.assertIn("malinka trust kitchen", done.err)
                self.assertIn(self.fingerprint, done.err)
                self.assertIn(now, done.err)
                self.assertEqual(self.expect(FAILED, "--json", *arguments).objects[0]["code"], 495)
        self.assertRegex(self.expect(DONE, "devices", "-l").out, r"(?m)^kitchen +has changed +see `malinka trust kitchen`$")
        self.assertEqual(self.expect(DONE, "--json", "devices", "-l").objects[0]["code"], 495)

        done = self.expect(FAILED, "trust", "kitchen")
        self.assertIn("--yes", done.err)
        self.assertEqual(self.expect(FAILED, "--json", "trust", "kitchen").objects[0]["code"], 495)
        self.expect(FAILED, "run", "kitchen", "--", "true")

        trusted = self.expect(DONE, "--json", "trust", "--yes", "kitchen").objects[0]
        self.assertEqual((trusted["remembered"], trusted["fingerprint"], trusted["changed"]),
                         (self.fingerprint, now, True))
        self.expect(DONE, "run", "kitchen", "--", "true")
        self.assertIn(f"still {now}", self.expect(DONE, "trust", "kitchen").out)

    def test_a_person_is_shown_both_and_asked(self) -> None:
        now = self.set_up_anew()
        for answer, code in ((b"n\n", FAILED), (b"\n", FAILED), (b"y\n", DONE)):
            command, env = self.command(self.hub, "trust", "kitchen", password=PASSWORD)
            terminal = Terminal(command, env)
            self.addCleanup(terminal.close)
            shown = terminal.read_until(b"[y/N] ")
            self.assertIn(self.fingerprint.encode(), shown)
            self.assertIn(now.encode(), shown)
            terminal.write(answer)
            shown += terminal.read_until(None)
            self.assertEqual(terminal.wait(), code, shown)
        self.expect(DONE, "run", "kitchen", "--", "true")

    def test_events_of_a_changed_device_are_not_heard(self) -> None:
        self.set_up_anew()
        watch = self.start_malinka(self.hub, "watch", password=PASSWORD)
        hall = self.start_agent(self.hub, "hall", password=PASSWORD)
        watch.wait_for("hall  cpu")
        watch.wait_for("hall  cpu", after=watch.line_count())
        self.assertNotIn("kitchen  cpu", watch.log)
        self.expect(DONE, "trust", "-y", "kitchen")
        hall.stop()

    def test_another_person_who_never_met_it_is_not_asked(self) -> None:
        self.set_up_anew()
        env = harness.environment(self._folder("another"))
        done = self.malinka(self.hub, "--json", "describe", "kitchen", password=PASSWORD, env=env)
        self.assertEqual((done.code, done.objects[0]["remembered"]), (DONE, False))

    def test_in_a_channel_that_is_not_sealed_there_is_nothing_to_trust(self) -> None:
        self.start_agent(self.hub, "hall", channel="open")
        done = self.malinka(self.hub, "trust", "hall", channel="open")
        self.assertEqual(done.code, FAILED, done)
        self.assertIn("not sealed", done.err)
        described = self.malinka(self.hub, "--json", "describe", "hall", channel="open").objects[0]
        self.assertNotIn("fingerprint", described)

    def test_an_absent_device_cannot_be_trusted(self) -> None:
        self.expect(NO_DEVICE, "trust", "kitchn")

    def test_an_identity_that_is_none_is_told_with_a_way_out(self) -> None:
        self.kitchen.stop()
        (self.kitchen.folder / "state/identity").write_text("too short")
        agent = self.start_agent(self.hub, "kitchen", password=PASSWORD, folder=self.kitchen.folder, is_awaited=False)
        agent.wait_for("is not an identity; remove it")
        self.assertEqual(agent.wait(), USAGE)


class RestartTest(IdentityTest):
    """Whoever watches goes on hearing the kitchen, whoever else was away in between."""

    def setUp(self) -> None:
        super().setUp()
        self.watch = self.start_malinka(self.hub, "watch", password=PASSWORD)
        self.watch.wait_for("kitchen  cpu")

    def expect_heard(self, after: int) -> None:
        self.watch.wait_for("kitchen  cpu", seconds=60, after=after)

    def test_after_a_restart_of_the_device(self) -> None:
        for _ in range(2):
            self.kitchen.stop()
            self.watch.wait_for("kitchen  left")
            seen = self.watch.line_count()
            self.kitchen = self.start_agent(self.hub, "kitchen", password=PASSWORD, folder=self.kitchen.folder)
            self.expect_heard(seen)

    def test_after_a_crash_of_the_device(self) -> None:
        self.kitchen.kill()
        seen = self.watch.line_count()
        self.kitchen = self.start_agent(self.hub, "kitchen", password=PASSWORD, folder=self.kitchen.folder)
        self.expect_heard(seen)

    def test_after_a_restart_of_both_ends_at_once(self) -> None:
        self.watch.signal(signal.SIGINT)
        self.kitchen.signal(signal.SIGTERM)
        self.assertEqual((self.watch.wait(), self.kitchen.wait()), (DONE, 0))
        self.watch = self.start_malinka(self.hub, "watch", password=PASSWORD)
        self.kitchen = self.start_agent(self.hub, "kitchen", password=PASSWORD, folder=self.kitchen.folder)
        self.expect_heard(0)

    def test_after_a_restart_of_the_hub(self) -> None:
        port = self.hub.port
        self.hub.stop()
        self.watch.wait_for("trying again")
        seen = self.watch.line_count()
        self.hub = self.start_hub(listen=f"127.0.0.1:{port}")
        self.watch.wait_for("joined again", seconds=60, after=seen)
        self.expect_heard(self.watch.line_count())
        self.expect(DONE, "run", "kitchen", "--", "true")

    def test_after_a_restart_of_all_three(self) -> None:
        port = self.hub.port
        self.hub.kill()
        self.kitchen.kill()
        seen = self.watch.line_count()
        self.hub = self.start_hub(listen=f"127.0.0.1:{port}")
        self.kitchen = self.start_agent(self.hub, "kitchen", password=PASSWORD, folder=self.kitchen.folder)
        self.watch.wait_for("joined again", seconds=60, after=seen)
        self.expect_heard(self.watch.line_count())


if __name__ == "__main__":
    harness.unittest.main()
