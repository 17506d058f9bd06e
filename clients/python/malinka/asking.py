# SPDX-License-Identifier: MIT
"""Asks and waits: how a Command becomes a Reply, in plain and sealed. **Loop-bound**."""

import asyncio
import datetime
from typing import Protocol

from .clock import Clock
from .envelope import HUB_NAME, Blob, Envelope, Json, MessageType, RawId
from .errors import Failure
from .limits import ResponseCode
from .names import random_id
from .requests import NOT_KNOWN, Reply, Requests, failed
from .sealed_channel import SealedChannel
from .sessions import Session


class Outlet(Protocol):
    """What is there of a hub to send to: a Link."""

    def send(self, envelope: Envelope) -> None:
        """Raises Failure."""

    @property
    def has_room(self) -> bool:
        """Whether a queue of bounded length takes more."""

    async def wait_room(self) -> None:
        """Until it does."""


class Asking:
    """The way out for Commands."""

    def __init__(self, requests: Requests, clock: Clock, outlet: Outlet, sealed: SealedChannel | None) -> None:
        self._requests, self._clock, self._outlet, self._sealed = requests, clock, outlet, sealed
        #: What to add to this machine's clock to have the hub's, in seconds.
        self.clock_offset = 0.0

    async def plain(self, recipients: list[str], name: str, value: Json, blob: Blob | None,
                    timeout: float) -> dict[str, Reply]:
        """One Command to all of them."""
        command = Envelope(MessageType.COMMAND, id=random_id(), name=name, recipients=tuple(recipients),
                           expires_at=self._expires_at(timeout), value=value, blob=blob)
        request_id = command.id or ""
        with self._requests.open(request_id, recipients) as replies:
            try:
                await self._wait_room(timeout)
                self._outlet.send(command)
            except Failure as failure:
                self._requests.fail(request_id, failure)
            return await self._wait(request_id, replies, timeout)

    async def hub(self, name: str, value: Json, timeout: float) -> Reply:
        """Of the hub itself: in plain always."""
        replies = await self.plain([HUB_NAME], name, value, None, timeout)
        return replies[HUB_NAME]

    async def sealed(self, recipient: str, name: str, value: Json, blob: Blob | None,
                     timeout: float) -> Reply:
        """In a session, which is made where there is none: `timeout` is for both."""
        started = self._clock.now()
        try:
            session = await self._session(recipient, timeout)
        except Failure as failure:
            return failed(recipient, failure)
        left = timeout - (self._clock.now() - started)
        if left <= 0:
            return failed(recipient, _not_sent(recipient, timeout))
        command = Envelope(MessageType.COMMAND, id=random_id(), name=name, recipients=(recipient,), value=value,
                           blob=blob, deadline=session.milliseconds(self._clock.now()) + int(left * 1000))
        return await self._ask_in(session, command, left)

    async def _session(self, recipient: str, timeout: float) -> Session:
        assert self._sealed is not None
        initiator = self._sealed.initiator
        deadline = self._clock.now() + timeout
        while True:
            await self._wait_room(deadline - self._clock.now())
            try:
                session = await self._clock.wait(initiator.ready(recipient), deadline - self._clock.now())
            except TimeoutError as late:
                raise _not_sent(recipient, timeout) from late
            # Both may have been lost again while this task waited for its turn.
            if initiator.holds(session) and self._outlet.has_room:
                return session

    async def _wait_room(self, seconds: float) -> None:
        try:
            if not self._outlet.has_room:
                await self._clock.wait(self._outlet.wait_room(), seconds)
        except TimeoutError as late:
            raise Failure(ResponseCode.TIMED_OUT, "the hub did not take it in time: this was not sent") from late

    async def _ask_in(self, session: Session, command: Envelope, timeout: float) -> Reply:
        assert self._sealed is not None
        initiator, inner_id = self._sealed.initiator, command.id or ""
        outer_id = ""
        with self._requests.open(inner_id, [session.peer]) as replies:
            try:
                outer_id = initiator.send(session, command, lambda said: self._requests.fail(inner_id, _unsure(said)))
            except Failure as failure:
                self._requests.fail(inner_id, failure)
            try:
                reply = (await self._wait(inner_id, replies, timeout))[session.peer]
            finally:
                initiator.forget(outer_id)
        if reply.code == ResponseCode.TIMED_OUT and reply.value_object.get("expired") is True:
            initiator.end(session)  # A clock has stood still.
        return reply

    async def _wait(self, request_id: RawId, replies: asyncio.Future[dict[str, Reply]],
                    timeout: float) -> dict[str, Reply]:
        try:
            return await self._clock.wait(asyncio.shield(replies), timeout)
        except TimeoutError:
            self._requests.fail(request_id, Failure(ResponseCode.TIMED_OUT, f"no answer within {timeout:g} s"))
            return replies.result()

    def _expires_at(self, timeout: float) -> str:
        wall = self._clock.wall() + self.clock_offset + timeout
        told = datetime.datetime.fromtimestamp(wall, datetime.UTC)
        return told.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _not_sent(recipient: str, timeout: float) -> Failure:
    return Failure(ResponseCode.TIMED_OUT, f"no session with {recipient} within {timeout:g} s: this was not sent")


def _unsure(failure: Failure) -> Failure:
    """What the hub says of a sealed message is the hub's word alone."""
    return Failure(failure.code, f"the hub says: {failure.error}; {NOT_KNOWN}")
