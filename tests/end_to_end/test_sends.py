# SPDX-License-Identifier: MIT
"""How the hub sends: by io_uring where the kernel lets it, else plainly; and that it says which."""

import re
import unittest
import urllib.request

import harness
import seccomp
from foreign import Foreign


class SendsTest(harness.Test):
    def method_of(self, hub: harness.Hub) -> str:
        with urllib.request.urlopen(f"{hub.web_url}/metrics", timeout=30) as page:
            found = re.search(r'^malinka_send_info\{method="(\w+)"\} 1$', page.read().decode(), re.MULTILINE)
        self.assertIsNotNone(found)
        return found[1]

    def join_some(self, hub: harness.Hub) -> list[Foreign]:
        clients = [Foreign.join(hub, "home", f"client-{i}") for i in range(4)]
        for client in clients:
            self.addCleanup(client.close)
        return clients

    def check_delivery(self, hub: harness.Hub) -> None:
        self.check_delivery_to(self.join_some(hub))

    def check_delivery_to(self, clients: list[Foreign]) -> None:
        """Messages small and large, to several, in order."""
        sizes = [1, 200, 70_000, 3, 1_500_000, 5]
        for number, size in enumerate(sizes):
            clients[0].send({"messageType": "Broadcast", "name": "x", "number": number, "value": "y" * size})
        for client in clients[1:]:
            for number, size in enumerate(sizes):
                got = client.next(lambda message: message.get("name") == "x")
                self.assertEqual((got["number"], len(got["value"])), (number, size))

    def test_the_log_and_the_metrics_name_the_same_way_of_sending(self) -> None:
        hub = self.start_hub()
        self.assertEqual(hub.wait_for(r"^info: sends: (io_uring|plain)")[1], self.method_of(hub))
        self.check_delivery(hub)

    def test_a_hub_that_is_told_so_sends_plainly(self) -> None:
        hub = self.start_hub("--no-io-uring")
        hub.wait_for(r"^info: sends: plain \(as set\)$")
        self.assertEqual(self.method_of(hub), "plain")
        self.check_delivery(hub)

    def test_a_hub_that_gets_no_ring_says_why_and_sends_plainly(self) -> None:
        self.check_refusal(seccomp.IO_URING_SETUP)

    def test_a_hub_that_may_not_use_its_ring_says_why_and_sends_plainly(self) -> None:
        self.check_refusal(seccomp.IO_URING_ENTER)

    def check_refusal(self, call: int) -> None:
        if harness.HUB_FLAGS:
            raise unittest.SkipTest("the hub is told already how to send")
        hub = self.start_hub(before=lambda libc: seccomp.refuse(libc, call))
        hub.wait_for(r"^info: sends: plain \(io_uring refused: .*Operation not permitted\)$")
        self.assertEqual(self.method_of(hub), "plain")
        self.check_delivery(hub)

    def test_a_ring_that_fails_in_mid_run_is_given_up_once_and_loses_nothing(self) -> None:
        if "--no-io-uring" in harness.HUB_FLAGS:
            raise unittest.SkipTest("the hub is told already how to send")
        gatekeeper = seccomp.Gatekeeper(seccomp.IO_URING_ENTER)
        self.addCleanup(gatekeeper.close)
        hub = self.start_hub(before=gatekeeper.stand_before)
        if hub.wait_for(r"^info: sends: (\w+)")[1] != "io_uring":
            raise unittest.SkipTest("this machine has no ring to fail")
        clients = self.join_some(hub)
        self.check_delivery_to(clients)
        self.assertEqual(self.method_of(hub), "io_uring")
        gatekeeper.refuse()
        self.check_delivery_to(clients)
        hub.wait_for(r"^warning: sends: plain from now on, since io_uring failed why=.*Operation not permitted")
        self.assertEqual(self.method_of(hub), "plain")
        self.check_delivery_to(clients)
        # One channel is one shard, which has one ring.
        self.assertEqual(hub.log.count("sends: plain from now on"), 1, hub.log)
