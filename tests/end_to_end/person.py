# SPDX-License-Identifier: MIT
"""A real connection to a hub that records what it receives in the model's words."""

import base64
import itertools
import json
import struct
from typing import Any

from foreign import Closed, Foreign, binary_message
from model import Message, Received

LONG_AGO = "2001-01-01T00:00:00Z"


class Person:
    _questions = itertools.count()

    def __init__(self, hub: Any, channel: str, name: str, *, takes_binary: bool, **members: Any) -> None:
        self.name = name
        self.received: list[Received] = []
        self._socket, answer = Foreign.try_join(hub, channel, name, protocols=["malinka.v1"] if takes_binary else None,
                                                **members)
        self.join_code: int = answer["response"]["responseCode"]
        self.others = set(answer.get("value", {}).get("subscribers", []))
        self.takes_binary = takes_binary

    def send(self, message: Message) -> None:
        envelope = {"messageType": message.type, "id": message.id, "value": message.value, "originator": "somebody else"}
        if message.recipients is not None:
            envelope["recipients"] = message.recipients
        if message.has_expired:
            envelope["expiresAt"] = LONG_AGO
        if message.blob is None:
            return self._socket.send(envelope)
        blob = {"name": "noise", "size": len(message.blob)}
        if self.takes_binary:
            return self._socket.send(binary_message(envelope | {"blob": blob}, message.blob))
        content = base64.b64encode(message.blob).decode()
        self._socket.send(envelope | {"blob": blob | {"content": content}})

    def send_raw(self, text: str) -> None:
        self._socket.send(text)

    def catch_up(self) -> None:
        """Reads until the hub has answered a ping: what it did not send before that, it did not send."""
        self._ask_hub("hub.ping")

    def wait_until_gone(self, name: str) -> None:
        """Asks the hub for the list until `name` is not in it."""
        while name in self._ask_hub("hub.list")["value"]["subscribers"]:
            pass

    def wait_closed(self) -> None:
        while True:
            try:
                self.received.append(in_the_models_words(self._receive()))
            except Closed as closed:
                self.received.append(("closed", closed.code))
                return

    def leave(self) -> None:
        self._socket.close()

    def vanish(self) -> None:
        self._socket.vanish()

    def _ask_hub(self, command: str) -> dict[str, Any]:
        """The hub's answer; what came before it is recorded."""
        question = f"question-{next(self._questions)}"
        self._socket.send({"messageType": "Command", "id": question, "name": command, "recipients": ["@hub"]})
        while (message := self._receive()).get("response", {}).get("requestId") != question:
            self.received.append(in_the_models_words(message))
        return message

    def _receive(self) -> dict[str, Any]:
        raw = self._socket.receive_raw()
        if isinstance(raw, str):
            return json.loads(raw)
        (size,) = struct.unpack_from("<I", raw)
        envelope = json.loads(raw[4:4 + size])
        envelope["blob"]["content"] = base64.b64encode(raw[4 + size:]).decode()
        return envelope


def in_the_models_words(message: dict[str, Any]) -> Received:
    if message["originator"] != "@hub":
        blob = message.get("blob")
        content = None if blob is None else base64.b64decode(blob["content"])
        return (message["messageType"], message["id"], message["originator"], message["value"], content)
    value = message.get("value", {})
    if message.get("name") == "hub.joined":
        return ("joined", value["subscriber"], value["device"])
    if message.get("name") == "hub.left":
        return ("left", value["subscriber"], value["reason"])
    response = message["response"]
    if response["responseCode"] == 202:
        return ("accepted", response["requestId"], frozenset(value["recipients"]))
    return ("report", response["requestId"], response["responseCode"], value.get("recipient"))
