// SPDX-License-Identifier: MIT
// What tests of transfers share.

import type { StreamWorld } from '../../../../clients/typescript/src/testing/stream_world.ts';
import { serveHashes, type HashScope } from './hashing.ts';

/** Goes on until it has come so far. */
export async function untilIn(world: StreamWorld, condition: () => boolean): Promise<void> {
  for (let turns = 0; turns < 10_000 && !condition(); turns++) await world.settle();
  if (!condition()) throw new Error('it never came so far');
}

/** Clones what passes, as a worker does. */
export function workerInMemory(): Worker {
  const { port1: own, port2: theirs } = new MessageChannel();
  serveHashes({
    postMessage: (message) => theirs.postMessage(message),
    addEventListener: (type, listener) => theirs.addEventListener(type, listener as EventListener),
  } as HashScope);
  own.start();
  theirs.start();
  return Object.assign(own, {
    terminate: () => (own.close(), theirs.close()),
  }) as unknown as Worker;
}
