// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashInWorker } from './hashing.ts';
import { workerInMemory } from './testing.ts';

test('two files are hashed beside one another, and a third is dropped', async () => {
  const hasher = hashInWorker(workerInMemory);
  const hashes = [hasher.start(), hasher.start(), hasher.start()] as const;
  const texts = ['raspberry', 'pie', ''];
  for (const round of [0, 1, 2])
    for (const [at, hash] of hashes.entries())
      await hash.update(new TextEncoder().encode(`${texts[at]}${round}`));
  hashes[2].drop();
  for (const at of [0, 1] as const) {
    const text = [0, 1, 2].map((round) => `${texts[at]}${round}`).join('');
    expect(await hashes[at].final()).toBe(createHash('sha256').update(text).digest('hex'));
  }
  hasher.stop();
});

test('what is hashed stays as it was', async () => {
  const hasher = hashInWorker(workerInMemory);
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const hash = hasher.start();
  await hash.update(bytes.subarray(1, 3));
  await hash.final();
  expect(bytes).toEqual(Uint8Array.of(1, 2, 3, 4));
  hasher.stop();
});

test('a worker that does not start fails all that is asked of it, also later', async () => {
  const listeners: (() => void)[] = [];
  const dead = {
    postMessage: () => {},
    addEventListener: (type: string, listener: () => void) => {
      if (type === 'error') listeners.push(listener);
    },
  };
  const hash = hashInWorker(() => dead as unknown as Worker).start();
  await hash.update(new Uint8Array(1));
  const asked = hash.update(new Uint8Array(1));
  for (const listener of listeners) listener();
  await expect(asked).rejects.toThrow('did not start');
  await expect(hash.final()).rejects.toThrow('did not start');
});
