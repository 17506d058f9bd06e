# SPDX-License-Identifier: MIT
"""The limits of both ends of a session, without a hub: what is sent is kept in lists."""

import pathlib
import tempfile
import unittest

from malinka import limits
from malinka.binary import encode_inner
from malinka.clock import Clock
from malinka.envelope import Envelope, MessageType
from malinka.errors import Failure
from malinka.event_boxes import EventReceivers, EventSenders, UnknownEventKey
from malinka.initiator import Initiator
from malinka.responder import Responder
from malinka.seal import keys, primitives
from malinka.seal.boxes import Receiver, Sender
from malinka.seal.errors import SealError
from malinka.seal.forms import Box, Hello, Kind, Unknown, Welcome, parse_form
from malinka.seal.handshake import Opening, Parties
from malinka.seal.keys import Level
from malinka.sessions import SealedMember
from malinka.state import KnownDevices

KEYS = keys.ChannelKeys(view=bytes(range(32)), control=bytes(range(1, 33)))


class Turned(Clock):
    """Stands still until it is turned; nobody sleeps by it."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time


def box_of(blob: bytes) -> Box:
    form = parse_form(blob)
    assert isinstance(form, Box)
    return form


class ResponderTest(unittest.TestCase):
    def setUp(self) -> None:
        self.clock = Turned()
        self.sent: list[tuple[str | None, object]] = []
        member = SealedMember("home", "kitchen", KEYS, self.clock, self.send, lambda: 2**24)
        self.responder = Responder(member, bytes([7] * 32), lambda level: [])

    def send(self, _: MessageType, recipient: str | None, blob: bytes) -> str:
        self.sent.append((recipient, parse_form(blob)))
        return '"id"'

    def hello(self, name: str) -> Opening:
        opening = Opening(Parties("home", name, "kitchen"), Level.CONTROL, KEYS.session_psk(Level.CONTROL))
        self.responder.take_hello(name, opening.hello)
        return opening

    def welcomes(self, name: str) -> int:
        return sum(recipient == name and isinstance(form, Welcome) for recipient, form in self.sent)

    def confirm(self, name: str) -> tuple[bytes, Sender]:
        """A session with data in it; gives its id, and what the initiator seals with."""
        opening = self.hello(name)
        welcome = self.sent[-1][1]
        assert isinstance(welcome, Welcome)
        made, _ = opening.finish(welcome)
        sender = Sender(Kind.DATA, opening.session_id, made.initiator_key)
        self.say(name, sender)
        return opening.session_id, sender

    def say(self, name: str, sender: Sender) -> None:
        ping = Envelope(MessageType.COMMAND, id='"1"', name="seal.ping", recipients=("kitchen",))
        self.responder.take_data(name, box_of(sender.seal(encode_inner(ping))))

    def is_known(self, name: str, sender: Sender) -> bool:
        self.sent.clear()
        self.say(name, sender)
        return not isinstance(self.sent[-1][1], Unknown)

    def test_a_hello_is_taken_once(self) -> None:
        opening = self.hello("phone")
        self.assertFalse(self.responder.take_hello("phone", opening.hello))
        self.assertEqual(self.welcomes("phone"), 1)

    def test_a_fifth_hello_without_data_is_not_worked_for(self) -> None:
        for _ in range(5):
            self.hello("phone")
        self.assertEqual(self.welcomes("phone"), 4)
        self.hello("tablet")
        self.assertEqual(self.welcomes("tablet"), 1)

    def test_a_session_without_data_ends_after_ten_seconds(self) -> None:
        for _ in range(4):
            self.hello("phone")
        self.clock.time += 10
        self.hello("phone")
        self.assertEqual(self.welcomes("phone"), 5)

    def test_beyond_sixty_four_the_greediest_loses_its_oldest(self) -> None:
        oldest = self.hello("greedy")
        welcome = self.sent[-1][1]
        assert isinstance(welcome, Welcome)
        self.clock.time += 1
        self.hello("greedy")
        for index in range(62):
            self.hello(f"member {index}")
        self.hello("one more")
        self.assertEqual(self.welcomes("one more"), 1)
        made, _ = oldest.finish(welcome)
        self.assertFalse(self.is_known("greedy", Sender(Kind.DATA, oldest.session_id, made.initiator_key)))

    def test_hellos_never_displace_a_session_with_data(self) -> None:
        _, sender = self.confirm("phone")
        for index in range(200):
            self.hello(f"member {index}")
        self.assertTrue(self.is_known("phone", sender))

    def test_a_session_with_data_ends_after_an_hour_idle(self) -> None:
        _, sender = self.confirm("phone")
        self.clock.time += 3599
        self.assertTrue(self.is_known("phone", sender))
        self.clock.time += 3600
        self.assertFalse(self.is_known("phone", sender))

    def test_beyond_a_thousand_the_greediest_loses_its_longest_idle(self) -> None:
        _, first = self.confirm("greedy")
        self.clock.time += 1
        self.confirm("greedy")
        one_id, _ = self.confirm("member")
        session = self.responder._sessions[one_id]
        for index in range(limits.SEAL_SESSIONS_MAX - 3):
            fake_id = index.to_bytes(16, "big")
            self.responder._sessions[fake_id] = type(session)(
                f"member {index}", fake_id, session.level, session.sender, session.receiver, self.clock.time,
                self.clock.time, is_confirmed=True)
        self.confirm("one more")
        self.assertEqual(len(self.responder._sessions), limits.SEAL_SESSIONS_MAX)
        self.assertFalse(self.is_known("greedy", first))

    def test_a_session_belongs_to_its_initiator(self) -> None:
        _, sender = self.confirm("phone")
        self.sent.clear()
        self.say("tablet", sender)
        self.assertEqual(self.sent, [])
        self.assertTrue(self.is_known("phone", sender))

    def test_a_level_that_it_has_no_key_for_is_dropped(self) -> None:
        member = SealedMember("home", "kitchen", keys.ChannelKeys(view=KEYS.view), self.clock, self.send, lambda: 2**24)
        responder = Responder(member, bytes([7] * 32), lambda level: [])
        opening = Opening(Parties("home", "phone", "kitchen"), Level.CONTROL, KEYS.session_psk(Level.CONTROL))
        self.assertFalse(responder.take_hello("phone", opening.hello))
        self.assertEqual(self.sent, [])

    def test_an_inner_message_of_another_type_is_dropped(self) -> None:
        _, sender = self.confirm("phone")
        for message_type in (MessageType.RESPONSE, MessageType.BROADCAST):
            inner = Envelope(message_type, name="shell.run", recipients=("kitchen",))
            self.assertIsNone(self.responder.take_data("phone", box_of(sender.seal(encode_inner(inner)))))
        self.assertIsNone(self.responder.take_data("phone", box_of(sender.seal(b"garbage"))))
        self.assertTrue(self.is_known("phone", sender))


class InitiatorTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        self.hellos: list[str | None] = []
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        member = SealedMember("home", "phone", KEYS, Turned(), self.send, lambda: 2**24)
        self.initiator = Initiator(member, KnownDevices(folder), lost=lambda *_: None, learned=lambda *_: None)

    def send(self, _: MessageType, recipient: str | None, blob: bytes) -> str:
        if isinstance(parse_form(blob), Hello):
            self.hellos.append(recipient)
            self.initiator_answers(recipient)
        return '"id"'

    def initiator_answers(self, name: str | None) -> None:
        raise Failure(404, "no such subscriber")

    async def test_so_many_devices_are_remembered_and_no_more(self) -> None:
        for index in range(limits.SEAL_SESSIONS_MAX + 50):
            with self.assertRaises(Failure):
                await self.initiator.ready(f"device {index}")
        self.assertEqual(len(self.initiator._peers), limits.SEAL_SESSIONS_MAX)


class GenerationTest(unittest.TestCase):
    def setUp(self) -> None:
        self.clock = Turned()
        self.sender = Sender(Kind.DATA, bytes(16), bytes(32), self.clock.now)

    def generation_of(self, blob: bytes) -> int:
        return box_of(blob).generation

    def test_a_key_is_raised_after_so_many_messages(self) -> None:
        blobs = [self.sender.seal(b"") for _ in range(limits.SEAL_GENERATION_MESSAGES + 1)]
        self.assertEqual([self.generation_of(blob) for blob in blobs[-2:]], [0, 1])
        receiver = Receiver(bytes(32))
        for blob in blobs:
            self.assertEqual(receiver.open(box_of(blob)), (b"", 0))

    def test_a_key_is_raised_after_so_many_bytes(self) -> None:
        self.sender.seal(b"")
        self.sender._bytes = limits.SEAL_GENERATION_BYTES - 16
        self.assertEqual(self.generation_of(self.sender.seal(b"")), 0)
        self.assertEqual(self.generation_of(self.sender.seal(b"")), 1)

    def test_a_key_is_raised_after_so_long(self) -> None:
        self.clock.time += 599
        self.assertEqual(self.generation_of(self.sender.seal(b"")), 0)
        self.clock.time += 1
        self.assertEqual(self.generation_of(self.sender.seal(b"")), 1)
        self.clock.time += 6000
        self.assertEqual(self.generation_of(self.sender.seal(b"")), 2)

    def test_the_numbers_come_to_an_end(self) -> None:
        self.sender.next = primitives.REKEY_COUNTER - 1
        self.sender.seal(b"")
        self.assertTrue(self.sender.is_used_up)
        with self.assertRaises(SealError):
            self.sender.seal(b"")


class EventKeysTest(unittest.TestCase):
    def setUp(self) -> None:
        self.clock = Turned()
        self.senders = EventSenders(self.clock)
        self.receivers = EventReceivers(self.clock)

    def test_a_view_session_is_told_of_its_own_level_alone(self) -> None:
        self.assertEqual([key.level for key in self.senders.keys_for(Level.VIEW)], [Level.VIEW])
        self.assertEqual([key.level for key in self.senders.keys_for(Level.CONTROL)], [Level.VIEW, Level.CONTROL])

    def test_a_welcome_that_was_held_back_does_not_let_events_come_again(self) -> None:
        early = self.senders.keys_for(Level.CONTROL)
        self.receivers.learn("kitchen", early)
        event = box_of(self.senders.seal(Level.CONTROL, b"open the door"))
        self.assertEqual(self.receivers.open("kitchen", event), (b"open the door", 0))
        self.receivers.learn("kitchen", early)
        with self.assertRaises(SealError):
            self.receivers.open("kitchen", event)

    def test_who_comes_late_hears_what_is_new(self) -> None:
        old = box_of(self.senders.seal(Level.CONTROL, b"old"))
        self.receivers.learn("kitchen", self.senders.keys_for(Level.CONTROL))
        with self.assertRaises(SealError):
            self.receivers.open("kitchen", old)
        new = box_of(self.senders.seal(Level.CONTROL, b"new"))
        self.assertEqual(self.receivers.open("kitchen", new), (b"new", 0))

    def test_a_key_that_no_session_told_is_not_asked_for_again(self) -> None:
        event = box_of(self.senders.seal(Level.CONTROL, b"x"))
        with self.assertRaises(UnknownEventKey):
            self.receivers.open("kitchen", event)
        self.receivers.learn("kitchen", self.senders.keys_for(Level.VIEW))
        self.receivers.asked("kitchen", event.id)
        self.clock.time += 60
        with self.assertRaises(SealError):
            self.receivers.open("kitchen", event)
        self.receivers.came("kitchen")
        with self.assertRaises(UnknownEventKey):
            self.receivers.open("kitchen", event)

    def test_so_many_owners_are_remembered_and_no_more(self) -> None:
        for index in range(limits.SEAL_EVENT_OWNERS_MAX + 10):
            self.receivers.learn(f"device {index}", self.senders.keys_for(Level.CONTROL))
        self.assertEqual(len(self.receivers._owners), limits.SEAL_EVENT_OWNERS_MAX)
