# SPDX-License-Identifier: MIT
"""Bad input to the hub, from outside: each gets its clear answer, and the hub goes on."""

import json
import socket
import struct
import time

import harness
import raw_peer
from foreign import Closed, Foreign, binary_message

MIB = 1 << 20


def is_report(message: dict, code: int) -> bool:
    return message["originator"] == "@hub" and message.get("response", {}).get("responseCode") == code


class BadInputTest(harness.Test):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()

    def tearDown(self) -> None:
        """Whatever came in, the hub still serves the next one."""
        with Foreign.join(self.hub, "afterwards", "someone") as client:
            client.sync()
        self.assertTrue(self.hub.is_running())

    def connect(self) -> Foreign:
        client = Foreign(self.hub.url)
        self.addCleanup(client.close)
        return client

    def join(self, subscriber: str = "fool", channel: str = "home", **members) -> Foreign:
        client = Foreign.join(self.hub, channel, subscriber, **members)
        self.addCleanup(client.close)
        return client

    def assert_join_refused(self, first: str | bytes, code: int) -> None:
        client = self.connect()
        client.send(first)
        answer = client.receive()
        self.assertEqual((answer["name"], answer["originator"]), ("Join", "@hub"))
        self.assertEqual((answer["response"]["success"], answer["response"]["responseCode"]), (False, code))
        self.assertGreater(len(answer["response"]["error"]), 5)
        self.assertEqual(client.wait_closed(), 4000 + code)

    def assert_refused(self, client: Foreign, message: str | bytes, code: int = 400, request_id=None) -> None:
        client.send(message)
        report = client.next(lambda got: is_report(got, code))
        self.assertEqual(report["response"]["requestId"], request_id)
        self.assertGreater(len(report["response"]["error"]), 5)

    def raw(self) -> socket.socket:
        connection = socket.create_connection((self.hub.address, self.hub.port))
        self.addCleanup(connection.close)
        connection.settimeout(harness.RUN_SECONDS)
        return connection

    # Joins

    def test_joins_that_are_none_are_refused_with_400(self) -> None:
        def join(**members) -> str:
            return json.dumps({"messageType": "Join", "channel": "home", "subscriber": "x"} | members)
        cases = {
            "without channel": '{"messageType":"Join","subscriber":"x"}',
            "without subscriber": '{"messageType":"Join","channel":"home"}',
            "a name of 129 bytes": join(subscriber="x" * 129),
            "a name of 65 two-byte characters": join(subscriber="é" * 65),
            "an empty name": join(subscriber=""),
            "a control character": join(subscriber="a\nb"),
            "a C1 control character": join(subscriber="a\u0085b"),
            "a star": join(subscriber="*"),
            "a name of the hub's own": join(subscriber="@hub"),
            "a channel that is no string": join(channel=17),
            "a key that is no string": join(key=17),
            "a key beyond its limit": join(key="k" * 1025),
            "a routing member twice": '{"messageType":"Join","channel":"home","channel":"b","subscriber":"x"}',
            "not JSON": "{",
            "null": "null",
            "a Command instead": '{"messageType":"Command","name":"x","recipients":["y"]}',
            "an unknown type": '{"messageType":"Hello"}',
            "a binary message": b"\x02\0\0\0{}",
            "one beyond every limit": join(padding="x" * MIB),
        }
        for name, first in cases.items():
            with self.subTest(name):
                self.assert_join_refused(first, 400)

    def test_a_name_of_128_bytes_is_accepted(self) -> None:
        self.join("x" * 128, channel="c" * 128)

    def test_a_second_join_is_refused_and_the_connection_stays(self) -> None:
        client = self.join()
        self.assert_refused(client, '{"messageType":"Join","channel":"other","subscriber":"y"}')
        self.assertEqual(client.request("@hub", "hub.list")["value"]["subscribers"], ["fool"])

    def test_a_key_offered_to_an_open_channel_is_refused(self) -> None:
        self.join("owner")
        _, answer = Foreign.try_join(self.hub, "home", "x", key="superfluous")
        self.assertEqual(answer["response"]["responseCode"], 401)
        self.assertIn("open", answer["response"]["error"])

    def test_a_join_that_does_not_come_is_refused_with_408(self) -> None:
        client = self.connect()
        answer = client.receive()
        self.assertEqual(answer["response"]["responseCode"], 408)
        self.assertEqual(client.wait_closed(), 4408)

    def test_a_thousand_wrong_keys_lock_out_their_address_and_nobody_else(self) -> None:
        owner = self.join("owner", key="right")
        codes = []
        for number in range(1000):
            client, answer = Foreign.try_join(self.hub, "home", f"x{number}", key=f"wrong-{number}",
                                              local="127.0.0.2")
            codes.append(answer["response"]["responseCode"])
            client.close()
        self.assertEqual(set(codes), {401, 429})
        self.assertLess(codes.count(401), 50)
        self.assertGreater(answer["value"]["retryAfterSeconds"], 0)
        _, locked_out = Foreign.try_join(self.hub, "home", "late", key="right", local="127.0.0.2")
        self.assertEqual(locked_out["response"]["responseCode"], 429)
        elsewhere, answer = Foreign.try_join(self.hub, "home", "friend", key="right", local="127.0.0.3")
        self.assertTrue(answer["response"]["success"])
        self.addCleanup(elsewhere.close)
        owner.sync()

    # Messages

    def test_messages_that_cannot_be_routed_are_refused_with_400(self) -> None:
        client = self.join()
        cases = {
            "an unknown type": '{"messageType":"Hello"}',
            "no type": '{"name":"x","recipients":["y"]}',
            "a type in another letter case": '{"messageType":"command","recipients":["y"]}',
            "recipients that are no list": '{"messageType":"Command","recipients":"y"}',
            "recipients that are no strings": '{"messageType":"Command","recipients":[1]}',
            "no recipients": '{"messageType":"Command","recipients":[]}',
            "a star among others": '{"messageType":"Command","recipients":["*","y"]}',
            "a Response to two": '{"messageType":"Response","recipients":["y","z"],"response":{}}',
            "a routing member twice": '{"messageType":"Command","recipients":["y"],"recipients":["z"]}',
            "originator twice": '{"messageType":"Broadcast","originator":"a","originator":"b"}',
            "an escaped name": '{"messageType":"Broadcast","\\u006friginator":"a"}',
            "an escaped name inside response": '{"messageType":"Response","recipients":["y"],"response":{"\\u0072":1}}',
            "a bad expiresAt": '{"messageType":"Command","recipients":["y"],"expiresAt":"tomorrow"}',
            "an id that is an object": '{"messageType":"Command","recipients":["y"],"id":{}}',
            "an id of 65 bytes": '{"messageType":"Command","recipients":["y"],"id":"' + "i" * 65 + '"}',
        }
        for name, message in cases.items():
            with self.subTest(name):
                client.send(message)
                client.next(lambda got: is_report(got, 400))

    def test_every_way_of_not_being_json_is_refused(self) -> None:
        client = self.join()
        for rest in ("", ",", '"value"', '"value":', '"value":01', '"value":+1', '"value":.5', '"value":1.', '"value":1e',
                     '"value":0x1', '"value":tru', '"value":NaN', '"value":[1,]', '"value":[1,,2]', '"value":{,}',
                     '"value":"\t"', '"value":"\\q"', '"value":"\\u12g4"', '"value":"', "'value':1", '"value":1,',
                     '"value":[}', '"value":{"a" 1}', '"value":{"a":1 "b":2}', '"value":-', '"value":/**/1'):
            with self.subTest(rest):
                self.assert_refused(client, '{"messageType":"Broadcast",' + rest + "}")
        for text in ("", " ", "{}{}", '{"messageType":"Broadcast"} x', "\ufeff{}"):
            with self.subTest(text):
                self.assert_refused(client, text)

    def test_a_number_of_thirty_digits_is_json(self) -> None:
        client, other = self.join(), self.join("other")
        client.send('{"messageType":"Broadcast","name":"n","value":123456789012345678901234567890}')
        while '"name":"n"' not in (raw := other.receive_raw()):
            pass
        self.assertIn(":123456789012345678901234567890}", raw)

    def test_the_id_of_a_refused_message_is_echoed_where_it_can_be_found(self) -> None:
        self.assert_refused(self.join(), '{"id":"q-7","messageType":"Command"}', request_id="q-7")

    def test_ten_thousand_recipients_are_each_answered_for(self) -> None:
        client = self.join()
        names = [f"nobody-{number}" for number in range(10_000)]
        client.send({"messageType": "Command", "id": 1, "name": "x", "recipients": names})
        reported = {client.next(lambda got: is_report(got, 404))["value"]["recipient"] for _ in names}
        self.assertEqual(reported, set(names))
        self.assert_refused(client, json.dumps({"messageType": "Command", "id": 2, "recipients": names + ["one-more"]}),
                            request_id=2)

    def test_nesting_of_ten_thousand_is_refused_and_a_thousand_passes(self) -> None:
        client, other = self.join(), self.join("other")
        deep = '{"messageType":"Broadcast","name":"deep","value":%s}'
        self.assert_refused(client, deep % ("[" * 10_000 + "]" * 10_000))
        self.assert_refused(client, deep % ('{"a":' * 10_000 + "1" + "}" * 10_000))
        client.send(deep % ("[" * 1000 + "]" * 1000))
        while '"deep"' not in other.receive_raw():
            pass

    def test_invalid_utf8_in_a_text_message_closes_with_1007(self) -> None:
        connection = self.raw()
        connection.sendall(b"GET /bus HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        connection.sendall(b"\x81\x82\0\0\0\0\xc0\x80")
        self.assertIn(b"\x88", received := raw_peer.read_to_end(connection))
        self.assertIn(struct.pack("!H", 1007), received)

    def test_binary_messages_that_lie_are_refused(self) -> None:
        client = self.join(protocols=["malinka.v1"])
        envelope = {"messageType": "Broadcast", "blob": {"size": 4}}
        cases = {
            "too short for a length": b"\x01\x02",
            "a length beyond the message": binary_message(envelope, b"1234", length=5000),
            "a length beyond 64 KiB": binary_message(b"{" + b" " * 70_000 + b"}", b""),
            "a length of 4 GiB": b"\xff\xff\xff\xff{}",
            "more bytes than the blob's size": binary_message(envelope, b"12345"),
            "fewer bytes than the blob's size": binary_message(envelope, b"123"),
            "bytes without a blob": binary_message({"messageType": "Broadcast"}, b"1"),
            "a negative size": binary_message({"messageType": "Broadcast", "blob": {"size": -1}}, b""),
            "a size that is no number": binary_message({"messageType": "Broadcast", "blob": {"size": "4"}}, b"1234"),
            "an envelope that is not JSON": binary_message(b"{", b""),
            "an envelope that is not UTF-8": binary_message(b'{"messageType":"Broadcast","x":"\xff"}', b""),
            "nothing at all": b"",
        }
        for name, message in cases.items():
            with self.subTest(name):
                client.send(message)
                client.next(lambda got: is_report(got, 400))

    def test_a_text_message_of_17_mib_is_answered_by_413_and_the_connection_stays(self) -> None:
        client = self.join()
        client.send('{"messageType":"Broadcast","value":"' + "x" * (17 * MIB) + '"}')
        client.next(lambda got: is_report(got, 413))
        client.sync()

    def test_a_message_longer_than_its_recipient_takes_is_answered_by_413(self) -> None:
        client = self.join()
        self.join("small", maxMessageBytes=1000)
        client.send({"messageType": "Command", "id": 1, "recipients": ["small"], "value": "x" * 1000})
        self.assertEqual(client.next(lambda got: is_report(got, 413))["value"]["recipient"], "small")

    # HTTP

    def test_a_request_line_of_1_mib_is_refused(self) -> None:
        connection = self.raw()
        try:
            connection.sendall(b"GET /" + b"a" * MIB + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        except (ConnectionResetError, BrokenPipeError):
            pass
        received = raw_peer.read_to_end(connection)
        self.assertTrue(received == b"" or received.startswith(b"HTTP/1.1 4"), received[:80])

    def test_a_request_that_trickles_is_ended(self) -> None:
        connection = self.raw()
        started, request = time.monotonic(), b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 1000
        connection.settimeout(1)
        is_ended = False
        for position in range(len(request)):
            try:
                connection.sendall(request[position:position + 1])
                is_ended = connection.recv(4096) is not None
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                is_ended = True
            break
        self.assertTrue(is_ended)
        self.assertGreater(time.monotonic() - started, 5)

    def test_requests_that_are_none_are_answered_and_closed(self) -> None:
        for request in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
                        b"GET / HTTP/3.0\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                        b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n"):
            with self.subTest(request):
                connection = self.raw()
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                received = raw_peer.read_to_end(connection)
                self.assertTrue(received == b"" or received.startswith(b"HTTP/1.1 4") or
                                received.startswith(b"HTTP/1.1 505"), received[:80])

    def test_paths_out_of_the_web_root_are_not_served(self) -> None:
        for target in (b"/../../../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"/..%2f..%2fetc/passwd", b"//etc/passwd"):
            with self.subTest(target):
                connection = self.raw()
                connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                received = raw_peer.read_to_end(connection)
                self.assertRegex(received, rb"^HTTP/1.1 4\d\d ")
                self.assertNotIn(b"root:", received)
