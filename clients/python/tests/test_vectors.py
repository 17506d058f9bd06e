# SPDX-License-Identifier: MIT
"""Runs spec/vectors as far as they concern one who receives what a hub has let through."""

import json
import unittest
from collections.abc import Callable
from typing import Any

from malinka.binary import decode_binary, decode_text
from malinka.decode import decode_envelope
from malinka.envelope import Envelope
from malinka.errors import DecodeError
from malinka.join import Join, encode_join
from malinka.names import problem_of_name
from tests import vectors

#: What only the hub judges: to whom a message may go, and until when.
HUBS_ERRORS = {"bad_recipients", "too_many_recipients", "bad_expires_at"}
#: What passes the hub and means nothing to it.
HUBS_FILES = {"blob_escaped_content.json", "blob_size_max.json"}


class MessageVectorsTest(unittest.TestCase):
    def test_those_of_envelopes_hold(self) -> None:
        self.run_folder("envelopes", lambda message: decode_envelope(decode_text(message)))

    def test_those_of_binary_messages_hold(self) -> None:
        self.run_folder("binary", decode_binary)

    def run_folder(self, folder: str, decode: Callable[[bytes], Envelope]) -> None:
        for file, vector in vectors.load(folder):
            if file in HUBS_FILES or vector["expect"].get("error") in HUBS_ERRORS:
                continue
            with self.subTest(file):
                try:
                    envelope = decode(vectors.expand(vector["input"]))
                except DecodeError:
                    self.assertFalse(vector["expect"]["ok"])
                    continue
                self.assertTrue(vector["expect"]["ok"])
                self.check(envelope, vector["expect"])

    def check(self, envelope: Envelope, expect: dict[str, Any]) -> None:
        blob, outcome = envelope.blob, envelope.response
        seen = {"messageType": envelope.message_type, "id": envelope.id, "name": envelope.name,
                "requestId": outcome.request_id if outcome else None,
                "blobHex": blob.content.hex() if blob else ""}
        for name in seen.keys() & expect.keys():
            self.assertEqual(seen[name], expect[name], name)
        if "recipients" in expect:
            self.assertEqual(set(envelope.recipients), set(expect["recipients"]))
        if "value" in expect:
            self.assertEqual(envelope.value, json.loads(expect["value"]))


class JoinVectorsTest(unittest.TestCase):
    def test_we_write_what_they_accept(self) -> None:
        for file, vector in vectors.load("joins"):
            if not vector["expect"]["ok"]:
                continue
            with self.subTest(file):
                join = json.loads(vectors.expand(vector["input"]))
                self.assertIsNone(problem_of_name(join["subscriber"]))
                wanted = Join(join["channel"], join["subscriber"], join.get("key"), join.get("instance") or "i",
                              join.get("device") is True)
                written = json.loads(encode_join(wanted))
                for name in ("messageType", "channel", "subscriber", "key", "device"):
                    self.assertEqual(written.get(name) or None, join.get(name) or None)
