#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# Runs a command on a device: PYTHONPATH=clients/python python3 run_command.py HUB CHANNEL PASSWORD DEVICE COMMAND

import asyncio
import sys

from malinka import Client


async def main(hub: str, channel: str, password: str, device: str, command: str) -> int:
    async with Client(hub, channel, "script", password) as home:
        reply = await home.request(device, "shell.run", {"command": command})
    if not reply.success:
        sys.exit(reply.error)
    print(reply.value["stdout"].get("text", ""), end="")
    return reply.value["exitCode"] or 0


sys.exit(asyncio.run(main(*sys.argv[1:])))
