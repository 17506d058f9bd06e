# SPDX-License-Identifier: MIT
"""A sealed client and a sealed device, and a hub between them that may lie (section 8)."""

import dataclasses
import json
from collections.abc import Callable

from malinka import Blob, Client, Failure, Level
from malinka.seal.forms import Box, Hello, Kind, Unknown, Welcome
from tests.fake_hub import FakeHub, Interference, Relayed
from tests.support import PASSWORD, ClientTest, echo, quick_keys, start


def drop_when(is_dropped: Callable[[Relayed], bool]) -> Interference:
    return lambda copy: [] if is_dropped(copy) else [copy]


def is_data(copy: Relayed) -> bool:
    return isinstance(copy.form, Box) and copy.form.kind == Kind.DATA


class RequestTest(ClientTest):
    async def test_a_command_is_answered(self) -> None:
        phone, _ = await self.join_both()
        reply = await phone.request("kitchen", "agent.ping", {"a": [1, "ü"]}, blob=Blob(b"\0\1", "n", "t"))
        self.assertTrue(reply.success, reply.error)
        self.assertEqual(reply.value, {"name": "agent.ping", "value": {"a": [1, "ü"]}, "sender": "phone"})
        self.assertEqual(reply.blob, Blob(b"\0\1", "n", "t"))

    async def test_a_failure_is_a_reply_with_its_code(self) -> None:
        phone, _ = await self.join_both()
        reply = await phone.request("kitchen", "fail")
        self.assertEqual((reply.success, reply.code, reply.error), (False, 404, "nothing there"))

    async def test_the_hub_sees_routing_members_and_sizes_alone(self) -> None:
        phone, _ = await self.join_both()
        for _ in range(3):
            await phone.request("kitchen", "shell.run", {"command": "a secret command"})
        for copy in self.hub.relayed:
            self.assertLessEqual(copy.head.keys(), {"messageType", "id", "recipients", "sealed", "blob"})
            self.assertEqual(copy.head["blob"].keys(), {"size"})
            self.assertNotIn(b"secret", copy.content or b"")
        ids = [copy.head["id"] for copy in self.hub.relayed]
        self.assertEqual(len(set(ids)), len(ids))

    async def test_the_hub_is_told_the_join_key_and_never_the_password(self) -> None:
        await self.join_both()
        self.assertEqual({join["key"] for join in self.hub.joins}, {quick_keys(PASSWORD, "home").join_key})

    async def test_one_session_carries_many_commands(self) -> None:
        phone, _ = await self.join_both()
        tasks = [start(phone.request("kitchen", "agent.ping", {"n": n})) for n in range(20)]
        for n, task in enumerate(tasks):
            self.assertEqual((await task).value["value"], {"n": n})
        self.assertEqual(len(self.hub.forms(Hello)), 1)

    async def test_several_are_asked_each_in_its_session(self) -> None:
        phone, _ = await self.join_both()
        await self.join_device("hall")
        await self.sync(phone)
        replies = await phone.request_many(["kitchen", "hall", "attic", "@hub"], "hub.list")
        self.assertEqual({name: reply.code for name, reply in replies.items()},
                         {"kitchen": 200, "hall": 200, "attic": 404, "@hub": 200})

    async def test_everyone_means_every_device(self) -> None:
        phone, _ = await self.join_both()
        await self.join_device("hall")
        await self.join("tablet")
        await self.sync(phone)
        self.assertEqual((await phone.request_many(["*"], "agent.ping")).keys(), {"kitchen", "hall"})

    async def test_a_hub_without_binary_messages_carries_base64(self) -> None:
        self.hub = await self.enterAsyncContext(FakeHub(offers_binary=False))
        phone, _ = await self.join_both()
        reply = await phone.request("kitchen", "agent.ping", blob=Blob(b"abc"))
        self.assertEqual((reply.code, reply.blob), (200, Blob(b"abc")))

    async def test_what_is_too_large_is_refused_and_nothing_is_missed(self) -> None:
        phone, _ = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        reply = await phone.request("kitchen", "files.write", blob=Blob(bytes(16 * 2**20)))
        self.assertEqual(reply.code, 413)
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)

    async def test_who_takes_no_commands_says_so_at_once(self) -> None:
        phone = await self.join()
        await self.join("tablet")
        reply = await phone.request("tablet", "agent.ping")
        self.assertEqual(reply.code, 501)

    async def test_a_device_that_is_not_there_is_the_hubs_word(self) -> None:
        phone = await self.join()
        self.assertEqual((await phone.request("kitchen", "agent.ping")).code, 404)

    async def test_a_command_that_the_hub_does_not_deliver_may_have_been_carried_out(self) -> None:
        phone, device = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        self.hub.interfere = lambda copy: [dataclasses.replace(copy, recipient="nobody")] if is_data(copy) else [copy]
        reply = await phone.request("kitchen", "agent.ping")
        self.assertEqual(reply.code, 404)
        self.assertIn("not known", reply.error)

    async def test_what_the_hub_makes_up_of_a_command_but_for_a_report_settles_nothing(self) -> None:
        phone, _ = await self.join_both()

        def forge(copy: Relayed) -> list[Relayed]:
            if not is_data(copy) or copy.sender != "phone":
                return [copy]
            made_up = [{"requestId": copy.head["id"], "success": code < 300, "responseCode": code}
                       for code in (200, 202, 495)]
            return [*(Relayed("@hub", "phone", {"messageType": "Response", "response": one}) for one in made_up), copy]
        self.hub.interfere = forge
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)


