# SPDX-License-Identifier: MIT
"""Streams of a real device, spoken by hand: what a right one looks like, and what becomes of every wrong one."""

import base64
import contextlib
import hashlib
import os
import pathlib
import unittest
from typing import Any

import harness
from foreign import Foreign
from test_transfers import wait_until

PASSWORD = "a long enough secret"
MIB = 1 << 20
CHUNK = 65536
OVERHEAD = 512
STREAMS_MAX = 256


class StreamTest(harness.Test):
    """A hub, a device with a folder, and a phone in their channel that writes every message itself."""

    def setUp(self) -> None:
        super().setUp()
        self.root = self._folder("root").resolve()
        self.hub = self.start_hub()
        self.agent = self.start_agent(self.hub, "kitchen", password=PASSWORD, flags=(), is_sealed=False,
                                      config=f'[files]\nroots = ["{self.root}"]\n')
        self.phone = Foreign.join(self.hub, "home", "phone", key=PASSWORD)
        self.addCleanup(self.phone.close)

    def make_file(self, name: str, size: int) -> bytes:
        content = os.urandom(size)
        (self.root / name).write_bytes(content)
        return content

    def send(self, stream: dict[str, Any], name: str = "files.read", content: bytes | None = None,
             phone: Foreign | None = None, **members: Any) -> None:
        message = {"messageType": "Command", "name": name, "recipients": ["kitchen"], "stream": stream, **members}
        if content is not None:
            message["blob"] = {"size": len(content), "content": base64.b64encode(content).decode()}
        (phone or self.phone).send(message)

    def open(self, stream_id: str, name: str, value: dict[str, Any], window: int = MIB) -> dict[str, Any]:
        """The Response that accepts the stream, or refuses it."""
        self.send({"window": window}, name, id=stream_id, value=value)
        return self.phone.next(lambda message: message.get("response", {}).get("requestId") == stream_id)

    def read(self, stream_id: str, name: str, window: int = MIB, **value: Any) -> dict[str, Any]:
        return self.open(stream_id, "files.read", {"path": f"{self.root}/{name}", **value}, window)

    def write(self, stream_id: str, name: str, content: bytes, **value: Any) -> dict[str, Any]:
        wish = {"path": f"{self.root}/{name}", "size": len(content), "transfer": f"{stream_id}transfer".lower()}
        return self.open(stream_id, "files.write", wish | value)

    def next_part(self, stream_id: str) -> dict[str, Any]:
        return self.phone.next(lambda message: message.get("stream", {}).get("id") == stream_id)

    def expect_abort(self, stream_id: str, code: int, says: str) -> None:
        while "abort" not in (stream := self.next_part(stream_id)["stream"]):
            pass
        self.assertEqual(stream["abort"]["code"], code, stream)
        self.assertIn(says, stream["abort"]["error"])

    def assert_well(self) -> None:
        """The device answers, and keeps nothing of what was."""
        self.make_file("well", 10)
        self.assertIn("stream", self.read("well", "well"))
        self.assertEqual(self.next_part("well")["stream"], {"id": "well", "seq": 0})


