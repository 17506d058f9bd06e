# SPDX-License-Identifier: MIT
"""A client in a channel that is not sealed, and its way to the hub."""

import asyncio
import json

from malinka import Blob, Client, Failure, State
from tests.fake_hub import Relayed
from tests.support import BACKOFF_SECONDS, PASSWORD, ClientTest, echo, start


class PlainClientTest(ClientTest):
    async def join_plain(self):
        device = await self.join_device(sealed=False)
        return await self.join(sealed=False), device

    async def test_a_command_is_answered(self) -> None:
        phone, _ = await self.join_plain()
        reply = await phone.request("kitchen", "agent.ping", {"a": 1}, blob=Blob(b"x"))
        self.assertEqual((reply.success, reply.value["value"], reply.blob), (True, {"a": 1}, Blob(b"x")))
        command = self.hub.relayed[0].head
        self.assertEqual((command["name"], command["value"]), ("agent.ping", {"a": 1}))
        self.assertRegex(command["expiresAt"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    async def test_the_password_is_the_key(self) -> None:
        await self.join_plain()
        self.assertEqual({join["key"] for join in self.hub.joins}, {PASSWORD})

    async def test_a_channel_without_a_password_is_open_and_plain(self) -> None:
        await self.join_device(password="")
        phone = await self.join(password="")
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)
        self.assertEqual([join.get("key") for join in self.hub.joins], [None, None])

    async def test_everyone_is_asked_by_one_command(self) -> None:
        phone, _ = await self.join_plain()
        await self.join("tablet", sealed=False)
        await self.sync(phone)
        replies = await phone.request_many(["*"], "agent.ping")
        self.assertEqual({name: reply.code for name, reply in replies.items()}, {"kitchen": 200, "tablet": 404})

    async def test_who_is_not_there_is_reported(self) -> None:
        phone, _ = await self.join_plain()
        replies = await phone.request_many(["kitchen", "attic"], "agent.ping")
        self.assertEqual((replies["kitchen"].code, replies["attic"].code), (200, 404))

    async def test_who_leaves_does_not_answer(self) -> None:
        phone, device = await self.join_plain()
        self.hub.interfere = lambda copy: []
        asking = start(phone.request("kitchen", "agent.ping"))
        await self.hub.until(lambda: len(self.hub.relayed) == 1)
        await self.leave(device)
        self.assertEqual((await asking).code, 404)

    async def test_no_answer_in_time_is_a_reply(self) -> None:
        phone, _ = await self.join_plain()
        self.hub.interfere = lambda copy: []
        asking = start(phone.request("kitchen", "agent.ping", timeout=3))
        await self.clock.pass_over(3)
        self.assertEqual((await asking).code, 408)

    async def test_answers_are_taken_from_who_was_asked_and_once(self) -> None:
        phone, _ = await self.join_plain()
        self.hub.interfere = lambda copy: []
        asking = start(phone.request("kitchen", "agent.ping"))
        await self.hub.until(lambda: len(self.hub.relayed) == 1)
        head = {"messageType": "Response", "recipients": ["phone"], "value": "forged", "response": {
            "requestId": self.hub.relayed[0].head["id"], "success": True, "responseCode": 200}}
        await self.hub.deliver(Relayed("hall", "phone", head))
        await self.hub.deliver(Relayed("kitchen", "phone", {**head, "value": "true"}))
        await self.hub.deliver(Relayed("kitchen", "phone", {**head, "value": "again"}))
        self.assertEqual((await asking).value, "true")
        await self.sync(phone)
        self.assertEqual(phone.discarded_messages, 2)

    async def test_answers_that_the_hub_dropped_fail_and_all_where_its_own_reports_are_among_them(self) -> None:
        phone, _ = await self.join_plain()
        self.hub.interfere = lambda copy: []
        for count, sender in enumerate(("kitchen", "@hub"), start=1):
            asking = start(phone.request("kitchen", "agent.ping"))
            await self.hub.until(lambda: len(self.hub.relayed) == count)
            await self.hub.say("phone", {"messageType": "Broadcast", "name": "hub.dropped",
                                         "value": {"from": {sender: {"broadcasts": 0, "responses": 1}}}})
            self.assertEqual((await asking).code, 503)

    async def test_an_event_is_told_to_all_listeners(self) -> None:
        phone, device = await self.join_plain()
        first, second = phone.events(), phone.events()
        device.broadcast("gpio.changed", 1, blob=Blob(b"x"))
        for events in (first, second):
            event = await anext(events)
            self.assertEqual((event.sender, event.value, event.blob), ("kitchen", 1, Blob(b"x")))

    async def test_a_crowd_is_listed_page_by_page(self) -> None:
        phone, _ = await self.join_plain()
        await self.hub.say("phone", {"messageType": "Broadcast", "name": "hub.presence",
                                     "value": {"subscriberCount": 5000}})
        self.assertEqual([member.name for member in await phone.list()], ["kitchen"])
        self.assertEqual((phone.members.count, len(phone.members)), (5000, 0))

    async def test_members_come_and_go(self) -> None:
        phone = await self.join(sealed=False)
        waiting = start(phone.wait_member("kitchen"))
        device = await self.join_device(sealed=False)
        self.assertTrue((await waiting).is_device)
        await self.leave(device)
        await self.sync(phone)
        self.assertEqual(list(phone.members), [])

    async def test_who_is_waited_for_in_vain_is_not_found(self) -> None:
        phone = await self.join(sealed=False)
        waiting = start(phone.wait_member("kitchen", 5))
        await self.clock.pass_over(5)
        with self.assertRaises(Failure) as raised:
            await waiting
        self.assertEqual(raised.exception.code, 404)


class LinkTest(ClientTest):
    async def test_a_lost_link_fails_what_waits_and_is_made_again(self) -> None:
        phone = await self.join(sealed=False)
        await self.join_device(sealed=False)
        self.hub.interfere = lambda copy: []
        asking = start(phone.request("kitchen", "agent.ping"))
        await self.hub.until(lambda: len(self.hub.relayed) == 1)
        await self.hub.drop("phone")
        reply = await asking
        self.assertEqual(reply.code, 503)
        self.assertIn("not known", reply.error)
        self.assertEqual((await phone.request("kitchen", "agent.ping")).code, 503)
        await self.clock.pass_over(BACKOFF_SECONDS)
        await phone.wait_joined(None)
        self.hub.interfere = lambda copy: [copy]
        self.assertTrue((await phone.request("kitchen", "agent.ping")).success)
        self.assertEqual(self.hub.joins[0]["instance"], self.hub.joins[-1]["instance"])

    async def test_waits_grow(self) -> None:
        self.hub.refusals = [503, 503, 503]
        joining = start(self.join(join_seconds=None))
        for attempt in range(3):
            await self.clock.pass_over(BACKOFF_SECONDS * 2**attempt)
        await joining
        self.assertEqual(len(self.hub.joins), 4)

    async def test_a_refusal_is_for_a_person_to_look_at(self) -> None:
        self.hub.refusals = [401]
        with self.assertRaises(Failure) as raised:
            await self.join()
        self.assertEqual(raised.exception.code, 401)

    async def test_a_device_asks_again_every_minute(self) -> None:
        self.hub.refusals = [401, 401]
        joining = start(self.join_device(join_seconds=None))
        for _ in range(2):
            await self.clock.pass_over(60)
        await joining
        self.assertEqual(len(self.hub.joins), 3)

    async def test_a_replaced_device_asks_again_after_five_minutes(self) -> None:
        first = await self.join_device()
        second = await self.join_device(state_folder=self.folder / "second")
        await self.clock.pass_over(300)
        await first.wait_joined(None)
        await self.clock.until_asleep(300)
        self.assertEqual((first.state, second.state), (State.JOINED, State.WAITING))

    async def test_a_replaced_person_does_not_come_back(self) -> None:
        first = await self.join()
        await self.join()
        with self.assertRaises(Failure) as raised:
            await first.wait_joined(None)
        self.assertEqual((raised.exception.code, first.state), (409, State.REFUSED))

    async def test_a_hub_that_takes_nothing_is_waited_for_and_bounds_what_waits(self) -> None:
        device = await self.join_device(sealed=False)
        socket, taken = device._link._connection._socket, asyncio.Event()
        send = socket.send

        async def stall(message):
            await taken.wait()
            await send(message)
        socket.send = stall
        with self.assertRaises(Failure) as raised:
            for _ in range(100):
                device.broadcast("photo", blob=Blob(bytes(2**20)))
        self.assertEqual(raised.exception.code, 503)
        asking = start(device.request("@hub", "hub.list", timeout=3))
        await self.clock.pass_over(3)
        self.assertIn("not sent", (await asking).error)
        asking = start(device.request("@hub", "hub.list", timeout=3))
        await self.clock.until_asleep(3)
        taken.set()
        self.assertTrue((await asking).success)

    async def test_no_hub_is_a_failure_in_time(self) -> None:
        client = self.client(join_seconds=10)
        await self.hub.__aexit__()
        joining = start(client.__aenter__())
        await self.clock.until_asleep(BACKOFF_SECONDS)
        self.clock.turn(10)
        with self.assertRaises(Failure) as raised:
            await joining
        self.assertEqual(raised.exception.code, 503)

    async def test_garbage_from_the_hub_is_dropped_and_counted(self) -> None:
        phone = await self.join(sealed=False)
        socket = self.hub._sockets["phone"]
        for garbage in ("", "[]", "{", '{"messageType":"Response"}', b"", b"\xff" * 9, "\ud7ff"):
            await socket.send(garbage)
        await self.sync(phone)
        self.assertEqual(phone.discarded_messages, 7)

    async def test_an_address_or_name_that_cannot_be_is_refused(self) -> None:
        for hub, name in (("ftp://x", "phone"), ("ws://", "phone"), ("ws://u:p@x", "phone"), ("ws://x", "@phone"),
                          ("ws://x", ""), ("ws://x", "a\nb"), ("ws://x", "*"), ("ws://x", "x" * 129)):
            with self.subTest(hub + " " + name), self.assertRaises(Failure) as raised:
                Client(hub, "home", name)
            self.assertEqual(raised.exception.code, 400)
        with self.assertRaises(Failure):
            self.client(device=True)

    async def test_what_the_hub_is_told_of_a_device(self) -> None:
        await self.join_device()
        join = self.hub.joins[0]
        self.assertEqual((join["device"], join["maxMessageBytes"]), (True, 16777216))
        self.assertLess(len(json.dumps(join)), 16384)


class DeviceTest(ClientTest):
    async def test_a_handler_that_fails_is_answered_500(self) -> None:
        async def broken(_):
            raise ZeroDivisionError
        await self.join_device(handler=broken)
        phone = await self.join()
        with self.assertLogs("malinka", "ERROR"):
            self.assertEqual((await phone.request("kitchen", "agent.ping")).code, 500)

    async def test_a_handler_that_does_not_end_is_answered_408(self) -> None:
        async def endless(_):
            await self.clock.sleep(1e9)
        await self.join_device(handler=endless)
        phone = await self.join()
        asking = start(phone.request("kitchen", "agent.ping", timeout=500))
        await self.clock.pass_over(120)
        self.assertEqual((await asking).error, "not done in 120 s")

    async def test_so_many_commands_run_at_once_and_one_more_is_refused(self) -> None:
        waiting = []

        async def slow(command):
            waiting.append(command)
            await self.clock.sleep(100)
            return await echo(command)
        await self.join_device(handler=slow)
        phone = await self.join()
        tasks = [start(phone.request("kitchen", "agent.ping", timeout=500)) for _ in range(64)]
        await self.hub.until(lambda: len(self.hub.relayed) == 2 + 64)
        self.assertEqual((await phone.request("kitchen", "agent.ping", timeout=500)).code, 429)
        self.clock.turn(100)
        self.assertTrue(all([(await task).success for task in tasks]))
        self.assertEqual(len(waiting), 64)
