# SPDX-License-Identifier: MIT
"""Reads JSON objects member by member, as they are written.

Python's parser keeps the last of two equal names and forgets how an id was written, but an id is
echoed byte for byte, and a routing member that stands twice is refused (docs/protocol.md section 3).
"""

import json
import math
import re
import sys
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from . import limits
from .envelope import Json
from .errors import DecodeError

_Value = TypeVar("_Value")
_BLANKS = re.compile(r"[ \t\n\r]*")
#: Possessive: a string of megabytes is gone through without notes on where to turn back.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]')
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
#: Python refuses to read longer whole numbers, for the time that it would take.
_INTEGER_DIGITS_MAX = 4000


class Member(NamedTuple):
    """`raw_name` is what stands between the quotes, `raw` the value's text."""

    raw_name: str
    raw: str
    value: Json


def members_of(text: str) -> list[Member]:
    """The members of a JSON object. Raises DecodeError: not_json, not_an_object, too_deep."""
    try:
        members = _read(text)
    except RecursionError:
        members = _read_deep(text)
    if _SURROGATE.search(text):
        _check_surrogates(members)
    return members


def _read(text: str) -> list[Member]:
    at = _skip(text, 0)
    if text[at:at + 1] != "{":
        _check_other(text, at)
    members: list[Member] = []
    at = _skip(text, at + 1)
    if text[at:at + 1] == "}":
        return _end(text, at, members)
    while True:
        if text[at:at + 1] != '"':
            raise DecodeError("not_json")
        _, name_end = _value(text, at)
        colon = _skip(text, name_end)
        if text[colon:colon + 1] != ":":
            raise DecodeError("not_json")
        start = _skip(text, colon + 1)
        value, end = _value(text, start)
        members.append(Member(text[at + 1:name_end - 1], text[start:end], value))
        at = _skip(text, end)
        if text[at:at + 1] == "}":
            return _end(text, at, members)
        if text[at:at + 1] != ",":
            raise DecodeError("not_json")
        at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at


def _end(text: str, at: int, members: list[Member]) -> list[Member]:
    if _skip(text, at + 1) != len(text):
        raise DecodeError("not_json")
    return members


def _check_other(text: str, at: int) -> None:
    """What does not begin as an object is JSON of another kind, or none."""
    if at == len(text):
        raise DecodeError("not_an_object")
    _, end = _value(text, at)
    raise DecodeError("not_an_object" if _skip(text, end) == len(text) else "not_json")


def _value(text: str, at: int) -> tuple[Json, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except ValueError as wrong:
        raise DecodeError("not_json") from wrong


def _read_deep(text: str) -> list[Member]:
    """Python counts nesting as recursion: lets it go as deep as the protocol does, and no deeper."""
    depth = deepest = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
        deepest = max(deepest, depth)
    if deepest > limits.JSON_DEPTH_MAX:
        raise DecodeError("too_deep")
    return with_deep_recursion(lambda: _read(text))


def with_deep_recursion(action: Callable[[], _Value]) -> _Value:
    """Runs it where Python may recurse as deep as a message may be nested."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + 4 * limits.JSON_DEPTH_MAX)
    try:
        return action()
    finally:
        sys.setrecursionlimit(limit)


def _check_surrogates(members: list[Member]) -> None:
    """An escaped surrogate without its other half has no UTF-8, and is no JSON of ours."""
    said = [(json.loads(f'"{member.raw_name}"'), member.value) for member in members]
    try:
        with_deep_recursion(lambda: json.dumps(said, ensure_ascii=False)).encode()
    except UnicodeEncodeError as wrong:
        raise DecodeError("not_json") from wrong


def _integer(digits: str) -> int | float:
    """What Python does not read is beyond any double as well."""
    if len(digits) <= _INTEGER_DIGITS_MAX:
        return int(digits)
    return -math.inf if digits.startswith("-") else math.inf


def _constant(_: str) -> Json:
    raise ValueError("JSON has no such number")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_constant=_constant)