class RightTest(StreamTest):
    def test_a_file_comes_in_chunks_with_their_numbers_and_the_hash_at_the_end(self) -> None:
        content = self.make_file("big", 3 * CHUNK + 100)
        accepted = self.read("r1", "big")
        self.assertEqual((accepted["value"]["size"], accepted["originator"]), (len(content), "kitchen"))
        self.assertGreaterEqual(accepted["stream"]["window"], 16384)
        got = b""
        for seq in range(4):
            part = self.next_part("r1")
            self.assertEqual((part["messageType"], part["stream"]), ("Response", {"id": "r1", "seq": seq}))
            self.assertNotIn("response", part)
            got += base64.b64decode(part["blob"]["content"])
        end = self.next_part("r1")
        self.assertEqual(end["stream"], {"id": "r1", "seq": 4, "end": True})
        self.assertEqual(end["value"], {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)})
        self.assertEqual(got, content)

    def test_no_more_comes_than_the_window_allows_and_each_credit_brings_as_much(self) -> None:
        content = self.make_file("big", 10 * CHUNK)
        self.read("r1", "big", window=CHUNK + OVERHEAD)
        self.assertEqual(len(base64.b64decode(self.next_part("r1")["blob"]["content"])), CHUNK)
        self.phone.request("kitchen", "agent.ping", {})
        self.assertEqual(self.phone.sync(), [], "it sent more than it was allowed")
        self.send({"id": "r1", "credit": 10 * (CHUNK + OVERHEAD)})
        rest = b"".join(base64.b64decode(self.next_part("r1")["blob"]["content"]) for _ in range(9))
        self.assertEqual(rest, content[CHUNK:])

    def test_an_offset_gives_the_rest_and_the_hash_of_the_whole(self) -> None:
        content = self.make_file("big", 100_000)
        self.read("r1", "big", offset=99_990)
        self.assertEqual(base64.b64decode(self.next_part("r1")["blob"]["content"]), content[-10:])
        self.assertEqual(self.next_part("r1")["value"]["sha256"], hashlib.sha256(content).hexdigest())

    def test_a_file_that_is_written_is_there_when_its_hash_is_right(self) -> None:
        content = os.urandom(70_000)
        self.assertEqual(self.write("w1", "new", content)["value"], {"offset": 0})
        self.send({"id": "w1", "seq": 0}, "files.write", content[:CHUNK])
        self.send({"id": "w1", "seq": 1}, "files.write", content[CHUNK:])
        self.assertFalse((self.root / "new").exists())
        self.send({"id": "w1", "seq": 2, "end": True}, "files.write", value={"sha256": hashlib.sha256(content).hexdigest()})
        while "end" not in (part := self.next_part("w1"))["stream"]:
            self.assertIn("credit", part["stream"])
        self.assertEqual(part["value"]["size"], len(content))
        self.assertEqual((self.root / "new").read_bytes(), content)


