# SPDX-License-Identifier: MIT
"""Peers that stop, or trickle, at every stage of a conversation: each ends at its limit, which is named beside it, and
leaves nothing behind; those who are there meanwhile are served. All of a kind wait at once, since their limits are long."""

import contextlib
import dataclasses
import re
import select
import socket
import subprocess
import time

import harness
import raw_peer
from foreign import Foreign

WAIT_SECONDS = 4 * 10 + harness.START_SECONDS  # The longest limit here is 10 s, and machines may be busy.
TRICKLE_SECONDS = 0.25
REFUSED_JOIN = rb'\x81.*"responseCode":408.*\x88.\x11\x38no join in time$'  # A message, and a close with 4408.
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"  # The beginning of 512 bytes: RFC 8446 section 5.1.


@dataclasses.dataclass
class Stage:
    """Where a peer stops, and all that it hears from then on."""
    limit: str
    sent: bytes
    answer: bytes
    trickled: bytes = b""  # Said again and again, a byte at a time.


LONG_JOIN = raw_peer.frame(b"x" * 10_000)

STRANGERS = {
    "before the request": Stage("http_head_seconds", b"", b"^$"),
    "in the request line": Stage("http_head_seconds", b"GET /b", b"^HTTP/1.1 408 "),
    "in the headers": Stage("http_head_seconds", raw_peer.UPGRADE[:70], b"^HTTP/1.1 408 "),
    "upgraded, without a join": Stage("join_seconds", raw_peer.UPGRADE, REFUSED_JOIN),
    "in the header of the join's frame": Stage("join_seconds", raw_peer.UPGRADE + LONG_JOIN[:3], REFUSED_JOIN),
    "in the join": Stage("join_seconds", raw_peer.UPGRADE + LONG_JOIN[:100], REFUSED_JOIN),
    "between fragments of the join": Stage("join_seconds", raw_peer.UPGRADE + raw_peer.frame(b"{", is_final=False),
                                           REFUSED_JOIN),
    "trickling the headers": Stage("http_head_seconds", raw_peer.UPGRADE[:-2] + b"X-Slow: ", b"^HTTP/1.1 408 ", b"a"),
    "trickling the join": Stage("join_seconds", raw_peer.UPGRADE + LONG_JOIN[:100], REFUSED_JOIN, b"x"),
    "trickling pings instead of a join": Stage("join_seconds", raw_peer.UPGRADE, REFUSED_JOIN,
                                               raw_peer.frame(b"", raw_peer.PING)),
}

# Behind the join. Whoever is silent there is pinged, and lost a heartbeat later.
EMPTY_PING = b"\x89\0"
LONG = raw_peer.frame(b'{"messageType":"Broadcast","value":"' + b"x" * 100_000)
MEMBERS = {
    "silent": b"",
    "in a frame's header": LONG[:1],
    "in a frame's length": LONG[:5],
    "in a frame's mask": LONG[:12],
    "in a payload": LONG[:50_000],
    "between fragments": raw_peer.frame(b"{" * 50_000, is_final=False),
    "in a later fragment": raw_peer.frame(b"{", is_final=False) + raw_peer.frame(b"x" * 9000, raw_peer.CONTINUATION)[:4000],
    "in a ping between fragments": raw_peer.frame(b"{", is_final=False) + raw_peer.frame(b"12345", raw_peer.PING)[:4],
}

TLS = {
    "before its hello": Stage("http_head_seconds", b"", b"^$"),
    "in its hello": Stage("http_head_seconds", HELLO, b"^$"),
    "trickling its hello": Stage("http_head_seconds", HELLO, b"^$", b"\0"),
}


