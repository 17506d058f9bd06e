# SPDX-License-Identifier: MIT
"""A device's side: each Command is carried out by its handler and answered exactly once."""

import asyncio
import dataclasses
import logging
from collections.abc import Awaitable, Callable

from . import limits
from .clock import Clock
from .envelope import Blob, Envelope, Json, MessageType, Outcome
from .errors import Failure
from .limits import ResponseCode
from .seal.keys import Level

log = logging.getLogger("malinka")


@dataclasses.dataclass(frozen=True)
class Command:
    """What somebody asks of this device. `level` is that of the sealed session, None in plain."""

    sender: str
    name: str
    value: Json = None
    blob: Blob | None = None
    level: Level | None = None


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came of it. What fails raises Failure instead."""

    value: Json = None
    blob: Blob | None = None


#: Carries one Command out. Raises Failure with a code and a sentence a person can act on.
Handler = Callable[[Command], Awaitable[Answer]]
#: Sends the Response to a Command. Raises Failure.
Respond = Callable[[Envelope], None]


class Device:
    """Carries Commands out, so many at once. **Loop-bound**."""

    def __init__(self, handler: Handler, view_commands: frozenset[str], clock: Clock) -> None:
        """`view_commands` are those that level view suffices for."""
        self._handler, self._view_commands, self._clock = handler, view_commands, clock
        self._running: dict[asyncio.Task[None], int] = {}

    def take(self, envelope: Envelope, level: Level | None, respond: Respond) -> None:
        """Answers, now or later."""
        if refusal := self._refusal(envelope, level):
            self._say(envelope, refusal, respond)
            return
        command = Command(envelope.originator or "", envelope.name or "", envelope.value, envelope.blob, level)
        task = asyncio.ensure_future(self._carry_out(envelope, command, respond))
        self._running[task] = envelope.size
        task.add_done_callback(lambda done: self._running.pop(done, None))

    def close(self) -> None:
        """Leaves what is running."""
        for task in list(self._running):
            task.cancel()

    def _refusal(self, envelope: Envelope, level: Level | None) -> Failure | None:
        if level == Level.VIEW and envelope.name not in self._view_commands:
            return Failure(ResponseCode.DENIED, "a view link does not let command this")
        if envelope.is_of_stream:
            return Failure(ResponseCode.NOT_SUPPORTED, "this device opens no streams")
        is_full = (len(self._running) >= limits.COMMANDS_MAX
                   or sum(self._running.values()) + envelope.size > limits.COMMANDS_BYTES_MAX)
        return Failure(ResponseCode.BUSY, "too many commands at once: try again later") if is_full else None

    async def _carry_out(self, envelope: Envelope, command: Command, respond: Respond) -> None:
        try:
            answer = await self._clock.wait(self._handler(command), limits.COMMAND_SECONDS)
            respond(_response(envelope, Outcome(envelope.id, True, ResponseCode.DONE), answer))
        except Failure as failure:
            self._say(envelope, failure, respond)
        except TimeoutError:
            self._say(envelope, Failure(ResponseCode.TIMED_OUT, f"not done in {limits.COMMAND_SECONDS} s"), respond)
        except Exception:
            log.exception("the handler of %s failed", command.name)
            self._say(envelope, Failure(ResponseCode.FAILED, "the device failed"), respond)

    def _say(self, envelope: Envelope, failure: Failure, respond: Respond) -> None:
        outcome = Outcome(envelope.id, False, failure.code, failure.error)
        try:
            respond(_response(envelope, outcome, Answer()))
        except Failure as unsaid:
            log.warning("could not answer %s: %s", envelope.name, unsaid.error)


def _response(envelope: Envelope, outcome: Outcome, answer: Answer) -> Envelope:
    return Envelope(MessageType.RESPONSE, name=envelope.name, recipients=(envelope.originator or "",),
                    value=answer.value, blob=answer.blob, response=outcome)
