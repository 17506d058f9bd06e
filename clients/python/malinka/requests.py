# SPDX-License-Identifier: MIT
"""Commands that wait for their answers (docs/protocol.md sections 3 and 4): who may still answer,
and what becomes of those who cannot."""

import asyncio
import contextlib
import dataclasses
from collections.abc import Iterable, Iterator

from .envelope import EVERYONE, HUB_NAME, Blob, Envelope, Json, RawId
from .errors import Failure
from .limits import ResponseCode

NOT_KNOWN = "it is not known whether this was carried out"


@dataclasses.dataclass(frozen=True)
class Reply:
    """One recipient's answer, or why there is none."""

    sender: str
    success: bool
    code: int
    #: Empty when it succeeded.
    error: str = ""
    value: Json = None
    blob: Blob | None = None

    @property
    def value_object(self) -> dict[str, Json]:
        """The value, for those that must be an object."""
        return self.value if isinstance(self.value, dict) else {}


class _Request:
    def __init__(self, recipients: Iterable[str]) -> None:
        names = list(recipients)
        #: Sent to everyone, and the hub has not yet said who that is.
        self.is_unlisted = EVERYONE in names
        self.awaiting = set() if self.is_unlisted else set(names)
        self.replies: dict[str, Reply] = {}
        self.done: asyncio.Future[dict[str, Reply]] = asyncio.get_running_loop().create_future()

    def answer(self, reply: Reply) -> None:
        self.awaiting.discard(reply.sender)
        self.replies[reply.sender] = reply
        self.settle_if_done()

    def settle_if_done(self) -> None:
        if not self.is_unlisted and not self.awaiting and not self.done.done():
            self.done.set_result(self.replies)


class Requests:
    """All that wait. **Loop-bound**."""

    def __init__(self) -> None:
        self._requests: dict[RawId, _Request] = {}

    @contextlib.contextmanager
    def open(self, request_id: RawId, recipients: Iterable[str]) -> Iterator[asyncio.Future[dict[str, Reply]]]:
        """Has every reply when the last has come. Behind it nothing is waited for any more."""
        request = self._requests[request_id] = _Request(recipients)
        try:
            yield request.done
        finally:
            del self._requests[request_id]
            request.done.cancel()

    def accept(self, envelope: Envelope) -> bool:
        """Whether it answers something that was asked of its originator, for the first time."""
        request_id = envelope.response.request_id if envelope.response else None
        request = self._requests.get(request_id or "")
        sender = envelope.originator
        if request is None or sender is None:
            return False
        if sender == HUB_NAME and HUB_NAME not in request.awaiting:
            return self._hear(request_id or "", request, envelope)
        if sender not in request.awaiting:
            return False
        request.answer(reply_of(envelope, sender))
        return True

    def is_waiting_for(self, name: str) -> bool:
        """Whether anything waits for an answer of theirs."""
        return any(name in request.awaiting for request in self._requests.values())

    def fail_from(self, name: str, failure: Failure) -> None:
        """Nothing more comes from them for what was asked so far."""
        for request in list(self._requests.values()):
            if name in request.awaiting:
                request.answer(failed(name, failure))

    def fail(self, request_id: RawId, failure: Failure) -> None:
        """Ends one request: whoever has not answered does not."""
        request = self._requests.get(request_id)
        if request is None:
            return
        if request.is_unlisted:
            request.awaiting.add(HUB_NAME)
        request.is_unlisted = False
        for name in list(request.awaiting):
            request.answer(failed(name, failure))

    def fail_all(self, failure: Failure) -> None:
        for request_id in list(self._requests):
            self.fail(request_id, failure)

    def dropped(self, names: Iterable[str]) -> None:
        """The hub dropped answers on their way to us; `*` stands for names that it no longer counts."""
        lost = Failure(ResponseCode.UNAVAILABLE, "the answer was lost: this connection did not keep up")
        for name in names:
            if name == EVERYONE:
                self.fail_all(lost)
            else:
                self.fail_from(name, lost)

    def _hear(self, request_id: RawId, request: _Request, envelope: Envelope) -> bool:
        """What the hub itself says about a Command to others."""
        reply, recipient = reply_of(envelope, HUB_NAME), envelope.value_object.get("recipient")
        if request.is_unlisted and reply.success:
            names = envelope.value_object.get("recipients")
            request.awaiting.update(name for name in names or () if isinstance(name, str))
            request.is_unlisted = False
            request.settle_if_done()
            return True
        failure = Failure(reply.code, reply.error)
        if not isinstance(recipient, str):
            self.fail(request_id, failure)
        elif request.is_unlisted or recipient in request.awaiting:
            request.answer(failed(recipient, failure))
        else:
            return False
        return True


def failed(sender: str, failure: Failure) -> Reply:
    """The reply that stands for none."""
    return Reply(sender, False, failure.code, failure.error)


def reply_of(envelope: Envelope, sender: str) -> Reply:
    """What a Response says."""
    said = envelope.response
    success, code = (said.success, said.response_code) if said else (False, 0)
    error = "" if success else (said.error if said else "") or f"failed with {code}"
    return Reply(sender, success, code, error, envelope.value, envelope.blob)


def names_of_dropped(value: dict[str, Json]) -> list[str]:
    """The names of a hub.dropped whose answers to us were lost; the hub's own may have been reports about anybody."""
    told = value.get("from")
    if not isinstance(told, dict):
        return []
    names = [name for name, counts in told.items()
             if isinstance(counts, dict) and isinstance(counts.get("responses"), int) and counts["responses"] > 0]
    return [EVERYONE] if HUB_NAME in names else names