class HelloTest(ClientTest):
    async def test_an_unanswered_hello_is_said_three_times_each_anew(self) -> None:
        phone, _ = await self.join_both()
        self.hub.interfere = drop_when(lambda copy: isinstance(copy.form, Hello))
        asking = start(phone.request("kitchen", "agent.ping", timeout=60))
        for count in (1, 2, 3):
            await self.hub.until(lambda: len(self.hub.forms(Hello)) == count)
            await self.clock.pass_over(5)
        self.assertEqual((await asking).code, 408)
        hellos = [copy.form for copy in self.hub.forms(Hello)]
        self.assertEqual(len({hello.session_id for hello in hellos}), 3)
        self.assertEqual(len({hello.noise for hello in hellos}), 3)

    async def test_the_second_hello_may_succeed(self) -> None:
        phone, _ = await self.join_both()
        self.hub.interfere = drop_when(lambda copy: isinstance(copy.form, Hello) and len(self.hub.forms(Hello)) == 1)
        asking = start(phone.request("kitchen", "agent.ping"))
        await self.hub.until(lambda: len(self.hub.forms(Hello)) == 1)
        await self.clock.pass_over(5)
        self.assertTrue((await asking).success)

    async def test_a_forged_welcome_does_not_keep_the_right_one_out(self) -> None:
        phone, _ = await self.join_both()

        def forge(copy: Relayed) -> list[Relayed]:
            if not isinstance(copy.form, Welcome) or copy.content is None:
                return [copy]
            forged = copy.content[:-1] + bytes([copy.content[-1] ^ 1])
            return [dataclasses.replace(copy, content=forged), copy]
        self.hub.interfere = forge
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)

    async def test_a_device_that_came_right_behind_its_welcome_is_asked(self) -> None:
        phone, _ = await self.join_both()
        came = Relayed("@hub", "phone", {"messageType": "Broadcast", "name": "hub.joined",
                                         "value": {"subscriber": "kitchen", "device": True}})
        self.hub.interfere = lambda copy: [copy, came] if isinstance(copy.form, Welcome) else [copy]
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)
        self.assertEqual(sum(map(is_data, self.hub.relayed)), 4)  # A ping, the Command, and their answers.

    async def test_a_client_that_is_closed_meanwhile_says_so(self) -> None:
        phone, _ = await self.join_both()
        self.hub.interfere = drop_when(lambda copy: isinstance(copy.form, Hello))
        asking = start(phone.request("kitchen", "agent.ping"))
        await self.hub.until(lambda: len(self.hub.forms(Hello)) == 1)
        await phone.close()
        self.assertEqual((await asking).code, 503)

    async def test_another_password_has_another_join_key(self) -> None:
        await self.join_device()
        stranger = self.client("stranger", "another long secret")
        key = quick_keys(PASSWORD, "home").join_key
        self.assertNotEqual(quick_keys("another long secret", "home").join_key, key)
        with self.assertRaises(Failure) as raised:
            await self.enterAsyncContext(stranger)
        self.assertEqual(raised.exception.code, 401)

    async def test_a_request_that_ends_before_its_session_was_not_sent(self) -> None:
        phone, _ = await self.join_both()
        self.hub.interfere = drop_when(lambda copy: isinstance(copy.form, Hello))
        asking = start(phone.request("kitchen", "agent.ping", timeout=2))
        await self.clock.pass_over(2)
        reply = await asking
        self.assertEqual(reply.code, 408)
        self.assertIn("not sent", reply.error)
        self.assertEqual([copy for copy in self.hub.relayed if is_data(copy)], [])


