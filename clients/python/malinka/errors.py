# SPDX-License-Identifier: MIT
"""What the library raises."""

from .limits import ResponseCode


class DecodeError(Exception):
    """A message that is none. `error` is the word that spec/vectors has for what is wrong."""

    def __init__(self, error: str) -> None:
        super().__init__(error.replace("_", " "))
        self.error = error


class Failure(Exception):
    """Why something was refused: a code of spec/errors.json and a sentence a person can act on."""

    def __init__(self, code: int, error: str) -> None:
        super().__init__(f"{error} ({int(code)})")
        self.code = ResponseCode(code) if code in set(ResponseCode) else code
        self.error = error
