# SPDX-License-Identifier: MIT
"""The primitives of section 8, and the only place that knows PyNaCl.

BLAKE2b: RFC 7693. X25519: RFC 7748. ChaCha20-Poly1305: RFC 8439. Argon2id: RFC 9106.
"""

import hashlib
import hmac

import nacl.bindings
import nacl.exceptions

from .. import limits
from .errors import SealError

KEY_BYTES = 32
TAG_BYTES = 16
SALT_BYTES = 16
#: Noise's own: no message may have it as its counter (Noise specification, section 11.3).
REKEY_COUNTER = 2**64 - 1


def blake2b(content: bytes, size: int, key: bytes = b"") -> bytes:
    """BLAKE2b with a digest of `size` bytes, keyed where there is a key."""
    return hashlib.blake2b(content, digest_size=size, key=key).digest()


def derive(key: bytes, label: str) -> bytes:
    """H(k, label) of section 8."""
    return blake2b(label.encode("ascii"), KEY_BYTES, key)


def stretch(password: bytes, salt: bytes) -> bytes:
    """Argon2id as section 8 has it: about a tenth of a second, and 64 MiB."""
    return nacl.bindings.crypto_pwhash_alg(
        KEY_BYTES, password, salt, limits.SEAL_PASSWORD_OPERATIONS,
        limits.SEAL_PASSWORD_MEMORY_BYTES, nacl.bindings.crypto_pwhash_ALG_ARGON2ID13)


def public_key(private: bytes) -> bytes:
    """X25519 of the base point."""
    return nacl.bindings.crypto_scalarmult_base(private)


def agree(private: bytes, public: bytes) -> bytes:
    """X25519. Raises SealError for a point that makes the secret zero, whatever the private key."""
    try:
        return nacl.bindings.crypto_scalarmult(private, public)
    except nacl.exceptions.RuntimeError as zero:
        raise SealError("low_order_point") from zero


def encrypt(key: bytes, counter: int, associated: bytes, plaintext: bytes) -> bytes:
    """ChaCha20-Poly1305-IETF; the nonce is 4 zero bytes and the counter, little-endian."""
    return nacl.bindings.crypto_aead_chacha20poly1305_ietf_encrypt(
        plaintext, associated, _nonce(counter), key)


def decrypt(key: bytes, counter: int, associated: bytes, box: bytes) -> bytes:
    """Raises SealError unless the tag verifies."""
    if len(box) < TAG_BYTES:
        raise SealError("not_authentic")
    try:
        return nacl.bindings.crypto_aead_chacha20poly1305_ietf_decrypt(
            box, associated, _nonce(counter), key)
    except nacl.exceptions.CryptoError as forged:
        raise SealError("not_authentic") from forged


def raise_key(key: bytes) -> bytes:
    """The key of the next generation: REKEY of the Noise specification, section 4.2."""
    return encrypt(key, REKEY_COUNTER, b"", bytes(KEY_BYTES))[:KEY_BYTES]


def hmac_sha256(key: bytes, content: bytes) -> bytes:
    """RFC 2104 with SHA-256."""
    return hmac.digest(key, content, "sha256")


def _nonce(counter: int) -> bytes:
    return bytes(4) + counter.to_bytes(8, "little")
