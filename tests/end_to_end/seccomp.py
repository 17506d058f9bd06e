# SPDX-License-Identifier: MIT
"""Refuses system calls to the process that it is called in, as a container's runtime does: seccomp(2)."""

import ctypes
import errno
import struct

IO_URING_SETUP, IO_URING_ENTER = 425, 426  # The same on every architecture.

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # Of classic BPF; word 0 is the call's number.
_ALLOW, _FAIL_WITH = 0x7FFF0000, 0x00050000


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def refuse(libc: ctypes.CDLL, *calls: int) -> None:
    """From now on, and for all that it starts, they fail with EPERM."""
    steps = [(_LOAD_WORD, 0, 0, 0)]
    for call in calls:
        steps += [(_JUMP_IF_EQUAL, 0, 1, call), (_RETURN, 0, 0, _FAIL_WITH | errno.EPERM)]
    steps += [(_RETURN, 0, 0, _ALLOW)]
    program = _Program(len(steps), b"".join(struct.pack("=HBBI", *step) for step in steps))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or \
            libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