class WrongTest(StreamTest):
    def test_chunks_out_of_order_end_it(self) -> None:
        self.write("w1", "new", bytes(30))
        self.send({"id": "w1", "seq": 1}, "files.write", b"later")
        self.expect_abort("w1", 503, "a chunk is missing")
        self.assertFalse((self.root / "new").exists())
        self.assert_well()

    def test_a_chunk_that_comes_twice_ends_it(self) -> None:
        self.write("w1", "new", bytes(30))
        for _ in range(2):
            self.send({"id": "w1", "seq": 0}, "files.write", b"once")
        self.expect_abort("w1", 503, "a chunk is missing")
        self.assert_well()

    def test_more_than_the_credit_ends_it(self) -> None:
        window = self.write("w1", "new", bytes(4 * MIB))["stream"]["window"]
        self.assertLess(window, 2 * MIB)
        # In one piece: what comes in several may have been granted back meanwhile.
        self.send({"id": "w1", "seq": 0}, "files.write", bytes(window - OVERHEAD + 1))
        self.expect_abort("w1", 400, "more was sent than was allowed")
        self.assert_well()

    def test_credit_beyond_its_bound_ends_it(self) -> None:
        self.make_file("big", 10 * MIB)
        self.read("r1", "big", window=1000)
        for credit in (1 << 31, 1 << 31):
            self.send({"id": "r1", "credit": credit})
        self.expect_abort("r1", 400, "more was allowed than a stream may have")
        self.assert_well()

    def test_a_chunk_for_a_stream_that_is_not_there_is_answered_once(self) -> None:
        for seq in range(3):
            self.send({"id": "nobody", "seq": seq}, content=b"x")
        self.send({"id": "nobody", "credit": 5})
        self.send({"id": "nobody", "abort": {"code": 404}})
        self.phone.request("kitchen", "agent.ping", {})
        self.send({"id": "nobody", "seq": 9, "end": True})
        parts = [message for message in self.phone.sync() if "stream" in message]
        self.assertEqual(parts, [], "an answer more than one, or none at all before the ping's")

    def test_the_one_answer_is_a_404(self) -> None:
        self.send({"id": "nobody", "seq": 0}, content=b"x")
        self.expect_abort("nobody", 404, "there is no such stream")

    def test_nobody_can_say_anything_in_the_stream_of_another(self) -> None:
        self.make_file("big", 10 * CHUNK)
        self.read("r1", "big", window=CHUNK + OVERHEAD)
        self.next_part("r1")
        with Foreign.join(self.hub, "home", "thief", key=PASSWORD) as thief:
            for stream in ({"id": "r1", "credit": MIB}, {"id": "r1", "abort": {"code": 500}}):
                self.send(stream, phone=thief)
            thief.request("kitchen", "agent.ping", {})
            self.assertEqual([one for one in thief.sync() if "stream" in one], [])
        self.send({"id": "r1", "credit": CHUNK + OVERHEAD})
        self.assertEqual(self.next_part("r1")["stream"], {"id": "r1", "seq": 1})

    def test_the_same_id_twice_is_a_conflict(self) -> None:
        self.make_file("big", 10 * MIB)
        self.read("r1", "big", window=1000)
        self.assertEqual(self.read("r1", "big", window=1000)["response"]["responseCode"], 409)
        self.assert_well()

    def test_what_makes_no_sense_is_refused_or_passed_over(self) -> None:
        for stream in ([], "x", 5, {}, {"id": "a"}, {"window": -1}, {"window": 1e99}, {"id": {}, "seq": 1},
                       {"window": 5, "id": "a"}, {"id": "a", "seq": 1, "credit": 1}):
            self.send(stream, id="bad", value={"path": "/"})
        self.assert_well()

    def test_streams_that_are_opened_and_never_read_are_bounded(self) -> None:
        self.make_file("big", 10 * MIB)
        before = self.agent.resident_bytes()
        refused = 0
        for number in range(STREAMS_MAX + 50):
            refused += self.read(f"open{number}", "big", window=300_000)["response"]["responseCode"] == 429
        self.assertGreaterEqual(refused, 50)
        if not harness.is_sanitized():
            self.assertLess(self.agent.resident_bytes() - before, 128 * MIB)
        self.send({"id": "open0", "abort": {"code": 503}})
        self.phone.request("kitchen", "agent.ping", {})
        self.assertIn("stream", self.read("again", "big"))

    def test_all_of_them_end_with_the_connection_that_opened_them(self) -> None:
        self.make_file("big", 10 * MIB)
        with Foreign.join(self.hub, "home", "other", key=PASSWORD) as other:
            for number in range(5):
                self.send({"window": 1000}, id=f"o{number}", phone=other, value={"path": f"{self.root}/big"})
            other.request("kitchen", "agent.ping", {})
        self.phone.next(lambda message: message.get("name") == "hub.left")
        wait_until(lambda: f"{self.root}/big" not in self.open_files(), "the end of what a worker had in hand")

    def open_files(self) -> list[str]:
        names = []
        for fd in pathlib.Path(f"/proc/{self.agent.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                names.append(os.readlink(fd))
        return names

    def test_a_wrong_hash_keeps_nothing(self) -> None:
        self.write("w1", "new", b"12345")
        self.send({"id": "w1", "seq": 0}, "files.write", b"12345")
        self.send({"id": "w1", "seq": 1, "end": True}, "files.write", value={"sha256": "0" * 64})
        self.expect_abort("w1", 500, "its hash differs")
        self.phone.request("kitchen", "files.list", {"path": str(self.root)})
        self.assertEqual(list(self.root.iterdir()), [])

    def test_a_transfer_cannot_name_another_place(self) -> None:
        for transfer in ("../../etc/passwd", "a/b", "", "UPPER_CASE_NAME", "x" * 65):
            answer = self.write("w1", "new", b"1", transfer=transfer)
            self.assertEqual(answer["response"]["responseCode"], 400, answer)


if __name__ == "__main__":
    unittest.main()