class LossTest(ClientTest):
    async def test_unknown_fails_what_waits_and_a_new_session_is_made(self) -> None:
        phone, _ = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        self.hub.interfere = lambda copy: [self.unknown(copy)] if is_data(copy) else [copy]
        reply = await phone.request("kitchen", "agent.ping")
        self.assertEqual(reply.code, 503)
        self.assertIn("not known", reply.error)
        self.hub.interfere = lambda copy: [copy]
        self.clock.turn(5)
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)
        self.assertEqual(len(self.hub.forms(Hello)), 2)

    async def test_a_lost_session_is_replaced_five_seconds_after_the_last_hello(self) -> None:
        phone, _ = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        self.clock.turn(1)
        self.hub.interfere = lambda copy: [self.unknown(copy)] if is_data(copy) else [copy]
        await phone.request("kitchen", "agent.ping")
        asking = start(phone.request("kitchen", "agent.ping"))
        await self.clock.until_asleep(4)
        self.assertEqual(len(self.hub.forms(Hello)), 1)
        self.hub.interfere = lambda copy: [copy]
        self.clock.turn(4)
        self.assertTrue((await asking).success)

    def unknown(self, data: Relayed) -> Relayed:
        """What a device that lost its sessions would say."""
        assert isinstance(data.form, Box)
        head = {"messageType": "Response", "recipients": [data.sender], "sealed": 1, "blob": {"size": 17}}
        return Relayed(data.recipient, data.sender, head, Unknown(data.form.id).encode())

    async def test_a_device_that_restarted_is_asked_first_and_no_command_fails(self) -> None:
        phone, device = await self.join_both()
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)
        await self.leave(device)
        await self.join_device()
        await self.sync(phone)
        self.clock.turn(5)
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)
        self.assertEqual(len(self.hub.forms(Unknown)), 1)
        self.assertEqual(len(self.hub.forms(Hello)), 2)

    async def test_a_session_survives_that_the_device_reconnects(self) -> None:
        phone, device = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        await self.lose("kitchen", device)
        await self.sync(phone)
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)
        self.assertEqual(len(self.hub.forms(Hello)), 1)

    async def test_a_session_survives_that_we_reconnect(self) -> None:
        phone, _ = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        await self.lose("phone", phone)
        sent = len(self.hub.relayed)
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)
        self.assertEqual(len(self.hub.forms(Hello)), 1)
        self.assertEqual(len(self.hub.relayed) - sent, 4)  # The ping, the Command, and their answers.

    async def test_an_unanswered_ping_is_followed_by_a_hello(self) -> None:
        phone, device = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        await self.hub.say("phone", {"messageType": "Broadcast", "name": "hub.joined",
                                     "value": {"subscriber": "kitchen", "device": True}})
        await self.sync(phone)
        self.hub.interfere = drop_when(is_data)
        asking = start(phone.request("kitchen", "agent.ping"))
        await self.hub.until(lambda: sum(map(is_data, self.hub.relayed)) == 3)
        self.hub.interfere = lambda copy: [copy]
        await self.clock.pass_over(5)
        self.assertTrue((await asking).success)
        self.assertEqual(len(self.hub.forms(Hello)), 2)

    async def test_an_answer_that_was_lost_is_told_to_all_that_wait(self) -> None:
        phone, _ = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        answers = lambda: [copy for copy in self.hub.relayed if is_data(copy) and copy.sender == "kitchen"]
        self.hub.interfere = drop_when(lambda copy: is_data(copy) and copy.sender == "kitchen" and len(answers()) == 2)
        first = start(phone.request("kitchen", "first"))
        await self.hub.until(lambda: len(answers()) == 2)
        second = await phone.request("kitchen", "second")
        self.assertTrue(second.success)
        self.assertEqual((await first).code, 503)
        self.assertIn("not known", (await first).error)

    async def test_a_replayed_command_is_carried_out_once(self) -> None:
        carried_out = []

        async def count(command):
            carried_out.append(command.name)
            return await echo(command)
        phone, _ = await self.join_both(handler=count)
        self.hub.interfere = lambda copy: [copy, copy, copy]
        for name in ("one", "two", "three"):
            self.assertTrue((await phone.request("kitchen", name)).success)
        self.assertEqual(carried_out, ["one", "two", "three"])

    async def test_an_idle_session_is_made_anew_before_the_device_ends_it(self) -> None:
        phone, _ = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        self.clock.turn(3299)
        await phone.request("kitchen", "agent.ping")
        self.assertEqual(len(self.hub.forms(Hello)), 1)
        self.clock.turn(3300)
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)
        self.assertEqual(len(self.hub.forms(Hello)), 2)


