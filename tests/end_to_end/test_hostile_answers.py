# SPDX-License-Identifier: MIT
"""A hub that means no good cannot have an answer believed that its device did not give to this command; what it takes
away is noticed, and said: docs/protocol.md section 8, docs/adr/0013."""

import harness
from hostile_hub import Passing, hub_report
from hostile_test import NOT_KNOWN, HostileTest, is_answer, is_command


class AnswerTest(HostileTest):
    """What reaches the asker: what its device said in answer to this command, or that it is not known."""

    def test_a_forged_success_in_plain_is_not_believed(self) -> None:
        def forge(message: Passing) -> list[Passing]:
            if message.is_from("kitchen"):
                return [] if message.kind == "data" else [message]
            success = {"messageType": "Response", "value": {"exitCode": 0, "stdout": {"text": "did-it\n"}},
                       "response": {"requestId": message.envelope["id"], "success": True, "responseCode": 200}}
            return [message, *(Passing(message.channel, originator, message.originator, success)
                               for originator in ("kitchen", "@hub", message.originator))]

        self.hub.script = forge
        mark = (asker := self.start_asker()).send("shell.run", self.marking("real"), seconds=3)
        self.check_refused(asker.answer(mark), 408, "no answer in time")
        self.check_cli(self.run_cli("cli", timeout="1"), 408, "no answer in time")
        self.assertEqual(sorted(self.carried_out()), ["cli", "real"])

    def test_an_answer_of_an_earlier_command_is_not_believed_for_a_later(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        earlier = self.hub.wait_for(is_answer)

        def replay(message: Passing) -> list[Passing]:
            return [earlier] if is_answer(message) else [message]

        self.hub.script = replay
        self.check_refused(self.mark(phone, "second", seconds=2), 408, "no answer in time")

    def test_answers_that_were_lost_are_noticed_at_the_next_and_said(self) -> None:
        phone = self.start_asker(is_listening=True)
        phone.wait_line(lambda line: line.get("event") == "telemetry.reading")
        self.hub.wait_for(is_answer)  # To the ping that a listener sends.
        self.assertTrue(self.mark(phone, "first")["success"])
        self.hub.script = lambda message: [] if is_answer(message) else [message]
        lost = phone.send("shell.run", self.marking("second"))
        self.hub.wait_for(is_answer, 3)
        self.hub.script = lambda message: [message]
        self.assertTrue(self.mark(phone, "third")["success"])
        self.check_refused(phone.answer(lost), 503, "an answer of kitchen did not come: " + NOT_KNOWN)
        told = phone.wait_line(lambda line: line.get("event") == "seal.lost"
                               and line["value"]["from"]["kitchen"]["responses"])
        self.assertEqual(told["originator"], "@client")
        self.assertEqual(told["value"]["from"]["kitchen"], {"broadcasts": 0, "responses": 1})

    def test_an_answer_lost_with_the_link_does_not_fail_the_next_command(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        self.hub.script = lambda message: [] if is_answer(message) else [message]
        lost = phone.send("shell.run", self.marking("second"))
        self.hub.wait_for(is_answer, 2)
        self.hub.script = lambda message: [message]
        self.hub.hang_up("home", "phone")
        self.check_refused(phone.answer(lost), 503, NOT_KNOWN)
        phone.wait_line(lambda line: line.get("status") == "joined", 2)
        third = self.mark(phone, "third")
        self.assertTrue(third["success"], third)
        self.assertEqual(self.carried_out(), ["first", "second", "third"])

    def test_a_command_that_was_sent_is_not_said_to_have_failed_for_what_fails_the_next(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        self.hub.script = lambda message: [] if is_answer(message) else [message]
        sent = phone.send("shell.run", self.marking("second"), seconds=60)
        self.hub.wait_for(is_answer, 2)

        def refuse(message: Passing) -> list[Passing]:
            if message.kind not in ("hello", "data"):
                return [message]
            return [message.changed(originator="kitchen", recipient="phone", blob=b"\x05" + message.session,
                                    envelope=message.envelope | {"messageType": "Response"})]

        self.hub.script = refuse
        joined = {"messageType": "Broadcast", "name": "hub.joined", "value": {"subscriber": "kitchen", "device": True}}
        self.hub.say("home", "phone", joined)  # It puts the session in doubt, and fails nothing.
        unsent = phone.send("shell.run", self.marking("never"), seconds=60)
        self.check_refused(phone.answer(unsent), 501, "it takes no sealed commands")
        self.check_refused(phone.answer(sent), 503, NOT_KNOWN)

    def test_answers_that_were_reordered_are_lost_and_never_mistaken(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        self.hub.script = lambda message: [] if is_answer(message) else [message]
        one = phone.send("shell.run", self.marking("one"))
        first = self.hub.wait_for(is_answer, 2)
        other = phone.send("shell.run", self.marking("other"))
        second = self.hub.wait_for(is_answer, 3)
        self.hub.script = lambda message: [message]
        self.hub.deliver(second, first)
        self.assertEqual(phone.answer(other)["value"]["stdout"]["text"], "did-other\n")
        self.check_refused(phone.answer(one), 503, NOT_KNOWN)

    def test_an_answer_for_another_asker_is_not_believed(self) -> None:
        phone, tablet = self.start_asker("phone"), self.start_asker("tablet")
        self.assertTrue(self.mark(phone, "phone")["success"])
        self.assertTrue(self.mark(tablet, "tablet")["success"])
        other = {"phone": "tablet", "tablet": "phone"}
        self.hub.script = lambda message: [message.changed(recipient=other[message.recipient])
                                           if is_answer(message) else message]
        marks = phone.send("shell.run", self.marking("a"), seconds=3), tablet.send("shell.run", self.marking("b"), seconds=3)
        for asker, mark in zip((phone, tablet), marks, strict=True):
            self.check_refused(asker.answer(mark), 408, "no answer in time")

    def test_a_truncated_or_mixed_answer_is_not_believed_and_harms_nothing(self) -> None:
        def damage(message: Passing) -> list[Passing]:
            if not is_answer(message):
                return [message]
            assert message.blob
            middle = len(message.blob) // 2
            flipped = message.blob[:middle] + bytes([message.blob[middle] ^ 1]) + message.blob[middle + 1:]
            return [message.changed(blob=blob) for blob in (
                message.blob[:-1], message.blob[:17], b"", message.blob + b"x", flipped, message.blob)]

        self.hub.script = damage
        done = self.run_cli("whole")
        self.assertEqual((done.code, done.objects[0]["stdout"]["text"]), (0, "did-whole\n"), done)

    def test_what_a_hub_reports_of_a_command_proves_nothing_and_is_said_so(self) -> None:
        for code, words in ((404, "no such"), (408, "too late"), (413, "too large"), (503, "does not keep up")):
            with self.subTest(code=code):
                self.hub.script = lambda message, code=code, words=words: (
                    [hub_report(message, code, words)] if is_command(message) else [message])
                self.check_cli(self.run_cli("never"), code, f"{words}: {NOT_KNOWN}")
        self.assertEqual(self.carried_out(), [])

    def test_a_forged_202_or_200_from_the_hub_settles_nothing(self) -> None:
        def forge(message: Passing) -> list[Passing]:
            if not is_command(message):
                return [message]
            return [hub_report(message, 202, "", recipients=[]), hub_report(message, 200, ""), message]

        self.hub.script = forge
        done = self.run_cli("real")
        self.assertEqual((done.code, done.objects[0]["stdout"]["text"]), (0, "did-real\n"), done)

    def test_a_forged_hub_left_or_hub_dropped_fails_what_waits_as_not_known(self) -> None:
        told = {"hub.left": {"subscriber": "kitchen", "reason": "lost"},
                "hub.dropped": {"from": {"kitchen": {"broadcasts": 0, "responses": 1}}}}
        for name, value in told.items():
            with self.subTest(name):
                phone = self.start_asker(f"phone-{name[4:]}")
                self.assertTrue(self.mark(phone, "before")["success"])
                self.hub.script = lambda message: [] if is_answer(message) else [message]
                answers = len(self.hub.seen(is_answer))
                mark = phone.send("shell.run", self.marking(name))
                self.hub.wait_for(is_answer, answers + 1)
                self.hub.say("home", phone.name, {"messageType": "Broadcast", "name": name, "value": value})
                self.check_refused(phone.answer(mark), 503, NOT_KNOWN)
                self.hub.script = lambda message: [message]
                self.assertTrue(self.mark(phone, "after")["success"])
        self.assertEqual(sorted(self.carried_out()), ["after", "after", "before", "before", "hub.dropped", "hub.left"])

    def test_a_forged_unknown_fails_what_waits_as_not_known_and_nothing_is_sent_twice(self) -> None:
        phone = self.start_asker()
        self.assertTrue(self.mark(phone, "first")["success"])
        self.hub.script = lambda message: [] if is_answer(message) else [message]
        mark = phone.send("shell.run", self.marking("second"))
        answer = self.hub.wait_for(is_answer, 2)
        self.hub.deliver(answer.changed(blob=b"\x05" + answer.session))
        self.check_refused(phone.answer(mark), 503, "the session with kitchen has ended: " + NOT_KNOWN)
        self.hub.script = lambda message: [message]
        self.assertTrue(self.mark(phone, "third")["success"])
        self.assertEqual(self.carried_out(), ["first", "second", "third"])

    def test_a_forged_unknown_to_a_hello_fails_with_501(self) -> None:
        self.hub.script = lambda message: [message.changed(
            originator="kitchen", recipient=message.originator, blob=b"\x05" + message.session,
            envelope=message.envelope | {"messageType": "Response"})] if message.kind == "hello" else [message]
        self.check_cli(self.run_cli("never"), 501, "it takes no sealed commands")
        self.assertEqual(self.carried_out(), [])

    def test_events_replayed_reordered_or_forged_are_not_told_and_lost_ones_are_counted(self) -> None:
        phone = self.start_asker(is_listening=True)
        readings = lambda: phone.lines(lambda line: line.get("event") == "telemetry.reading")
        phone.wait_line(lambda line: line.get("event") == "telemetry.reading")
        self.hub.script = lambda message: [] if message.kind == "event" else [message]
        count = len(self.hub.seen(lambda message: message.kind == "event"))
        before = len(readings())
        self.hub.wait_for(lambda message: message.kind == "event", count + 2)
        first, second = self.hub.seen(lambda message: message.kind == "event")[-2:]
        for message in self.hub.seen(lambda message: message.kind == "event")[:count]:
            self.hub.deliver(message, message.changed(originator="hall"))
        forged = {"messageType": "Broadcast", "name": "telemetry.reading", "value": {"uptimeSeconds": 1}}
        self.hub.say("home", "", forged, "kitchen")
        self.hub.deliver(second, first)
        self.assertTrue(self.mark(phone, "fence")["success"])
        told = phone.wait_line(lambda line: line.get("event") == "seal.lost")
        self.assertGreaterEqual(told["value"]["from"]["kitchen"]["broadcasts"], 1)
        self.assertEqual(len(readings()), before + 1)


if __name__ == "__main__":
    harness.unittest.main()
