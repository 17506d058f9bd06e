# SPDX-License-Identifier: MIT
"""What a hub must do, in the fewest words: docs/protocol.md sections 2 to 5 for one message after the other.

A model keeps, for each subscriber, what it must have received. It knows nothing of sockets, queues or time.
"""

import dataclasses
from typing import Any

Received = tuple[Any, ...]
"""("joined", name, is_device), ("left", name, reason), ("closed", code), ("accepted", id, names),
("report", id, code, recipient or None), or a relayed message: (type, id, originator, value, blob or None)."""


@dataclasses.dataclass
class Subscriber:
    """One connection that has joined, and all that it must have received since."""

    name: str
    instance: str | None = None
    is_device: bool = False
    takes_binary: bool = False
    received: list[Received] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Channel:
    key: str | None
    members: dict[str, Subscriber] = dataclasses.field(default_factory=dict)

    def others(self, one: Subscriber) -> list[Subscriber]:
        return [member for member in self.members.values() if member is not one]

    def tell_others(self, one: Subscriber, what: Received) -> None:
        for other in self.others(one):
            other.received.append(what)


@dataclasses.dataclass
class Message:
    """As its sender means it. `recipients` is None for a Broadcast."""

    type: str
    id: int
    value: Any
    recipients: list[str] | None = None
    blob: bytes | None = None
    has_expired: bool = False


class Model:
    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}

    def find(self, channel: str, name: str) -> Subscriber | None:
        return self.channels[channel].members.get(name) if channel in self.channels else None

    def join(self, channel_name: str, key: str | None, newcomer: Subscriber) -> int:
        """The response code of the join. The key is looked at first, so nobody learns a name without it."""
        channel = self.channels.get(channel_name)
        if channel is not None and channel.key != key:
            return 401
        rival = self.find(channel_name, newcomer.name)
        if rival is not None:
            if rival.instance != newcomer.instance:
                return 409
            self._remove(channel_name, rival, "replaced")
            rival.received.append(("closed", 4409))
        channel = self.channels.setdefault(channel_name, Channel(key))
        channel.members[newcomer.name] = newcomer
        channel.tell_others(newcomer, ("joined", newcomer.name, newcomer.is_device))
        return 200

    def leave(self, channel_name: str, name: str, reason: str) -> None:
        subscriber = self.find(channel_name, name)
        assert subscriber is not None
        self._remove(channel_name, subscriber, reason)

    def send(self, channel_name: str, name: str, message: Message) -> None:
        channel = self.channels[channel_name]
        sender = channel.members[name]
        if message.type == "Broadcast":
            return self._to_all(channel, sender, message)
        if message.recipients == ["*"]:
            return self._command_to_all(channel, sender, message)
        for recipient in dict.fromkeys(message.recipients or []):
            code = self._to_one(channel, sender, message, recipient)
            if code != 200:
                sender.received.append(("report", message.id, code, recipient))

    def refuse(self, channel_name: str, name: str, message_id: int | None, code: int) -> None:
        """What `name` sent was no message at all."""
        self.channels[channel_name].members[name].received.append(("report", message_id, code, None))

    def _remove(self, channel_name: str, subscriber: Subscriber, reason: str) -> None:
        channel = self.channels[channel_name]
        del channel.members[subscriber.name]
        channel.tell_others(subscriber, ("left", subscriber.name, reason))
        if not channel.members:
            del self.channels[channel_name]

    def _to_all(self, channel: Channel, sender: Subscriber, message: Message) -> None:
        if not message.has_expired:
            channel.tell_others(sender, self._relayed(message, sender))

    def _command_to_all(self, channel: Channel, sender: Subscriber, message: Message) -> None:
        others = channel.others(sender)
        if message.has_expired:
            for other in others:
                sender.received.append(("report", message.id, 408, other.name))
            others = []
        for other in others:
            other.received.append(self._relayed(message, sender))
        sender.received.append(("accepted", message.id, frozenset(other.name for other in others)))

    def _to_one(self, channel: Channel, sender: Subscriber, message: Message, recipient: str) -> int:
        member = channel.members.get(recipient)
        if member is None:
            return 404
        if message.has_expired:
            return 408
        member.received.append(self._relayed(message, sender))
        return 200

    @staticmethod
    def _relayed(message: Message, sender: Subscriber) -> Received:
        return (message.type, message.id, sender.name, message.value, message.blob)
