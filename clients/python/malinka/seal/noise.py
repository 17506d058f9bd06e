# SPDX-License-Identifier: MIT
"""Noise_NXpsk2_25519_ChaChaPoly_SHA256, both ends (Noise specification, revision 34).

    -> e
    <- e, ee, s, es, psk
"""

import copy
import dataclasses
import hashlib
import secrets

from . import primitives
from .errors import SealError

PROTOCOL_NAME = b"Noise_NXpsk2_25519_ChaChaPoly_SHA256"
_POINT_BYTES = 32
_SEALED_POINT_BYTES = _POINT_BYTES + primitives.TAG_BYTES


class _SymmetricState:
    """Section 5.2 of the specification."""

    def __init__(self, prologue: bytes) -> None:
        # The name is longer than a hash, so it is hashed.
        self.hash = hashlib.sha256(PROTOCOL_NAME).digest()
        self._chaining_key = self.hash
        self._key = b""
        self._counter = 0
        self.mix_hash(prologue)

    def mix_hash(self, content: bytes) -> None:
        self.hash = hashlib.sha256(self.hash + content).digest()

    def mix_key(self, secret: bytes) -> None:
        self._chaining_key, key = _hkdf(self._chaining_key, secret, 2)
        self._set_key(key)

    def mix_key_and_hash(self, secret: bytes) -> None:
        self._chaining_key, mixed, key = _hkdf(self._chaining_key, secret, 3)
        self.mix_hash(mixed)
        self._set_key(key)

    def encrypt_and_hash(self, plaintext: bytes) -> bytes:
        box = primitives.encrypt(self._key, self._counter, self.hash, plaintext)
        self._counter += 1
        self.mix_hash(box)
        return box

    def decrypt_and_hash(self, box: bytes) -> bytes:
        plaintext = primitives.decrypt(self._key, self._counter, self.hash, box)
        self._counter += 1
        self.mix_hash(box)
        return plaintext

    def split(self) -> tuple[bytes, bytes]:
        initiator_key, responder_key = _hkdf(self._chaining_key, b"", 2)
        return initiator_key, responder_key

    def _set_key(self, key: bytes) -> None:
        self._key, self._counter = key, 0


@dataclasses.dataclass(frozen=True)
class Secrets:
    """What both ends have when the handshake is done: the key of each direction."""

    initiator_key: bytes = dataclasses.field(repr=False)
    responder_key: bytes = dataclasses.field(repr=False)
    handshake_hash: bytes = dataclasses.field(repr=False)


class Initiator:
    """Says message 1, hears message 2. `ephemeral` is a private key, for vectors alone."""

    def __init__(self, prologue: bytes, psk: bytes, ephemeral: bytes | None = None) -> None:
        self._state = _SymmetricState(prologue)
        self._psk = psk
        self._ephemeral = ephemeral or secrets.token_bytes(primitives.KEY_BYTES)

    def write_message_1(self, payload: bytes = b"") -> bytes:
        point = primitives.public_key(self._ephemeral)
        _mix_ephemeral(self._state, point)
        return point + self._state.encrypt_and_hash(payload)

    def read_message_2(self, message: bytes) -> tuple[bytes, bytes, Secrets]:
        """The payload, the responder's static public key, and the secrets. Raises SealError, and
        then nothing has changed: a forged message does not keep the right one out."""
        state = copy.copy(self._state)
        point, sealed_static, box = _take_apart_message_2(message)
        _mix_ephemeral(state, point)                              # e
        state.mix_key(primitives.agree(self._ephemeral, point))   # ee
        static = state.decrypt_and_hash(sealed_static)            # s
        state.mix_key(primitives.agree(self._ephemeral, static))  # es
        state.mix_key_and_hash(self._psk)                         # psk
        payload = state.decrypt_and_hash(box)
        return payload, static, Secrets(*state.split(), state.hash)


class Responder:
    """Hears message 1, says message 2. `static` is the private key of its identity."""

    def __init__(self, prologue: bytes, psk: bytes, static: bytes,
                 ephemeral: bytes | None = None) -> None:
        self._state = _SymmetricState(prologue)
        self._psk = psk
        self._static = static
        self._ephemeral = ephemeral or secrets.token_bytes(primitives.KEY_BYTES)
        self._peer = b""

    def read_message_1(self, message: bytes) -> bytes:
        """The payload. Raises SealError, and then this end is of no further use. It says nothing
        about the PSK: that comes with data."""
        if len(message) < _POINT_BYTES + primitives.TAG_BYTES:
            raise SealError("too_short")
        self._peer = message[:_POINT_BYTES]
        _mix_ephemeral(self._state, self._peer)
        return self._state.decrypt_and_hash(message[_POINT_BYTES:])

    def write_message_2(self, payload: bytes = b"") -> tuple[bytes, Secrets]:
        """Raises SealError for a peer whose point makes a secret of zeros."""
        state = self._state
        point = primitives.public_key(self._ephemeral)
        _mix_ephemeral(state, point)                                            # e
        state.mix_key(primitives.agree(self._ephemeral, self._peer))            # ee
        sealed_static = state.encrypt_and_hash(primitives.public_key(self._static))  # s
        state.mix_key(primitives.agree(self._static, self._peer))               # es
        state.mix_key_and_hash(self._psk)                                       # psk
        message = point + sealed_static + state.encrypt_and_hash(payload)
        return message, Secrets(*state.split(), state.hash)


def _mix_ephemeral(state: _SymmetricState, point: bytes) -> None:
    """With a PSK in the pattern an ephemeral key is mixed in twice (section 9.2)."""
    state.mix_hash(point)
    state.mix_key(point)


def _take_apart_message_2(message: bytes) -> tuple[bytes, bytes, bytes]:
    payload_at = _POINT_BYTES + _SEALED_POINT_BYTES
    if len(message) < payload_at + primitives.TAG_BYTES:
        raise SealError("too_short")
    return message[:_POINT_BYTES], message[_POINT_BYTES:payload_at], message[payload_at:]


def _hkdf(chaining_key: bytes, secret: bytes, count: int) -> list[bytes]:
    """Section 4.3: RFC 5869 with the chaining key as its salt and no info."""
    temporary = primitives.hmac_sha256(chaining_key, secret)
    outputs: list[bytes] = []
    for number in range(1, count + 1):
        last = outputs[-1] if outputs else b""
        outputs.append(primitives.hmac_sha256(temporary, last + bytes([number])))
    return outputs
