# SPDX-License-Identifier: MIT
"""How channels are sealed (docs/protocol.md section 8), as pure functions of bytes.

Nothing here knows of connections or clocks: channel keys, the five forms, the handshake, boxes,
event keys and fingerprints. Python cannot erase what it has freed: a key that was raised is gone
for this program, but may linger in its memory until that is used again.
"""