class SlowPeersTestBase(harness.Test):
    def start_serving(self, *flags: str, **env: str) -> None:
        self.hub = self.start_hub(*flags, **env)

    def check_log_is_quiet(self) -> None:
        """Nobody can fill it by being slow."""
        self.assertNotRegex(self.hub.log, "warning|error")

    def connect(self) -> socket.socket:
        connection = raw_peer.connect(self.hub)
        self.addCleanup(connection.close)
        return connection

    def begin(self, stages: dict[str, Stage]) -> dict[str, socket.socket]:
        connections = {name: self.connect() for name in stages}
        for name, connection in connections.items():
            connection.sendall(stages[name].sent)
        return connections

    def wait_for_ends(self, stages: dict[str, Stage], connections: dict[str, socket.socket]) -> None:
        """Those that trickle say a byte more whenever nobody has ended for a while."""
        deadline = time.monotonic() + WAIT_SECONDS
        trickled = dict.fromkeys(connections, 0)
        poll = select.poll()
        waiting = {connection.fileno(): name for name, connection in connections.items()}
        for descriptor in waiting:
            poll.register(descriptor, select.POLLRDHUP)
        while waiting and time.monotonic() < deadline:
            for descriptor, _ in poll.poll(1000 * TRICKLE_SECONDS):
                poll.unregister(descriptor)
                del waiting[descriptor]
            for name in waiting.values():
                if more := stages[name].trickled:
                    at = trickled[name] % len(more)
                    with contextlib.suppress(OSError):  # It may have ended since.
                        connections[name].sendall(more[at:at + 1])
                    trickled[name] += 1
        self.assertEqual(list(waiting.values()), [], "still there")

    def check_stages(self, stages: dict[str, Stage]) -> None:
        connections = self.begin(stages)
        self.assertEqual(raw_peer.gauges(self.hub)["connections"], len(stages) + 1)
        self.wait_for_ends(stages, connections)
        for name, connection in connections.items():
            with self.subTest(name, limit=stages[name].limit):
                answer = raw_peer.read_to_end(connection)
                if answer.startswith(b"HTTP/1.1 101"):
                    answer = answer.partition(b"\r\n\r\n")[2]
                self.assertRegex(re.sub(rb"\x8a\x00", b"", answer), re.compile(stages[name].answer, re.DOTALL))
            connection.close()
        raw_peer.wait_for_gauges(self.hub, raw_peer.nothing_is_left)


class SlowPeersTest(SlowPeersTestBase):
    def test_who_is_slow_before_it_has_joined_is_ended_by_its_limit(self) -> None:
        self.start_serving()
        self.check_stages(STRANGERS)
        joins = sum(stage.limit == "join_seconds" for stage in STRANGERS.values())
        self.assertEqual(raw_peer.gauges(self.hub)['joins_refused_total{code="408"}'], joins)
        self.check_log_is_quiet()

    def test_those_who_are_there_are_served_while_others_are_slow(self) -> None:
        self.start_serving()
        connections = self.begin(STRANGERS)
        with Foreign.join(self.hub, "home", "hall") as hall, Foreign.join(self.hub, "home", "phone") as phone:
            for number in range(100):
                hall.send({"messageType": "Command", "id": number, "name": "x", "recipients": ["phone"]})
                self.assertEqual(phone.next(lambda message: message.get("name") == "x")["id"], number)
        self.assertFalse(any(raw_peer.has_ended(connection) for connection in connections.values()))

    def test_who_stops_anywhere_behind_its_join_is_lost_after_two_heartbeats(self) -> None:
        self.start_serving(MALINKA_HEARTBEAT_SECONDS="1")
        with Foreign.join(self.hub, "home", "witness") as witness:
            peers = {name: raw_peer.joined(self.hub, "home", name) for name in MEMBERS}
            for name, peer in peers.items():
                self.addCleanup(peer.close)
                peer.sendall(MEMBERS[name])
            lost = set()
            while lost != set(MEMBERS):
                left = witness.next(lambda message: message.get("name") == "hub.left")["value"]
                self.assertEqual(left["reason"], "lost")
                self.assertNotIn(left["subscriber"], lost)
                lost.add(left["subscriber"])
            raw_peer.wait_for_gauges(self.hub, lambda has: has["connections"] == 2 and has["incoming_bytes"] == 0 and
                                     has["queued_bytes"] == 0)
            for name, peer in peers.items():
                with self.subTest(name):
                    self.assertIn(raw_peer.read_to_end(peer).count(EMPTY_PING), (1, 2))
        self.check_log_is_quiet()
        raw_peer.wait_for_gauges(self.hub, raw_peer.nothing_is_left)

    def test_a_member_that_trickles_holds_its_message_and_nobody_up(self) -> None:
        self.start_serving(MALINKA_HEARTBEAT_SECONDS="1")
        with Foreign.join(self.hub, "home", "hall") as hall, Foreign.join(self.hub, "home", "phone") as phone:
            slow = raw_peer.joined(self.hub, "home", "slow")
            self.addCleanup(slow.close)
            message = raw_peer.frame(b'{"messageType":"Broadcast","name":"slow"}')
            for position in range(len(message) - 1):
                slow.sendall(message[position:position + 1])
                hall.send({"messageType": "Command", "name": "x", "recipients": ["phone"]})
                phone.next(lambda message: message.get("name") == "x")
            slow.sendall(message[-1:])
            self.assertEqual(phone.next(lambda message: message.get("name") == "slow")["originator"], "slow")


class SlowTlsPeersTest(SlowPeersTestBase):
    def test_who_is_slow_in_its_tls_handshake_is_ended_by_its_limit(self) -> None:
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=hub.test", "-days", "1", "-out", certificate, "-keyout", key],
                       check=True, capture_output=True)
        self.start_serving("--tls-cert", str(certificate), "--tls-key", str(key))
        self.check_stages(TLS)
        self.check_log_is_quiet()


if __name__ == "__main__":
    harness.unittest.main()