class DeadlineTest(ClientTest):
    async def test_a_command_that_the_hub_held_back_is_not_carried_out(self) -> None:
        carried_out = []

        async def count(command):
            carried_out.append(command.name)
            return await echo(command)
        phone, _ = await self.join_both(handler=count)
        await phone.request("kitchen", "before")
        held = []
        self.hub.interfere = lambda copy: held.append(copy) or [] if is_data(copy) and copy.sender == "phone" else [copy]
        asking = start(phone.request("kitchen", "late", timeout=15))
        await self.hub.until(lambda: len(held) == 1)
        await self.clock.pass_over(15)
        self.assertEqual((await asking).code, 408)
        self.clock.turn(0.1)
        self.hub.interfere = lambda copy: [copy]
        count_before = len(self.hub.relayed)
        await self.hub.deliver(held[0])
        await self.hub.until(lambda: len(self.hub.relayed) > count_before)
        self.assertEqual(carried_out, ["before"])

    async def test_an_answer_of_expired_ends_the_session(self) -> None:
        phone, _ = await self.join_both()
        await phone.request("kitchen", "before")
        # The initiator's clock stands still, as that of a machine that slept.
        session = await phone._sealed.initiator.ready("kitchen")
        self.clock.turn(100)
        session.began += 60
        reply = await phone.request("kitchen", "late")
        self.assertEqual((reply.code, reply.value), (408, {"expired": True}))
        self.assertTrue((await phone.request("kitchen", "again")).success)
        self.assertEqual(len(self.hub.forms(Hello)), 2)


class IdentityTest(ClientTest):
    async def test_a_changed_identity_stops_until_it_is_trusted(self) -> None:
        phone, device = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        before = device.fingerprint
        await self.leave(device)
        other = await self.join_device(state_folder=self.folder / "another card")
        await self.sync(phone)
        self.clock.turn(5)
        reply = await phone.request("kitchen", "agent.ping")
        self.assertEqual(reply.code, 495)
        self.assertIn(f"has changed from {before} to {other.fingerprint}", reply.error)
        self.assertIn("malinka trust kitchen", reply.error)
        self.assertEqual((await phone.request("kitchen", "agent.ping")).code, 495)
        phone.trust("kitchen")
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)
        lines = (self.folder / "phone/known_devices").read_text().splitlines()
        self.assertEqual([line.split()[:2] for line in lines], [["home", "kitchen"]] * 2)

    async def test_what_another_program_trusted_counts(self) -> None:
        phone, device = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        await self.leave(device)
        tablet = await self.join("tablet")
        await self.join_device(state_folder=self.folder / "another card")
        await self.sync(tablet)
        await self.sync(phone)
        self.clock.turn(5)
        await tablet.request("kitchen", "agent.ping")
        self.assertEqual((await phone.request("kitchen", "agent.ping")).code, 495)
        line = (self.folder / "tablet/known_devices").read_text()
        with (self.folder / "phone/known_devices").open("a") as file:
            file.write(line)
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)

    async def test_there_is_nothing_to_trust_where_nothing_changed(self) -> None:
        phone, _ = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        with self.assertRaises(Failure) as raised:
            phone.trust("kitchen")
        self.assertEqual(raised.exception.code, 404)

    async def test_a_device_keeps_its_identity(self) -> None:
        device = await self.join_device()
        await self.leave(device)
        self.assertEqual((await self.join_device()).fingerprint, device.fingerprint)
        identity = self.folder / "kitchen/identity"
        self.assertEqual((len(identity.read_bytes()), identity.stat().st_mode & 0o777), (32, 0o600))
        self.assertEqual(identity.parent.stat().st_mode & 0o777, 0o700)


