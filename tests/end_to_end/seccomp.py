# SPDX-License-Identifier: MIT
"""Refuses system calls to the process that it is called in, as a container's runtime does: seccomp(2)."""

import contextlib
import ctypes
import errno
import fcntl
import os
import platform
import select
import socket
import struct
import threading

IO_URING_SETUP, IO_URING_ENTER = 425, 426  # The same on every architecture.

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # Of classic BPF; word 0 is the call's number.
_ALLOW, _FAIL_WITH, _ASK = 0x7FFF0000, 0x00050000, 0x7FC00000

_SECCOMP = {"x86_64": 317, "armv7l": 383}.get(platform.machine(), 277)
_SET_MODE_FILTER, _NEW_LISTENER = 1, 8
_RECEIVE, _SEND, _CONTINUE, _QUESTION_BYTES = 0xC0502100, 0xC0182101, 1, 80


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


class Gatekeeper:
    """Decides on one system call of another process, each time: seccomp_unotify(2). Lets it pass until told otherwise.

        gatekeeper = Gatekeeper(IO_URING_ENTER)
        hub = self.start_hub(before=gatekeeper.stand_before)
        gatekeeper.refuse()
    """

    def __init__(self, call: int) -> None:
        self._call = call
        self._error = 0
        self._here, self._there = socket.socketpair()
        self._thread = threading.Thread(target=self._decide, daemon=True)
        self._thread.start()

    def stand_before(self, libc: ctypes.CDLL) -> None:
        """In the process itself, before its program begins."""
        steps = [(_LOAD_WORD, 0, 0, 0), (_JUMP_IF_EQUAL, 0, 1, self._call), (_RETURN, 0, 0, _ASK), (_RETURN, 0, 0, _ALLOW)]
        program = _Program(len(steps), b"".join(struct.pack("=HBBI", *step) for step in steps))
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")
        questions = libc.syscall(_SECCOMP, _SET_MODE_FILTER, _NEW_LISTENER, ctypes.byref(program))
        if questions < 0:
            raise OSError(ctypes.get_errno(), "seccomp")
        socket.send_fds(self._there, [b"!"], [questions])

    def refuse(self) -> None:
        """From now on the call fails with EPERM."""
        self._error = errno.EPERM

    def close(self) -> None:
        """Once the process has ended."""
        self._there.close()
        self._thread.join()
        self._here.close()

    def _decide(self) -> None:
        _, descriptors, _, _ = socket.recv_fds(self._here, 1, 1)
        if not descriptors:
            return
        (questions,) = descriptors
        poll = select.poll()
        poll.register(questions, select.POLLIN)
        while not poll.poll()[0][1] & select.POLLHUP:
            self._answer(questions)
        os.close(questions)

    def _answer(self, questions: int) -> None:
        question = bytearray(_QUESTION_BYTES)
        with contextlib.suppress(FileNotFoundError):  # Whoever asked is no more.
            fcntl.ioctl(questions, _RECEIVE, question)
            (number,) = struct.unpack_from("=Q", question)
            answer = (number, 0, -self._error, 0) if self._error else (number, 0, 0, _CONTINUE)
            fcntl.ioctl(questions, _SEND, bytearray(struct.pack("=QqiI", *answer)))
