# SPDX-License-Identifier: MIT
"""What went wrong in the project that Malinka is modelled on, one test for each defect."""

import base64
import concurrent.futures
import json
import time

import harness
from foreign import Closed, Foreign, binary_message

KEY = "a key that nobody guesses"


def is_broadcast(message: dict, name: str) -> bool:
    return message["messageType"] == "Broadcast" and message.get("name") == name


def is_report(message: dict, code: int) -> bool:
    return message["originator"] == "@hub" and message.get("response", {}).get("responseCode") == code


class DefectTest(harness.Test):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()

    def join(self, channel: str, subscriber: str, **members) -> Foreign:
        client = Foreign.join(self.hub, channel, subscriber, **members)
        self.addCleanup(client.close)
        return client

    def test_a_broadcast_never_leaves_its_channel(self) -> None:
        inside, beside, outside = self.join("home", "hall"), self.join("home", "phone"), self.join("shop", "phone")
        inside.send({"messageType": "Broadcast", "name": "door.opened", "recipients": ["phone"], "channel": "shop"})
        beside.next(lambda message: is_broadcast(message, "door.opened"))
        self.assertEqual(outside.sync(), [])

    def test_a_command_never_leaves_its_channel(self) -> None:
        inside, outside = self.join("home", "hall"), self.join("shop", "phone")
        inside.send({"messageType": "Command", "id": 7, "name": "x", "recipients": ["phone"]})
        self.assertEqual(inside.next(lambda message: is_report(message, 404))["response"]["requestId"], 7)
        self.assertEqual(outside.sync(), [])

    def test_an_originator_that_a_client_wrote_is_never_believed(self) -> None:
        mallory, phone = self.join("home", "mallory"), self.join("home", "phone")
        for lie in ("hall", "@hub", "", None, 17, ["hall"], {"name": "hall"}):
            mallory.send({"originator": lie, "messageType": "Command", "name": "x", "recipients": ["phone"]})
            got = phone.next(lambda message: message["messageType"] == "Command")
            self.assertEqual(got["originator"], "mallory")
        mallory.send('{"messageType":"Broadcast","name":"x","Originator":"hall"}')
        self.assertEqual(phone.next(lambda message: is_broadcast(message, "x"))["originator"], "mallory")

    def test_nobody_without_the_key_replaces_a_subscriber(self) -> None:
        hall = self.join("home", "hall", key=KEY, instance="i1")
        for members in ({}, {"key": "wrong"}, {"key": "wrong", "instance": "i1"}, {"instance": "i1"}):
            _, answer = Foreign.try_join(self.hub, "home", "hall", **members)
            self.assertEqual(answer["response"]["responseCode"], 401)
        self.assertEqual(hall.sync(), [])

    def test_nobody_changes_the_key_of_a_channel_in_use(self) -> None:
        self.join("home", "hall", key=KEY)
        _, answer = Foreign.try_join(self.hub, "home", "mallory", key="another key")
        self.assertEqual(answer["response"]["responseCode"], 401)
        self.join("home", "phone", key=KEY)

    def test_a_channel_and_its_key_end_with_the_last_subscriber(self) -> None:
        hall, phone = self.join("home", "hall", key=KEY), self.join("home", "phone", key=KEY)
        hall.close()
        phone.next(lambda message: is_broadcast(message, "hub.left"))
        phone.vanish()
        deadline = time.monotonic() + 30
        while True:  # The hub learns of the lost connection a moment later.
            _, answer = Foreign.try_join(self.hub, "home", "stranger", key="another key")
            if answer["response"]["success"]:
                break
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(answer["value"]["subscribers"], [])

    def test_bad_messages_and_abrupt_ends_leave_no_ghost(self) -> None:
        watcher = self.join("home", "watcher")
        for number, nonsense in enumerate(["{", "null", "[]", "17", '{"messageType":"Command","name":"x"}', "\0"]):
            name = f"fool-{number}"
            fool = Foreign.join(self.hub, "home", name)
            fool.send(nonsense)
            fool.next(lambda message: is_report(message, 400))
            fool.vanish()
            left = watcher.next(lambda message: is_broadcast(message, "hub.left"))
            self.assertEqual((left["value"]["subscriber"], left["value"]["reason"]), (name, "lost"))
        self.assertEqual(watcher.request("@hub", "hub.list")["value"]["subscribers"], ["watcher"])

    def test_a_refused_message_does_not_end_its_connection(self) -> None:
        fool, phone = self.join("home", "fool"), self.join("home", "phone")
        for nonsense in ("{", "null", '{"messageType":"Command","name":"x"}'):
            fool.send(nonsense)
            fool.next(lambda message: is_report(message, 400))
        fool.send({"messageType": "Broadcast", "name": "still.here"})
        phone.next(lambda message: is_broadcast(message, "still.here"))

    def test_a_receiver_that_does_not_read_costs_the_others_nothing(self) -> None:
        talker, reader = self.join("home", "talker"), self.join("home", "reader")
        sleeper = self.join("home", "sleeper")  # Never reads from here on.
        picture, count = "x" * 500_000, 60  # 30 MB: more than any queue and socket holds.
        for number in range(count):
            talker.send({"messageType": "Broadcast", "name": "picture", "value": [number, picture]})
            got = reader.next(lambda message: is_broadcast(message, "picture"))
            self.assertEqual(got["value"][0], number)
        talker.send({"messageType": "Command", "id": "c", "name": "x", "recipients": ["sleeper"], "value": picture * 8})
        self.assertEqual(talker.next(lambda message: is_report(message, 503))["value"]["recipient"], "sleeper")
        dropped = sleeper.next(lambda message: is_broadcast(message, "hub.dropped"))
        self.assertGreater(dropped["value"]["from"]["talker"]["broadcasts"], 0)

    def test_what_a_slow_receiver_misses_is_counted_to_the_last_message(self) -> None:
        talker, sleeper = self.join("home", "talker"), self.join("home", "sleeper")
        picture, count = "x" * 500_000, 80
        for number in range(count):
            talker.send({"messageType": "Broadcast", "name": "picture", "value": [number, picture]})
        talker.sync()
        received, missed = [], 0
        while len(received) + missed < count:
            message = sleeper.receive()
            if is_broadcast(message, "picture"):
                received.append(message["value"][0])
            elif is_broadcast(message, "hub.dropped"):
                missed += message["value"]["from"]["talker"]["broadcasts"]
        self.assertEqual(len(received) + missed, count)
        self.assertGreater(missed, 0)
        self.assertEqual(received, sorted(received))

    def test_a_receiver_that_fails_costs_the_others_nothing(self) -> None:
        talker, reader = self.join("home", "talker"), self.join("home", "reader")
        for number in range(10):
            victim = self.join("home", f"victim-{number}")
            talker.send({"messageType": "Broadcast", "name": "before", "value": number})
            victim.vanish()
            talker.send({"messageType": "Broadcast", "name": "after", "value": number})
            self.assertEqual(reader.next(lambda message: is_broadcast(message, "after"))["value"], number)

    def test_two_racing_first_joiners_never_hold_different_keys(self) -> None:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for round_number in range(20):
                channel = f"race-{round_number}"
                def attempt(number: int, channel: str = channel) -> tuple[Foreign, bool]:
                    client, answer = Foreign.try_join(self.hub, channel, f"s{number}", key=f"key-{number % 2}")
                    return client, answer["response"]["success"]
                outcomes = list(pool.map(attempt, range(8)))
                winners = {number % 2 for number, (_, is_in) in enumerate(outcomes) if is_in}
                self.assertEqual(len(winners), 1)
                for client, _ in outcomes:
                    client.close()

    def test_unknown_members_and_numbers_pass_byte_for_byte(self) -> None:
        talker, reader = self.join("home", "talker"), self.join("home", "reader")
        odd = ('"pi":3.14159265358979323846264338327950288419716939937510,"big":123456789012345678901234567890,'
               '"e":1E400,"minus":-0.0,"spaced" : [ 1 ,\t2 ],"escaped":"\\u00e9\\/é","":null,"twice":1,"twice":2')
        talker.send('{"messageType":"Broadcast","name":"odd",' + odd + "}")
        while b'"name":"odd"' not in (raw := reader.receive_raw().encode()):
            pass
        self.assertIn(odd.encode(), raw)
        self.assertEqual(json.loads(raw)["originator"], "talker")

    def test_an_absent_recipient_is_reported_to_the_asker(self) -> None:
        asker, hall = self.join("home", "asker"), self.join("home", "hall")
        asker.send({"messageType": "Command", "id": "q1", "name": "x", "recipients": ["nobody", "hall", "noone"]})
        reports = [asker.next(lambda message: is_report(message, 404)) for _ in range(2)]
        self.assertEqual({report["value"]["recipient"] for report in reports}, {"nobody", "noone"})
        self.assertEqual({report["response"]["requestId"] for report in reports}, {"q1"})
        self.assertEqual(hall.next(lambda message: message["messageType"] == "Command")["id"], "q1")

    def test_an_answer_to_someone_who_left_is_reported_too(self) -> None:
        asker, hall = self.join("home", "asker"), self.join("home", "hall")
        asker.close()
        hall.next(lambda message: is_broadcast(message, "hub.left"))
        hall.send({"messageType": "Response", "id": "r", "recipients": ["asker"],
                   "response": {"requestId": "q", "success": True, "responseCode": 200}})
        self.assertEqual(hall.next(lambda message: is_report(message, 404))["value"]["recipient"], "asker")

    def test_a_command_that_expired_is_reported_and_not_delivered(self) -> None:
        asker, hall = self.join("home", "asker"), self.join("home", "hall")
        asker.send({"messageType": "Command", "id": 1, "name": "late", "recipients": ["hall"],
                    "expiresAt": "2020-01-01T00:00:00Z"})
        self.assertEqual(asker.next(lambda message: is_report(message, 408))["value"]["recipient"], "hall")
        asker.send({"messageType": "Command", "id": 2, "name": "timely", "recipients": ["hall"],
                    "expiresAt": "2099-01-01T00:00:00.5Z"})
        self.assertEqual(hall.next(lambda message: message["messageType"] == "Command")["name"], "timely")

    def test_a_command_to_all_says_to_whom_it_went(self) -> None:
        asker = self.join("home", "asker")
        asker.send({"messageType": "Command", "id": 1, "name": "x", "recipients": ["*"]})
        self.assertEqual(asker.next(lambda message: is_report(message, 202))["value"]["recipients"], [])
        self.join("home", "hall")
        self.join("home", "attic")
        asker.send({"messageType": "Command", "id": 2, "name": "x", "recipients": ["*"]})
        accepted = asker.next(lambda message: is_report(message, 202))
        self.assertEqual(sorted(accepted["value"]["recipients"]), ["attic", "hall"])

    def test_a_device_that_lost_its_link_gets_its_name_back_at_once(self) -> None:
        watcher = self.join("home", "watcher", key=KEY)
        first = self.join("home", "hall", key=KEY, instance="same")
        second = self.join("home", "hall", key=KEY, instance="same")
        self.assertEqual(first.wait_closed(), 4409)
        news = [message for message in watcher.sync() if message.get("name", "").startswith("hub.")]
        self.assertEqual([(message["name"], message["value"].get("reason")) for message in news],
                         [("hub.joined", None), ("hub.left", "replaced"), ("hub.joined", None)])
        second.sync()

    def test_another_instance_does_not_take_the_name_of_one_that_answers(self) -> None:
        first = self.join("home", "hall", instance="one")
        _, answer = Foreign.try_join(self.hub, "home", "hall", instance="two")
        self.assertEqual(answer["response"]["responseCode"], 409)
        first.sync()

    def test_presence_follows_the_join_answer(self) -> None:
        hall = self.join("home", "hall", device=True)
        phone = self.join("home", "phone")
        self.assertEqual((phone.answer["value"]["subscribers"], phone.answer["value"]["devices"]), (["hall"], ["hall"]))
        joined = hall.next(lambda message: is_broadcast(message, "hub.joined"))
        self.assertEqual(joined["value"]["subscriber"], "phone")
        phone.close()
        left = hall.next(lambda message: is_broadcast(message, "hub.left"))
        self.assertEqual((left["value"]["subscriber"], left["value"]["reason"]), ("phone", "left"))

    def test_text_and_binary_clients_share_a_channel(self) -> None:
        text = self.join("home", "text")
        binary = self.join("home", "binary", protocols=["malinka.v1"])
        content = bytes(range(256)) * 5
        envelope = {"messageType": "Command", "id": 1, "name": "x", "recipients": ["text"],
                    "blob": {"name": "a.bin", "size": len(content)}}
        binary.send(binary_message(envelope, content))
        got = text.next(lambda message: message["messageType"] == "Command")
        self.assertEqual(base64.b64decode(got["blob"]["content"]), content)
        self.assertEqual((got["blob"]["size"], got["originator"]), (len(content), "binary"))
        text.send({"messageType": "Command", "id": 2, "name": "y", "recipients": ["binary"]})
        self.assertEqual(binary.next(lambda message: message["messageType"] == "Command")["name"], "y")

    def test_sigterm_says_1001_to_everyone_and_ends_well(self) -> None:
        clients = [self.join("home", f"s{number}") for number in range(5)]
        self.assertEqual(self.hub.stop(), 0)
        self.assertEqual([client.wait_closed() for client in clients], [1001] * 5)
