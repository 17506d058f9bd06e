#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A file through a relay of TCP without any protocol: each run is one of the three processes that it takes.

    pour.py read PORT FILE     what is in FILE, to PORT
    pour.py relay FD FD        from who connects to the first listening socket, to who connects to the second
    pour.py write PORT FILE    what comes from PORT, to FILE and the disk
"""

import os
import socket
import sys

PIECE_BYTES = 256 << 10


def pour(take, give) -> None:
    buffer = bytearray(PIECE_BYTES)
    while size := take(buffer):
        give(memoryview(buffer)[:size])


def main(role: str, *rest: str) -> None:
    if role == "read":
        with open(rest[1], "rb", buffering=0) as file, socket.create_connection(("127.0.0.1", int(rest[0]))) as out:
            pour(file.readinto, out.sendall)
    elif role == "write":
        with socket.create_connection(("127.0.0.1", int(rest[0]))) as come, open(rest[1], "wb", buffering=0) as file:
            pour(come.recv_into, file.write)
            os.fsync(file.fileno())
    else:
        (come, _), (out, _) = (socket.socket(fileno=int(fd)).accept() for fd in rest)
        with come, out:
            pour(come.recv_into, out.sendall)


if __name__ == "__main__":
    main(*sys.argv[1:])
