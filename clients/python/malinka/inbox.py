# SPDX-License-Identifier: MIT
"""What comes from the hub, in plain and sealed, and who is to have it. **Loop-bound**."""

import functools
import weakref
from collections.abc import Callable

from .device import Device
from .envelope import HUB_NAME, Envelope, MessageType, Outcome
from .errors import Failure
from .events import Event, EventStream
from .limits import ResponseCode
from .presence import Members
from .requests import NOT_KNOWN, Requests, names_of_dropped, reply_of
from .sealed_channel import Opened, SealedChannel

#: What a sealed channel's client believes of the hub about a message of ours (section 8).
_HUBS_CODES = (400, 404, 408, 413, 503)


class Inbox:
    """The way in."""

    def __init__(self, requests: Requests, members: Members, sealed: SealedChannel | None,
                 device: Device | None, send: Callable[[Envelope], None]) -> None:
        self._requests, self._members, self._sealed = requests, members, sealed
        self._device, self._send = device, send
        self.streams: weakref.WeakSet[EventStream] = weakref.WeakSet()
        #: Messages that meant nothing to us.
        self.discarded = 0

    def take(self, envelope: Envelope) -> None:
        """Any message that the hub relayed or said."""
        if envelope.originator == HUB_NAME:
            self._take_from_hub(envelope)
        elif self._sealed is None:
            self._take_from_member(envelope)
        elif envelope.sealed:
            self._take_sealed(self._sealed, envelope)
        elif envelope.message_type == MessageType.COMMAND:
            self._refuse(envelope, Failure(ResponseCode.DENIED, "this channel is sealed, and this came in plain"))
        else:
            self.discarded += 1

    def _take_from_hub(self, envelope: Envelope) -> None:
        if envelope.message_type == MessageType.RESPONSE:
            if not self._take_report(envelope):
                self.discarded += 1
        elif envelope.message_type == MessageType.BROADCAST and envelope.name == "hub.dropped":
            self._requests.dropped(names_of_dropped(envelope.value_object))
        elif envelope.message_type == MessageType.BROADCAST:
            self._take_presence(envelope)
        else:
            self.discarded += 1

    def _take_report(self, envelope: Envelope) -> bool:
        if self._requests.accept(envelope):
            return True
        said = reply_of(envelope, HUB_NAME)
        if self._sealed is None or envelope.response is None or said.code not in _HUBS_CODES:
            return False
        return self._sealed.initiator.take_report(envelope.response.request_id or "", Failure(said.code, said.error))

    def _take_presence(self, envelope: Envelope) -> None:
        changed = self._members.hear(envelope)
        if changed is None:
            self.discarded += 1
            return
        for name in changed:
            if envelope.name == "hub.left":
                self._take_leave(name)
            elif self._sealed:
                self._sealed.came(name)
                if self.streams and name in self._members and self._members[name].is_device:
                    self._sealed.listen(name)

    def _take_leave(self, name: str) -> None:
        error = f"{name} left before it answered"
        if self._sealed:
            self._sealed.initiator.left(name, Failure(ResponseCode.NOT_FOUND, f"{error}: this was not sent"))
            error = f"{error}; {NOT_KNOWN}"
        self._requests.fail_from(name, Failure(ResponseCode.NOT_FOUND, error))

    def _take_sealed(self, sealed: SealedChannel, envelope: Envelope) -> None:
        opened = sealed.take(envelope)
        if opened is None:
            return
        inner = opened.envelope
        if inner.message_type == MessageType.BROADCAST:
            self._tell(inner, opened.lost)
        elif inner.message_type == MessageType.COMMAND:
            self._take_sealed_command(opened)
        else:
            if not self._requests.accept(inner):
                self.discarded += inner.response is not None
            if opened.lost:
                self._requests.fail_from(inner.originator or "", Failure(
                    ResponseCode.UNAVAILABLE, f"answers of {inner.originator} were lost; {NOT_KNOWN}"))

    def _take_sealed_command(self, opened: Opened) -> None:
        session, sealed, device = opened.session, self._sealed, self._device
        assert session and sealed and sealed.responder and device
        answer = functools.partial(sealed.responder.answer, session)
        device.take(opened.envelope, session.level, answer)

    def _take_from_member(self, envelope: Envelope) -> None:
        if envelope.message_type == MessageType.BROADCAST:
            self._tell(envelope, 0)
        elif envelope.message_type == MessageType.RESPONSE:
            self.discarded += not self._requests.accept(envelope)
        elif self._device and not envelope.sealed:
            self._device.take(envelope, None, self._send)
        else:
            self._refuse(envelope, Failure(ResponseCode.NOT_FOUND, "this subscriber carries out no commands"))

    def _tell(self, envelope: Envelope, lost: int) -> None:
        if envelope.originator is None or envelope.name is None:
            self.discarded += 1
            return
        event = Event(envelope.originator, envelope.name, envelope.value, envelope.blob, lost)
        for stream in list(self.streams):
            stream.put(event, envelope.size)

    def _refuse(self, command: Envelope, failure: Failure) -> None:
        """Every Command is answered exactly once."""
        if command.originator is None:
            self.discarded += 1
            return
        outcome = Outcome(command.id, False, failure.code, failure.error)
        try:
            self._send(Envelope(MessageType.RESPONSE, name=command.name, recipients=(command.originator,),
                                response=outcome))
        except Failure:
            self.discarded += 1  # Whoever asked learns of our absence from the hub.
