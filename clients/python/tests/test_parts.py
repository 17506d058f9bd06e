# SPDX-License-Identifier: MIT
"""The small parts of a client."""

import logging
import math
import tracemalloc
import unittest

from malinka import Backoff, Blob, Failure, limits
from malinka.address import bus_url
from malinka.binary import decode_inner, encode_binary, encode_inner
from malinka.decode import decode_envelope
from malinka.envelope import Envelope, MessageType, Outcome
from malinka.errors import DecodeError
from malinka.events import Event, EventStream
from malinka.join import Refusal, decode_join_answer
from malinka.presence import Members


class AddressTest(unittest.TestCase):
    def test_addresses_are_taken_as_people_write_them(self) -> None:
        for text, url in (("hub", "ws://hub/bus"), (" ws://hub:31415 ", "ws://hub:31415/bus"),
                          ("https://hub/", "wss://hub/bus"), ("HTTP://hub", "ws://hub/bus"),
                          ("ws://[::1]:1/other?x#y", "ws://[::1]:1/other")):
            self.assertEqual(bus_url(text), url)

    def test_what_is_no_address_is_refused(self) -> None:
        for text in ("", "ws://", "ws://hub:port", "ws://hub:99999", "ftp://hub", "ws://user:secret@hub", "ws://[::1"):
            with self.subTest(text), self.assertRaises(Failure):
                bus_url(text)


class BackoffTest(unittest.TestCase):
    def test_waits_double_up_to_the_longest_and_half_is_chance(self) -> None:
        backoff = Backoff(first=1, longest=10)
        self.assertEqual([backoff.delay(n, lambda: 1.0) for n in (0, 1, 2, 3, 4, 10_000)], [1, 2, 4, 8, 10, 10])
        self.assertEqual(backoff.delay(2, lambda: 0.0), 2)


class EventStreamTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        logging.getLogger("asyncio").setLevel(logging.ERROR)

    async def test_what_is_not_taken_is_bounded_and_told(self) -> None:
        stream = EventStream()
        for index in range(20):
            stream.put(Event("kitchen", "e", index, lost=index == 0), limits.QUEUE_BYTES // 10)
        first = await anext(stream)
        self.assertEqual((first.value, first.lost), (11, 12))
        self.assertEqual((await anext(stream)).lost, 0)

    async def test_many_small_ones_are_bounded_as_well(self) -> None:
        stream = EventStream()
        for _ in range(100_000):
            stream.put(Event("kitchen", "e"), 0)
        self.assertLessEqual(len(stream._waiting), limits.QUEUE_BYTES // 512)


class InnerTest(unittest.TestCase):
    def test_what_is_written_is_read_again(self) -> None:
        for inner in (
                Envelope(MessageType.COMMAND, id='"k1"', name="a.b", recipients=("kitchen",), value=[1, "ü", None],
                         deadline=15000, blob=Blob(b"\0", "n", "t")),
                Envelope(MessageType.RESPONSE, id="7", recipients=("phone",),
                         response=Outcome('"k1"', False, 404, "none")),
                Envelope(MessageType.BROADCAST, name="e", value={"long": "x" * 70_000})):
            read = decode_inner(encode_inner(inner))
            self.assertEqual(read, type(inner)(**{**inner.__dict__, "size": read.size}))

    def test_a_long_envelope_is_for_inner_messages_alone(self) -> None:
        long = Envelope(MessageType.BROADCAST, value="x" * 70_000)
        with self.assertRaises(Failure) as raised:
            encode_binary(long)
        self.assertEqual(raised.exception.code, 413)

    def test_an_inner_message_has_a_longest_length(self) -> None:
        with self.assertRaises(Failure) as raised:
            encode_inner(Envelope(MessageType.BROADCAST, blob=Blob(bytes(limits.SEAL_MESSAGE_BYTES_MAX))))
        self.assertEqual(raised.exception.code, 413)


class PresenceTest(unittest.TestCase):
    def test_so_many_are_known_by_name_and_no_more(self) -> None:
        members = Members()
        for index in range(limits.CONNECTIONS_MAX + 10):
            members.hear(Envelope(MessageType.BROADCAST, name="hub.joined", value={"subscriber": str(index)}))
        self.assertEqual((len(members), members.count), (limits.CONNECTIONS_MAX, limits.CONNECTIONS_MAX + 10))

    def test_a_crowd_is_a_number_until_it_is_few_again(self) -> None:
        members = Members()
        members.hear(Envelope(MessageType.BROADCAST, name="hub.joined", value={"subscriber": "hall", "device": True}))
        crowd = Envelope(MessageType.BROADCAST, name="hub.presence", value={"subscriberCount": 1001})
        self.assertEqual((members.hear(crowd), len(members), members.count), (("hall",), 0, 1001))
        few = {"subscribers": ["hall", "phone"], "devices": ["hall"], "subscriberCount": 3}
        members.hear(Envelope(MessageType.BROADCAST, name="hub.presence", value=few))
        self.assertEqual({member.name: member.is_device for member in members}, {"hall": True, "phone": False})


class MembersTest(unittest.TestCase):
    def test_a_long_string_takes_no_memory_beside_itself(self) -> None:
        long = "x" * 2**22 + "\\n" * 2**20
        deep = "[" * 1024
        for text in (f'{{"{long}":1}}', f'{{"messageType":"{long}","value":{deep}'):
            tracemalloc.start()
            self.addCleanup(tracemalloc.stop)
            with self.assertRaises(DecodeError):
                decode_envelope(text)
            self.assertLess(tracemalloc.get_traced_memory()[1], 8 * len(text))
            tracemalloc.stop()

    def test_numbers_that_nobody_can_hold_are_infinite(self) -> None:
        for digits, value in (("9" * 5000, math.inf), ("-" + "9" * 5000, -math.inf), ("1e999", math.inf)):
            self.assertEqual(decode_envelope(f'{{"messageType":"Broadcast","value":{digits}}}').value, value)


class JoinAnswerTest(unittest.TestCase):
    def test_what_is_no_answer_is_refused(self) -> None:
        for text in ("", "[]", "{}", '{"messageType":"Broadcast"}', '{"messageType":"Response"}',
                     '{"messageType":"Response","response":{"success":true},"value":{"subscriber":1}}'):
            with self.subTest(text), self.assertRaises(Failure) as raised:
                decode_join_answer(text)
            self.assertNotIsInstance(raised.exception, Refusal)

    def test_a_refusal_has_its_code_and_words(self) -> None:
        with self.assertRaises(Refusal) as raised:
            decode_join_answer('{"messageType":"Response","response":{"success":false,"responseCode":429,"error":"later"}}')
        self.assertEqual((raised.exception.code, raised.exception.error), (429, "later"))

    def test_members_of_other_types_are_passed_over(self) -> None:
        joined = decode_join_answer('{"messageType":"Response","response":{"success":true},"value":{"subscriber":"phone",'
                                    '"subscribers":[1],"devices":"x","subscriberCount":true,"time":7}}')
        self.assertEqual((joined.subscribers, joined.devices, joined.count, joined.time), (None, None, 1, None))