class ViewTest(ClientTest):
    async def test_a_view_link_lets_see_and_not_command(self) -> None:
        await self.join_device(view_commands={"agent.describe"})
        viewer = await self.join("viewer", quick_keys(PASSWORD, "home").view_link)
        self.assertTrue((await viewer.request("kitchen", "agent.describe")).success)
        self.assertEqual((await viewer.request("kitchen", "shell.run")).code, 403)

    async def test_a_device_needs_the_password(self) -> None:
        with self.assertRaises(Failure) as raised:
            await self.join_device(password=quick_keys(PASSWORD, "home").view_link)
        self.assertEqual(raised.exception.code, 403)

    async def test_a_view_link_that_is_not_whole_is_no_password(self) -> None:
        with self.assertRaises(Failure) as raised:
            await self.join("viewer", "view1.abc")
        self.assertEqual(raised.exception.code, 400)


class EventTest(ClientTest):
    async def test_an_event_is_heard(self) -> None:
        phone, device = await self.join_both()
        events = phone.events()
        await phone.open_session("kitchen")
        device.broadcast("gpio.changed", {"line": 4}, blob=Blob(b"x"))
        event = await anext(events)
        self.assertEqual((event.sender, event.name, event.value, event.blob, event.lost),
                         ("kitchen", "gpio.changed", {"line": 4}, Blob(b"x"), 0))

    async def wait_learned(self, client: Client) -> None:
        """Until the ping that confirms a session is answered; before its hello there is a delay by chance."""
        while self.count(Kind.DATA) < 2:
            self.clock.turn(0.02)
            await self.sync(client)
        await self.sync(client)

    async def test_who_listens_seeks_a_session_with_each_device(self) -> None:
        phone, device = await self.join_both()
        events = phone.events()
        await self.wait_learned(phone)
        device.broadcast("one")
        self.assertEqual((await anext(events)).name, "one")

    async def test_a_device_that_comes_later_is_heard(self) -> None:
        phone = await self.join()
        events = phone.events()
        device = await self.join_device()
        await self.wait_learned(phone)
        device.broadcast("one")
        self.assertEqual((await anext(events)).name, "one")

    async def test_an_event_under_an_unknown_key_has_it_asked_for(self) -> None:
        self.hub.hides_devices = True
        phone, device = await self.join_both()
        events = phone.events()
        device.broadcast("one")
        await self.wait_learned(phone)
        device.broadcast("two")
        self.assertEqual((await anext(events)).name, "two")

    async def test_no_session_is_made_where_nobody_listens(self) -> None:
        phone, device = await self.join_both()
        device.broadcast("one")
        await self.hub.until(lambda: self.count(Kind.EVENT) == 1)
        await self.sync(phone)
        self.clock.turn(60)
        await self.sync(phone)
        self.assertEqual(self.hub.forms(Hello), [])

    def count(self, kind: Kind) -> int:
        return sum(isinstance(copy.form, Box) and copy.form.kind == kind for copy in self.hub.relayed)

    async def test_lost_events_are_counted_and_replayed_ones_dropped(self) -> None:
        phone, device = await self.join_both()
        events = phone.events()
        await phone.open_session("kitchen")
        device.broadcast("one")
        await anext(events)
        self.hub.interfere = lambda copy: []
        for name in ("two", "three"):
            device.broadcast(name)
        await self.hub.until(lambda: self.count(Kind.EVENT) == 3)
        self.hub.interfere = lambda copy: [copy, copy]
        device.broadcast("four")
        device.broadcast("five")
        four, five = await anext(events), await anext(events)
        self.assertEqual([(four.name, four.lost), (five.name, five.lost)], [("four", 2), ("five", 0)])

    async def test_events_are_believed_of_their_owner_alone(self) -> None:
        phone, device = await self.join_both()
        await self.join_device("hall")
        events = phone.events()
        await phone.open_session("kitchen")
        self.hub.interfere = lambda copy: [dataclasses.replace(copy, sender="hall")]
        device.broadcast("moved")
        await self.hub.until(lambda: self.count(Kind.EVENT) == 2)
        self.hub.interfere = lambda copy: [copy]
        device.broadcast("mine")
        event = await anext(events)
        self.assertEqual((event.sender, event.name, event.lost), ("kitchen", "mine", 1))

    async def test_a_viewer_hears_what_is_for_viewers(self) -> None:
        device = await self.join_device(view_commands={"agent.describe"})
        viewer = await self.join("viewer", quick_keys(PASSWORD, "home").view_link)
        events = viewer.events()
        await viewer.open_session("kitchen")
        device.broadcast("secret")
        device.broadcast("public", level=Level.VIEW)
        self.assertEqual((await anext(events)).name, "public")

    async def test_who_is_no_device_has_no_events_of_its_own(self) -> None:
        phone = await self.join()
        with self.assertRaises(Failure) as raised:
            phone.broadcast("hello")
        self.assertEqual(raised.exception.code, 501)

    async def test_events_end_with_their_client(self) -> None:
        async with self.client() as phone:
            events = phone.events()
        self.assertEqual([event async for event in events], [])


