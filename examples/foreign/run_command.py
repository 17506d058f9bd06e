#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# Runs a command on a device: python3 run_command.py HUB CHANNEL PASSWORD DEVICE COMMAND
# Any WebSocket client will do: this one is Debian's python3-websockets, and knows nothing of Malinka. It does not seal:
# the device must be set to `sealed = false`, and to `channel = "guarded"` in [policy.shell]; the hub reads along.

import asyncio
import json
import sys

import websockets


async def main(hub: str, channel: str, password: str, device: str, command: str) -> int:
    async with websockets.connect(f"{hub}/bus", max_size=None) as bus:
        await bus.send(json.dumps({"messageType": "Join", "channel": channel, "key": password, "subscriber": "script"}))
        answer = json.loads(await bus.recv())
        if not answer["response"]["success"]:
            sys.exit(answer["response"]["error"])
        await bus.send(json.dumps({"messageType": "Command", "id": "1", "name": "shell.run", "recipients": [device],
                                   "value": {"command": command}}))
        async for text in bus:
            response = json.loads(text).get("response", {})
            if response.get("requestId") == "1":
                if not response["success"]:
                    sys.exit(response["error"])
                value = json.loads(text)["value"]
                print(value["stdout"].get("text", ""), end="")
                return value["exitCode"] or 0
    return 1


sys.exit(asyncio.run(main(*sys.argv[1:])))
