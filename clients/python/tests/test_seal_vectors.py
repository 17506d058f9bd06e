# SPDX-License-Identifier: MIT
"""Runs spec/vectors/sealed; its README.md says what the members mean."""

import subprocess
import sys
import unittest
from typing import Any

from malinka.binary import decode_inner
from malinka.errors import DecodeError
from malinka.seal import keys, noise, primitives
from malinka.seal.boxes import Receiver, Sender
from malinka.seal.errors import SealError
from malinka.seal.event_keys import EventKey
from malinka.seal.forms import Box, Form, Hello, Kind, Unknown, Welcome, parse_form
from malinka.seal.handshake import Opening, Parties, SessionKeys, answer_hello
from malinka.seal.identity import fingerprint
from malinka.seal.keys import Level
from malinka.state import find_known
from tests import vectors

KINDS = {"data": Kind.DATA, "event": Kind.EVENT}
REFUSED = {"ok": False}


def hex_of(given: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(given[name + "Hex"])


class NoiseTest(unittest.TestCase):
    def test_the_published_vectors_hold(self) -> None:
        for file, vector in vectors.load("sealed/noise"):
            with self.subTest(file):
                self.check(vector["given"], vector["expect"])

    def check(self, given: dict[str, Any], expect: dict[str, Any]) -> None:
        prologue, psk = hex_of(given, "prologue"), hex_of(given, "psk")
        initiator = noise.Initiator(prologue, psk, hex_of(given, "initiatorEphemeral"))
        responder = noise.Responder(prologue, psk, hex_of(given, "responderStatic"),
                                    hex_of(given, "responderEphemeral"))
        first, second, *later = [(hex_of(one, "payload"), hex_of(one, "ciphertext")) for one in expect["messages"]]
        self.assertEqual(initiator.write_message_1(first[0]), first[1])
        self.assertEqual(responder.read_message_1(first[1]), first[0])
        message, secrets = responder.write_message_2(second[0])
        self.assertEqual(message, second[1])
        payload, identity, heard = initiator.read_message_2(message)
        self.assertEqual((payload, heard), (second[0], secrets))
        self.assertEqual(identity, primitives.public_key(hex_of(given, "responderStatic")))
        if "handshakeHashHex" in expect:
            self.assertEqual(secrets.handshake_hash, hex_of(expect, "handshakeHash"))
        for index, (payload, ciphertext) in enumerate(later):
            key = secrets.responder_key if index % 2 else secrets.initiator_key
            self.assertEqual(primitives.encrypt(key, index // 2, b"", payload), ciphertext)
            self.assertEqual(primitives.decrypt(key, index // 2, b"", ciphertext), payload)


class KeysTest(unittest.TestCase):
    def test_the_vectors_of_passwords_hold(self) -> None:
        for file, vector in vectors.load("sealed/keys"):
            with self.subTest(file):
                made = keys.channel_keys(**vector["given"])
                self.assertIsNotNone(made.control)
                seen = self.seen(made) | {"controlHex": (made.control or b"").hex(),
                                          "controlPskHex": made.session_psk(Level.CONTROL).hex()}
                self.assertEqual(seen, vector["expect"])

    def test_the_vectors_of_view_links_hold(self) -> None:
        for file, vector in vectors.load("sealed/view_links"):
            with self.subTest(file):
                try:
                    made = keys.parse_view_link(vectors.expand(vector["input"]).decode())
                    seen = {"ok": True} | self.seen(made)
                except SealError:
                    seen = REFUSED
                self.assertEqual(seen, vector["expect"])

    def seen(self, made: keys.ChannelKeys) -> dict[str, Any]:
        return {"viewHex": made.view.hex(), "joinKey": made.join_key, "viewLink": made.view_link,
                "viewPskHex": made.session_psk(Level.VIEW).hex()}


class FormsTest(unittest.TestCase):
    def test_the_vectors_hold(self) -> None:
        for file, vector in vectors.load("sealed/forms"):
            with self.subTest(file):
                blob = vectors.expand(vector["input"])
                try:
                    form = parse_form(blob)
                except SealError as refused:
                    self.assertEqual(REFUSED | {"error": refused.error}, vector["expect"])
                    continue
                self.assertEqual({"ok": True} | seen(form), vector["expect"])
                self.assertEqual(form.encode(), blob)


def seen(form: Form) -> dict[str, Any]:
    match form:
        case Hello(level, session_id, message):
            return {"kind": "hello", "level": level, "sessionIdHex": session_id.hex(), "noiseHex": message.hex()}
        case Welcome(session_id, message):
            return {"kind": "welcome", "sessionIdHex": session_id.hex(), "noiseHex": message.hex()}
        case Box(kind, some_id, generation, counter, box):
            id_name = "sessionIdHex" if kind == Kind.DATA else "keyIdHex"
            return {"kind": kind.name.lower(), id_name: some_id.hex(), "generation": generation,
                    "counter": str(counter), "boxHex": box.hex()}
        case Unknown(session_id):
            return {"kind": "unknown", "sessionIdHex": session_id.hex()}


class HandshakesTest(unittest.TestCase):
    def test_the_vectors_hold(self) -> None:
        for file, vector in vectors.load("sealed/handshakes"):
            with self.subTest(file):
                seen = self.refusal(vector) if "end" in vector else self.handshake(vector["given"])
                self.assertEqual(seen, vector["expect"])

    def handshake(self, given: dict[str, Any]) -> dict[str, Any]:
        opening = self.opening(given)
        welcome, made = self.answer(given, opening.hello)
        heard, event_keys = opening.finish(welcome)
        self.assertEqual(heard, made)
        self.assertEqual(event_keys, self.event_keys(given))
        return {"ok": True, "helloHex": opening.hello.encode().hex(), "welcomeHex": welcome.encode().hex(),
                "initiatorKeyHex": made.initiator_key.hex(), "responderKeyHex": made.responder_key.hex(),
                "identityHex": made.identity.hex(), "fingerprint": fingerprint(made.identity)}

    def refusal(self, vector: dict[str, Any]) -> dict[str, Any]:
        """What the one end makes of what comes."""
        given, blob = vector["given"], vectors.expand(vector["input"])
        try:
            form = parse_form(blob)
            if vector["end"] == "responder":
                assert isinstance(form, Hello)
                self.answer(given, form)
            else:
                assert isinstance(form, Welcome)
                self.take_welcomes(given, form)
        except SealError:
            return REFUSED
        return {"ok": True}

    def take_welcomes(self, given: dict[str, Any], wrong: Welcome) -> None:
        """Raises for the wrong one, and proves that the right one is still taken afterwards."""
        opening = self.opening(given)
        try:
            opening.finish(wrong)
        finally:
            right, made = self.answer(given, opening.hello)
            self.assertEqual(opening.finish(right)[0], made)

    def opening(self, given: dict[str, Any]) -> Opening:
        return Opening(self.parties(given), Level(given["level"]), hex_of(given, "psk"), hex_of(given, "sessionId"),
                       hex_of(given, "initiatorEphemeral"))

    def answer(self, given: dict[str, Any], hello: Hello) -> tuple[Welcome, SessionKeys]:
        return answer_hello(hello, self.parties(given), hex_of(given, "psk"), hex_of(given, "responderStatic"),
                            self.event_keys(given), hex_of(given, "responderEphemeral"))

    def parties(self, given: dict[str, Any]) -> Parties:
        return Parties(given["channel"], given["initiator"], given["responder"])

    def event_keys(self, given: dict[str, Any]) -> list[EventKey]:
        return [EventKey(Level(key["level"]), hex_of(key, "keyId"), hex_of(key, "key"), key["generation"],
                         int(key["next"])) for key in given["eventKeys"]]


class BoxesTest(unittest.TestCase):
    def test_the_vectors_hold(self) -> None:
        for file, vector in vectors.load("sealed/boxes"):
            with self.subTest(file):
                self.assertIn(("sender" in vector) + ("receiver" in vector), (1, 2))
                self.send(vector["given"], vector.get("sender", []))
                self.receive(vector["given"], vector.get("receiver", []))

    def send(self, given: dict[str, Any], steps: list[dict[str, Any]]) -> None:
        sender = Sender(KINDS[given["kind"]], hex_of(given, "id"), hex_of(given, "key"))
        for step in steps:
            if step.get("raise"):
                sender.raise_generation()
            self.assertEqual(sender.seal(vectors.expand(step["plaintext"])).hex(), step["blobHex"])

    def receive(self, given: dict[str, Any], steps: list[dict[str, Any]]) -> None:
        receiver = Receiver(hex_of(given, "key"), given.get("generation", 0), int(given.get("next", "0")))
        for index, step in enumerate(steps):
            self.assertEqual((index, self.opened(receiver, hex_of(step, "blob"))), (index, step["expect"]))

    def opened(self, receiver: Receiver, blob: bytes) -> dict[str, Any]:
        try:
            form = parse_form(blob)
            assert isinstance(form, Box)
            plaintext, lost = receiver.open(form)
        except SealError:
            return REFUSED
        return {"ok": True, "plaintextHex": plaintext.hex(), "lost": lost}


class InnerTest(unittest.TestCase):
    def test_the_vectors_hold(self) -> None:
        for file, vector in vectors.load("sealed/inner"):
            with self.subTest(file):
                expect = dict(vector["expect"])
                expect.pop("envelope", None)
                try:
                    blob = decode_inner(vectors.expand(vector["input"])).blob
                    seen: dict[str, Any] = {"ok": True, "blobHex": blob.content.hex() if blob else ""}
                except DecodeError as refused:
                    seen = REFUSED | {"error": refused.error}
                self.assertEqual(seen, expect)


class KnownDevicesTest(unittest.TestCase):
    def test_the_vectors_hold(self) -> None:
        for file, vector in vectors.load("sealed/known_devices"):
            with self.subTest(file):
                key = find_known(vectors.expand(vector["input"]), **vector["given"])
                self.assertEqual({"keyHex": key.hex() if key else None}, vector["expect"])


class MakeTest(unittest.TestCase):
    def test_the_vectors_are_as_they_were_made(self) -> None:
        script = vectors.ROOT / "spec/vectors/sealed/make.py"
        done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
