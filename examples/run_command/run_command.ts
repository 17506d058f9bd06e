// SPDX-License-Identifier: MIT
// Runs a command on a device: node run_command.cjs HUB CHANNEL PASSWORD DEVICE COMMAND
// Pages bring a WebSocket of their own, and so does Node from 22 on: then `ws` is not needed.

import { webcrypto } from 'node:crypto';
import {
  Client,
  busUrl,
  isObject,
  objectMember,
  sealHere,
  socketsOf,
  stringMember,
} from '@malinka/client';
import { WebSocket as NodeWebSocket } from 'ws';

// Node 18 has no global of that name yet.
globalThis.crypto ??= webcrypto as Crypto;

async function main(
  hub = '',
  channel = '',
  password = '',
  device = '',
  command = '',
): Promise<number> {
  const url = busUrl(hub);
  if (!url.ok) throw new Error(url.failure.error);
  const open = socketsOf(NodeWebSocket as unknown as typeof WebSocket);
  const settings = { url: url.value, open, channel, password, subscriber: 'script' };
  const client = new Client({ ...settings, seal: sealHere, hearsEvents: false });
  try {
    await joined(client);
    const reply = await client.request(device, 'shell.run', { command });
    if (!reply.success || !isObject(reply.value)) throw new Error(reply.error);
    process.stdout.write(stringMember(objectMember(reply.value, 'stdout') ?? {}, 'text') ?? '');
    return Number(reply.value['exitCode'] ?? 0);
  } finally {
    client.close();
  }
}

function joined(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    client.stateChanged.add((state) => {
      if (state.phase === 'joined') resolve();
      if (state.phase === 'refused') reject(new Error(state.refusal.error));
    });
    client.connect();
  });
}

main(...process.argv.slice(2)).then(
  (exitCode) => (process.exitCode = exitCode),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
