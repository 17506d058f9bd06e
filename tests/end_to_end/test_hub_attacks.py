# SPDX-License-Identifier: MIT
"""What a stranger may try on a hub, seen from outside: it takes in no more than its limits say, and goes on."""

import contextlib
import socket
import threading

import harness
from foreign import Foreign

MEBIBYTE = 1024 * 1024


class HubAttackTest(harness.Test):
    def setUp(self) -> None:
        super().setUp()
        self.hub = self.start_hub()

    def connect(self) -> socket.socket:
        connection = socket.create_connection((self.hub.address, self.hub.port), timeout=5)
        self.addCleanup(connection.close)
        return connection

    def assert_goes_on(self) -> None:
        with Foreign.join(self.hub, harness.fresh_channel(), "phone") as phone:
            self.assertEqual(phone.sync(), [])

    def test_requests_sent_ahead_wait_with_their_sender(self) -> None:
        connection = self.connect()

        def read_all() -> None:
            with contextlib.suppress(OSError):
                while connection.recv(MEBIBYTE):
                    pass

        threading.Thread(target=read_all, daemon=True).start()
        ahead = b"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n" * 10_000
        sent = 0
        with contextlib.suppress(OSError):  # The hub ends a connection behind its thousandth request.
            while sent < 64 * MEBIBYTE:
                sent += connection.send(ahead)
        # A thousand of them, what lingering takes at the end, and what two kernels hold.
        self.assertLess(sent, 48 * MEBIBYTE)
        self.assert_goes_on()

    def test_out_of_descriptors_it_says_so_once_and_accepts_again_when_some_come_back(self) -> None:
        if harness.is_sanitized():
            self.skipTest("a sanitizer needs descriptors of its own, and ends the hub without them")
        self.hub.limit_descriptors(8)
        held = [self.connect() for _ in range(40)]
        self.hub.wait_for("cannot accept connections for now")
        spent = self.hub.processor_seconds()
        with self.assertRaises(TimeoutError):  # It stays in the kernel's queue, through many a retry.
            held[-1].settimeout(3)
            held[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n")
            held[-1].recv(1)
        self.assertLess(self.hub.processor_seconds() - spent, 1)
        for connection in held:
            connection.close()
        self.assert_goes_on()
        self.assertEqual(self.hub.log.count("cannot accept connections for now"), 1, self.hub.log)


if __name__ == "__main__":
    harness.unittest.main()
