# SPDX-License-Identifier: MIT
"""A hub of four shards: each channel lives on one thread, whoever joins it moves there, and nobody notices; nor where a
channel is so wide that its members are on all threads."""

import re
import threading
import unittest
import urllib.request
from typing import Any

from websockets.exceptions import WebSocketException

import harness
from foreign import Closed, Foreign

SHARDS = 4
CHANNELS = 24
MEMBERS = 4
MESSAGES = 50


def broadcast(number: int) -> dict[str, Any]:
    return {"messageType": "Broadcast", "name": "count", "value": number}


class ShardsTest(harness.Test):
    def setUp(self) -> None:
        super().setUp()
        shards = [] if "--shards" in harness.HUB_FLAGS else ["--shards", str(SHARDS)]
        self.hub = self.start_hub(*shards, *self.more_flags())

    def more_flags(self) -> list[str]:
        return []

    def join(self, channel: str, name: str, **members: Any) -> Foreign:
        client = Foreign.join(self.hub, channel, name, **members)
        self.addCleanup(client.close)
        return client

    def metric(self, name: str) -> int:
        with urllib.request.urlopen(f"{self.hub.web_url}/metrics", timeout=30) as page:
            found = re.search(rf"^malinka_{name} (\d+)$", page.read().decode(), re.MULTILINE)
        assert found, name
        return int(found[1])

    def test_it_has_as_many_threads_as_it_was_told(self) -> None:
        shards = int(self.hub.wait_for(r"^info: shards: (\d+)$")[1])
        self.assertEqual(self.metric("shards"), shards)

    def test_of_many_channels_each_message_reaches_each_member_once_and_in_order(self) -> None:
        rooms = [[self.join(f"channel-{room}", f"member-{i}") for i in range(MEMBERS)] for room in range(CHANNELS)]
        self.assertGreater(self.metric("joins_moved_total"), 0)

        def talk(client: Foreign) -> None:
            for number in range(MESSAGES):
                client.send(broadcast(number))
        talkers = [threading.Thread(target=talk, args=(client,)) for room in rooms for client in room]
        for talker in talkers:
            talker.start()
        for talker in talkers:
            talker.join()

        for room in rooms:
            for i, client in enumerate(room):
                heard: dict[str, list[int]] = {}
                while sum(map(len, heard.values())) < (MEMBERS - 1) * MESSAGES:
                    message = client.next(lambda message: message.get("name") == "count")
                    heard.setdefault(message["originator"], []).append(message["value"])
                others = {f"member-{k}": list(range(MESSAGES)) for k in range(MEMBERS) if k != i}
                self.assertEqual(heard, others)
                self.assertNotIn("count", [message.get("name") for message in client.sync()])
        self.assertEqual(self.metric("broadcasts_dropped_total"), 0)

    def test_commands_are_answered_by_whoever_was_accepted_elsewhere(self) -> None:
        asker = self.join("home", "asker")
        for i in range(2 * SHARDS):
            name = f"answerer-{i}"
            answerer = self.join("home", name)
            asker.send({"messageType": "Command", "id": i, "name": "ask", "recipients": [name]})
            command = answerer.next(lambda message: message["messageType"] == "Command")
            self.assertEqual(command["originator"], "asker")
            answerer.send({"messageType": "Response", "recipients": ["asker"],
                           "response": {"requestId": i, "success": True, "responseCode": 200}})
            answer = asker.next(lambda message: message["messageType"] == "Response")
            self.assertEqual((answer["originator"], answer["response"]["requestId"]), (name, i))

    def test_what_is_said_right_behind_a_join_is_heard_in_order(self) -> None:
        listener = self.join("home", "listener")
        for i in range(2 * SHARDS):
            client = Foreign(self.hub.url)
            self.addCleanup(client.close)
            client.send({"messageType": "Join", "channel": "home", "subscriber": f"eager-{i}"})
            for number in range(MESSAGES):
                client.send(broadcast(number))
            heard = [listener.next(lambda message: message.get("name") == "count")["value"]
                     for _ in range(MESSAGES)]
            self.assertEqual(heard, list(range(MESSAGES)))

    def test_a_name_is_replaced_by_its_own_instance_and_refused_to_others(self) -> None:
        older = self.join("home", "hall", instance="same")
        for _ in range(2 * SHARDS):
            newer = self.join("home", "hall", instance="same")
            self.assertEqual(older.wait_closed(), 4409)
            older = newer
        for _ in range(SHARDS):
            client, answer = Foreign.try_join(self.hub, "home", "hall", instance="other")
            self.addCleanup(client.close)
            self.assertEqual(answer["response"]["responseCode"], 409)

    def test_wrong_keys_are_counted_by_whichever_shard_they_were_accepted(self) -> None:
        self.join("home", "owner", key="right", local="127.0.0.2")
        codes = []
        for _ in range(3 * SHARDS):
            client, answer = Foreign.try_join(self.hub, "home", "guesser", key="wrong")
            self.addCleanup(client.close)
            codes.append(answer["response"]["responseCode"])
        self.assertEqual(codes, [401] * 10 + [429] * (3 * SHARDS - 10))

    def test_it_stops_in_the_middle_of_joins(self) -> None:
        is_over = threading.Event()
        endings: list[int] = []

        def keep_joining(number: int) -> None:
            joined = []
            try:
                for i in range(10_000):
                    joined.append(Foreign.join(self.hub, f"channel-{number}-{i % 7}", f"member-{i}"))
                    if i == 3:
                        is_over.set()
            except (OSError, EOFError, Closed, AssertionError, WebSocketException):
                pass  # Refused, told 503 or 1001, or no longer listened to.
            endings.extend(client.wait_closed() for client in joined)

        joiners = [threading.Thread(target=keep_joining, args=(number,)) for number in range(8)]
        for joiner in joiners:
            joiner.start()
        self.assertTrue(is_over.wait(harness.START_SECONDS))
        self.assertEqual(self.hub.stop(), 0)
        for joiner in joiners:
            joiner.join(harness.STOP_SECONDS)
            self.assertFalse(joiner.is_alive())
        self.assertGreater(len(endings), 0)
        self.assertEqual(set(endings), {1001}, endings)


class WideChannelsTest(ShardsTest):
    """All of the above once more, with all but the first member of each channel spread over the shards."""

    def more_flags(self) -> list[str]:
        return [self.hub_settings("wide_channel_members = 1")]


if __name__ == "__main__":
    unittest.main()
