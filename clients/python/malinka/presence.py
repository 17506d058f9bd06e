# SPDX-License-Identifier: MIT
"""Who is in the channel, as the join's answer and the hub's Broadcasts tell it (section 4)."""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator

from . import limits
from .envelope import Envelope, Json
from .join import Joined, names_of


@dataclasses.dataclass(frozen=True)
class Member:
    """`is_device` is what it said of itself; true for all in a hub that does not tell."""

    name: str
    is_device: bool


class Members:
    """The others in the channel. In a crowd none is known by name."""

    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._own_name = ""
        self.count = 0

    def __iter__(self) -> Iterator[Member]:
        return iter(tuple(self._members.values()))

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __getitem__(self, name: str) -> Member:
        return self._members[name]

    def reset(self, joined: Joined) -> None:
        """After a join."""
        self._own_name = joined.subscriber
        self._list(joined.subscribers or (), joined.devices)
        self.count = joined.count

    def clear(self) -> None:
        """While there is no hub to tell."""
        self._members = {}
        self.count = 0

    def hear(self, told: Envelope) -> tuple[str, ...] | None:
        """Whom a Broadcast of the hub says to have come or gone; None where it says something else."""
        value = told.value_object
        name = value.get("subscriber")
        if told.name == "hub.presence":
            return self._hear_crowd(value)
        if not isinstance(name, str) or told.name not in ("hub.joined", "hub.left"):
            return None
        if name == self._own_name:
            return ()
        if told.name == "hub.joined":
            self.count += name not in self._members
            if len(self._members) < limits.CONNECTIONS_MAX:
                self._members[name] = Member(name, value.get("device") is True)
        else:
            self.count -= self._members.pop(name, None) is not None
        return (name,)

    def _hear_crowd(self, value: dict[str, Json]) -> tuple[str, ...]:
        """How many there are, or everyone by name where they have become few again."""
        before = set(self._members)
        self._list(names_of(value, "subscribers") or (), names_of(value, "devices") or ())
        count = value.get("subscriberCount")
        self.count = count if isinstance(count, int) else len(self._members) + 1
        return tuple(before.symmetric_difference(self._members))

    def _list(self, names: Iterable[str], devices: Iterable[str] | None) -> None:
        listed = members_of(itertools.islice(names, limits.CONNECTIONS_MAX), devices)
        self._members = {member.name: member for member in listed if member.name != self._own_name}


def members_of(names: Iterable[str], devices: Iterable[str] | None) -> list[Member]:
    """The members of a list of names, of whom some are devices."""
    is_device = None if devices is None else set(devices)
    return [Member(name, is_device is None or name in is_device) for name in names]