class PlainTest(ClientTest):
    async def test_a_plain_command_is_answered_403_and_not_carried_out(self) -> None:
        carried_out = []
        await self.join_device(handler=carried_out.append)
        stranger = await self.join("stranger", quick_keys(PASSWORD, "home").join_key, sealed=False)
        self.assertEqual((await stranger.request("kitchen", "shell.run")).code, 403)
        self.assertEqual(carried_out, [])

    async def test_a_plain_answer_is_not_believed(self) -> None:
        phone, _ = await self.join_both()
        await phone.request("kitchen", "agent.ping")
        events = phone.events()
        self.hub.interfere = lambda copy: []
        asking = start(phone.request("kitchen", "agent.ping"))
        await self.hub.until(lambda: sum(map(is_data, self.hub.relayed)) == 3)
        for sender in ("kitchen", "@hub"):
            for command in self.hub.relayed:
                head = {"messageType": "Response", "recipients": ["phone"], "value": 1, "response": {
                    "requestId": command.head["id"], "success": True, "responseCode": 200}}
                await self.hub.deliver(Relayed(sender, "phone", head))
        await self.hub.deliver(Relayed("kitchen", "phone", {"messageType": "Broadcast", "name": "forged"}))
        await self.sync(phone)
        self.assertFalse(asking.done())
        self.assertGreater(phone.discarded_messages, 0)
        self.assertEqual(len(events._waiting), 0)
        await self.clock.pass_over(15)
        self.assertEqual((await asking).code, 408)

    async def test_garbage_in_sealed_messages_is_dropped(self) -> None:
        phone, _ = await self.join_both()
        for message_type in ("Command", "Response", "Broadcast"):
            for content in (b"", b"\1", b"\x03" + bytes(60), b"\x04" + bytes(60), b"\xff" * 100):
                head = {"messageType": message_type, "recipients": ["phone"], "sealed": 1,
                        "blob": {"size": len(content)}}
                await self.hub.deliver(Relayed("kitchen", "phone", head, content))
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)

    async def test_a_sealed_client_speaks_plain_to_the_hub(self) -> None:
        phone = await self.join()
        reply = await phone.request("@hub", "hub.list")
        self.assertEqual(reply.value_object["subscribers"], ["phone"])
        self.assertEqual(json.dumps(reply.code), "200")
