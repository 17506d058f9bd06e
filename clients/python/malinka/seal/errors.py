# SPDX-License-Identifier: MIT
"""What sealing refuses, and the one word for why."""


class SealError(Exception):
    """Bytes that are not what they should be. `error` is the word that spec/vectors/sealed has."""

    def __init__(self, error: str) -> None:
        super().__init__(error.replace("_", " "))
        self.error = error
