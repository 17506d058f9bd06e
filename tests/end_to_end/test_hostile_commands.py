# SPDX-License-Identifier: MIT
"""A hub that means no good cannot have a command carried out that its sender did not send, to that device, at most once:
docs/protocol.md section 8, docs/adr/0013."""

import harness
from asker import Asker
from hostile_hub import Passing
from hostile_test import PASSWORD, HostileTest, is_answer, is_command


class CommandTest(HostileTest):
    """What reaches the device: each command that its sender sent to it, at most once."""

    def test_a_command_said_again_and_again_is_carried_out_once(self) -> None:
        self.hub.script = lambda message: [message] * 3
        self.check_done(self.run_cli("once"), "once")
        for message in self.hub.seen(lambda message: not message.is_from("kitchen")):
            self.hub.deliver(message, message)
        self.assertEqual(self.carried_out(), ["once"])

    def check_done(self, done: harness.Done, word: str) -> None:
        self.assertEqual(done.code, 0, done)
        self.assertEqual(done.objects[0]["stdout"]["text"], f"did-{word}\n", done)

    def test_an_earlier_conversation_said_again_to_a_restarted_device_does_nothing(self) -> None:
        self.check_done(self.run_cli("before"), "before")
        said = self.hub.seen(lambda message: not message.is_from("kitchen"))
        self.assertEqual([message.kind for message in said], ["hello", "data"])
        self.agent.stop()
        self.agent = self.start_kitchen(folder=self.agent.folder)
        self.hub.deliver(*said)
        self.hub.wait_for(lambda message: message.is_from("kitchen", "welcome"), 2)
        self.hub.deliver(*said)
        self.assertEqual(self.carried_out(), ["before"])

    def test_a_command_of_an_earlier_run_of_its_sender_does_nothing_in_its_next(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        said = self.hub.seen(is_command)
        phone.close()
        again = Asker(self.hub.url, "phone", "home", PASSWORD, self._folder("phone-again"), False)
        self.addCleanup(again.close)
        self.assertTrue(self.mark(again, "second")["success"])
        self.hub.deliver(*said)
        self.assertEqual(self.carried_out(), ["first", "second"])

    def test_commands_that_were_reordered_are_carried_out_in_the_order_said_or_not_at_all(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        self.hub.script = lambda message: [] if is_command(message) else [message]
        marks = [phone.send("shell.run", self.marking(word)) for word in ("second", "third", "fourth")]
        self.hub.wait_for(is_command, 4)
        second, third, fourth = self.hub.seen(is_command)[1:]
        self.hub.script = lambda message: [message]
        self.hub.deliver(third, second, fourth)
        answers = [phone.answer(mark) for mark in marks[1:]]
        self.assertEqual([answer["success"] for answer in answers], [True, True], answers)
        words = self.carried_out()
        self.assertEqual(sorted(words), ["first", "fourth", "third"])

    def test_a_command_held_back_beyond_its_deadline_is_answered_408_and_not_carried_out(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        self.hub.script = lambda message: [] if is_command(message) else [message]
        mark = phone.send("shell.run", self.marking("late"), seconds=1)
        held = self.hub.wait_for(is_command, 2)
        self.check_refused(phone.answer(mark), 408, "no answer in time")
        answers = len(self.hub.seen(is_answer))
        self.hub.deliver(held)
        self.hub.wait_for(is_answer, answers + 1)
        phone.ask("hub.ping", to="@hub")  # It has heard by now, and ended the session: a clock stood still.
        self.hub.script = lambda message: [message]
        self.assertTrue(self.mark(phone, "next")["success"])
        self.assertEqual(self.carried_out(), ["first", "next"])
        self.assertEqual(len({hello.session for hello in self.hub.seen(lambda one: one.is_from("phone", "hello"))}), 2)

    def test_a_command_for_one_device_does_nothing_at_another_with_the_same_password(self) -> None:
        hall = self.start_kitchen("hall")
        self.check_done(self.run_cli("here"), "here")
        self.check_done(self.run_cli("there", device="hall"), "there")
        for message in self.hub.seen(lambda one: one.kind in ("hello", "data") and one.recipient in ("kitchen", "hall")):
            other = "hall" if message.recipient == "kitchen" else "kitchen"
            self.hub.deliver(message.changed(recipient=other))
        self.assertEqual(self.carried_out(self.agent, hall), ["here", "there"])

    def test_a_hello_sent_to_another_device_makes_no_session_with_it(self) -> None:
        hall = self.start_kitchen("hall")
        swapped = {"kitchen": "hall", "hall": "kitchen"}

        def swap(message: Passing) -> list[Passing]:
            if message.recipient in swapped:
                return [message.changed(recipient=swapped[message.recipient])]
            if message.originator in swapped:
                return [message.changed(originator=swapped[message.originator])]
            return [message]

        self.hub.script = swap
        self.check_cli(self.run_cli("there"), 408, "did not answer when a sealed session was asked for")
        self.assertEqual(self.carried_out(self.agent, hall), [])

    def test_a_command_does_nothing_under_another_senders_name(self) -> None:
        phone, tablet = self.start_asker("phone"), self.start_asker("tablet")
        self.assertTrue(self.mark(phone, "phone")["success"])
        self.assertTrue(self.mark(tablet, "tablet")["success"])
        other = {"phone": "tablet", "tablet": "phone"}
        self.hub.script = lambda message: [] if is_command(message) else [message]
        phone.send("shell.run", self.marking("swapped"))
        tablet.send("shell.run", self.marking("swapped"))
        self.hub.wait_for(is_command, 4)
        for message in self.hub.seen(is_command):
            self.hub.deliver(message.changed(originator=other[message.originator]))
        self.assertEqual(self.carried_out(), ["phone", "tablet"])

    def test_a_conversation_of_one_channel_does_nothing_in_another_with_the_same_password(self) -> None:
        other = self.start_kitchen("kitchen", channel="cellar")
        self.check_done(self.run_cli("home"), "home")
        for message in self.hub.seen(lambda one: one.channel == "home" and not one.is_from("kitchen")):
            self.hub.deliver(message.changed(channel="cellar"))
        done = self.malinka(self.hub.url, "describe", "kitchen", channel="cellar", password=PASSWORD)
        self.assertEqual(done.code, 0, done)
        self.assertTrue(other.is_running())
        self.assertEqual(self.carried_out(), ["home"])

    def test_a_truncated_lengthened_or_mixed_message_is_not_carried_out(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        self.hub.script = lambda message: [] if is_command(message) else [message]
        phone.send("shell.run", self.marking("one"))
        phone.send("shell.run", self.marking("two"))
        self.hub.wait_for(is_command, 3)
        one, two = self.hub.seen(is_command)[1:]
        assert one.blob and two.blob
        for blob in (one.blob[:-1], one.blob[:29], one.blob[:10], b"", one.blob + b"\0", one.blob + two.blob,
                     one.blob[:29] + two.blob[29:], two.blob[:29] + one.blob[29:], one.blob[:40] + two.blob[40:]):
            self.hub.deliver(one.changed(blob=blob))
        self.assertEqual(self.carried_out(), ["first"])
        self.hub.deliver(one, two)  # None of it has harmed the session.
        self.hub.wait_for(lambda message: is_answer(message) and message.recipient == "phone", 3)
        self.assertEqual(sorted(self.carried_out()), ["first", "one", "two"])

    def test_headers_that_lie_of_generation_counter_or_session_change_nothing(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        self.hub.script = lambda message: [] if is_command(message) else [message]
        phone.send("shell.run", self.marking("second"))
        said = self.hub.wait_for(is_command, 2)
        assert said.blob
        spent = self.agent.processor_seconds()
        for generation in (1, 63, 64, 65, 1 << 31, (1 << 32) - 1):
            for counter in (0, 1, 2, 1 << 63, (1 << 64) - 1):
                header = said.blob[:17] + generation.to_bytes(4, "little") + counter.to_bytes(8, "little")
                self.hub.deliver(said.changed(blob=header + said.blob[29:]))
        self.assertLess(self.agent.processor_seconds() - spent, 1)
        self.hub.deliver(said)
        self.hub.wait_for(is_answer, 2)
        self.assertEqual(sorted(self.carried_out()), ["first", "second"])

    def test_what_goes_the_wrong_way_is_dropped(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        for message in self.hub.seen(lambda one: one.blob is not None):  # A mirror, and every type for every kind.
            for kind in ("Command", "Response", "Broadcast"):
                for originator, recipient in (("phone", "kitchen"), ("kitchen", "phone")):
                    self.hub.deliver(message.changed(originator=originator, recipient=recipient,
                                                     envelope=message.envelope | {"messageType": kind}))
        self.assertEqual(self.carried_out(), ["first"])

    def test_a_plain_command_is_refused_with_403_whoever_sends_it(self) -> None:
        plain = {"messageType": "Command", "id": "forged", "name": "shell.run", "value": self.marking("forged")}
        for originator in ("@hub", "phone", "hall"):
            self.hub.say("home", "kitchen", plain, originator)
        answer = self.hub.wait_for(lambda message: message.is_from("kitchen", "response"), 3)
        self.assertEqual(answer.envelope["response"]["responseCode"], 403, answer)
        self.assertIn("this channel is sealed", answer.envelope["response"]["error"])
        self.assertEqual(self.carried_out(), [])

    def test_a_message_whose_sealed_was_stripped_is_refused(self) -> None:
        self.hub.script = lambda message: [message.changed(envelope={
            name: value for name, value in message.envelope.items() if name != "sealed"})]
        self.check_cli(self.run_cli("stripped"), 408, "did not answer when a sealed session was asked for")
        self.assertEqual(self.carried_out(), [])


if __name__ == "__main__":
    harness.unittest.main()
