# SPDX-License-Identifier: MIT
"""What a fuzz target is elsewhere: every parser is fed its vectors with random damage. It may refuse
them, in the one way that it has; it may not fail otherwise. MALINKA_MUTATIONS says how many of each."""

import os
import random
import unittest
from collections.abc import Callable

from malinka.binary import decode_binary, decode_inner, decode_text
from malinka.decode import decode_envelope
from malinka.errors import DecodeError, Failure
from malinka.join import decode_join_answer
from malinka.seal.boxes import Receiver
from malinka.seal.errors import SealError
from malinka.seal.event_keys import parse_event_keys
from malinka.seal.forms import Box, Welcome, parse_form
from malinka.seal.handshake import Opening, Parties
from malinka.seal.keys import Level, parse_view_link
from malinka.state import find_known
from tests import vectors

COUNT = int(os.environ.get("MALINKA_MUTATIONS", "20"))
LONGEST = 5000


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Changed, cut, repeated or extended in a few places."""
    bytes_ = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at, end = sorted(chance.randint(0, len(bytes_)) for _ in range(2))
        match chance.randrange(5):
            case 0:
                bytes_[at:at + 1] = chance.randbytes(1)
            case 1:
                del bytes_[at:min(end, at + 8)]
            case 2:
                bytes_[at:at] = bytes_[at:end]
            case 3:
                bytes_[at:at] = chance.choice((b'"', b"\\", b"{", b"[", b"}", b",", b"\xff", b"\\u", b"null", b"1e999", bytes(4)))
            case 4:
                del bytes_[end:]
        del bytes_[LONGEST:]
    return bytes(bytes_)


class MutationTest(unittest.TestCase):
    def feed(self, folder: str, parse: Callable[[bytes], object], *refusals: type[Exception]) -> None:
        chance = random.Random(f"mutations of {folder}")
        for file, vector in vectors.load(folder):
            if "input" not in vector:
                continue
            whole = vectors.expand(vector["input"])[:LONGEST]
            for _ in range(COUNT):
                content = damaged(whole, chance)
                with self.subTest(file, content=content.hex()):
                    try:
                        parse(content)
                    except refusals:
                        pass

    def test_envelopes(self) -> None:
        self.feed("envelopes", lambda content: decode_envelope(decode_text(content)), DecodeError)

    def test_binary_messages(self) -> None:
        self.feed("binary", decode_binary, DecodeError)

    def test_inner_messages(self) -> None:
        self.feed("sealed/inner", decode_inner, DecodeError)

    def test_forms(self) -> None:
        self.feed("sealed/forms", self.round_trip, SealError)

    def round_trip(self, content: bytes) -> None:
        self.assertEqual(parse_form(content).encode(), content)

    def test_files_of_known_devices(self) -> None:
        self.feed("sealed/known_devices", lambda content: find_known(content, "home", "kitchen"))

    def test_view_links(self) -> None:
        self.feed("sealed/view_links", lambda content: parse_view_link(content.decode(errors="replace")), SealError)

    def test_join_answers(self) -> None:
        self.feed("joins", lambda content: decode_join_answer(content.decode(errors="replace")), Failure)

    def test_welcomes_and_what_they_carry(self) -> None:
        opening = Opening(Parties("home", "phone", "kitchen"), Level.CONTROL, bytes(32))

        def take(content: bytes) -> None:
            form = parse_form(content)
            if isinstance(form, Welcome):
                opening.finish(form)
                self.fail("nobody has said that")
        self.feed("sealed/handshakes", take, SealError)
        self.feed("sealed/handshakes", parse_event_keys, SealError)

    def test_no_damage_to_a_box_is_passed_over(self) -> None:
        chance = random.Random("boxes")
        for file, vector in vectors.load("sealed/boxes"):
            given = vector["given"]
            for step in vector.get("receiver", []):
                whole = bytes.fromhex(step["blobHex"])
                for content in (damaged(whole, chance) for _ in range(COUNT)):
                    receiver = Receiver(bytes.fromhex(given["keyHex"]))
                    with self.subTest(file, content=content.hex()):
                        try:
                            form = parse_form(content)
                            if isinstance(form, Box):
                                receiver.open(form)
                                self.assertIn(content, self.good_boxes())
                        except SealError:
                            self.assertEqual((receiver.generation, receiver.next), (0, 0))

    def good_boxes(self) -> set[bytes]:
        return {bytes.fromhex(step["blobHex"]) for _, vector in vectors.load("sealed/boxes")
                for step in vector.get("receiver", []) + vector.get("sender", [])}
