# SPDX-License-Identifier: MIT
"""The Malinka bus from Python: join a channel, ask devices, hear their events, or be a device."""

from .backoff import Backoff
from .client import Client
from .device import Answer, Command
from .envelope import Blob, Json
from .errors import Failure
from .events import Event, EventStream
from .limits import ResponseCode
from .link import State
from .presence import Member
from .requests import Reply
from .seal.keys import Level
from .state import read_password

__all__ = ["Answer", "Backoff", "Blob", "Client", "Command", "Event", "EventStream", "Failure", "Json", "Level",
           "Member", "Reply", "ResponseCode", "State", "read_password"]
