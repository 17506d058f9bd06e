// SPDX-License-Identifier: MIT
// Files that wait for one another, are paused, go on and are cancelled.

import { loadPrimitives } from '@malinka/client';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { pattern, StreamWorld } from '../../../../clients/typescript/src/testing/stream_world.ts';
import { hashInWorker } from './hashing.ts';
import { untilIn, workerInMemory } from './testing.ts';
import { Transfers } from './transfers.svelte.ts';

const bytes = Uint8Array.from(pattern(1_500_000));

let it: StreamWorld;
let transfers: Transfers;

beforeAll(() => loadPrimitives());
beforeEach(() => {
  it = new StreamWorld();
  transfers = new Transfers(it.client, 'kitchen', hashInWorker(workerInMemory));
});
afterEach(() => {
  transfers.stop();
  it.client.close();
});

const until = (condition: () => boolean) => untilIn(it, condition);
const states = () => transfers.all.map(({ state }) => state);

function upload(...names: readonly string[]): void {
  const files = names.map((name) => new File([bytes], name));
  transfers.upload(files, '/srv', () => {});
}

/** Accepts the stream that is asked for as the given one. */
async function accept(count: number, offset = 0) {
  await until(() => it.openings.length === count);
  return it.accept(undefined, { offset }).device;
}

async function finish(count: number, offset = 0): Promise<void> {
  const device = await accept(count, offset);
  await until(() => device.end !== undefined);
  device.send(new Uint8Array(), { value: {} });
}

function one(index: number) {
  const transfer = transfers.all[index];
  if (transfer === undefined) throw new Error(`there are ${transfers.all.length}`);
  return transfer;
}

test('they go one at a time', async () => {
  upload('a', 'b');
  expect(states()).toEqual(['running', 'waiting']);
  await finish(1);
  await until(() => states()[0] === 'done');
  expect(states()[1]).toBe('running');
  await finish(2);
  await until(() => states()[1] === 'done');
});

test('one that is paused lets the next go, and goes on behind it from where it was', async () => {
  upload('a', 'b');
  const device = await accept(1);
  transfers.pause(one(0));
  await until(() => device.aborted !== undefined);
  await finish(2);
  await until(() => states()[1] === 'done');
  expect(states()[0]).toBe('paused');
  transfers.resume(one(0));
  await finish(3, 1_000_000);
  await until(() => states()[0] === 'done');
  expect(one(0).doneBytes).toBe(bytes.length);
});

test('one that is cancelled is given up, and no news of that is told', async () => {
  upload('a', 'b');
  const device = await accept(1);
  transfers.cancel(one(0));
  transfers.cancel(one(1));
  await until(() => device.aborted !== undefined);
  await it.settle();
  expect(states()).toEqual(['cancelled', 'cancelled']);
  expect(one(0).error).toBe('');
  transfers.clear();
  expect(transfers.all).toEqual([]);
});

test('one whose link is lost goes on when the device is there again', async () => {
  upload('a');
  await accept(1);
  it.connection.drop();
  await until(() => states()[0] === 'interrupted');
  it.client.connect();
  it.connection.admit(['hall']);
  await it.settle();
  expect(states()).toEqual(['interrupted']);
  const value = { subscriber: 'kitchen', device: true };
  it.connection.say({ messageType: 'Broadcast', name: 'hub.joined', originator: '@hub', value });
  await finish(1, 1_000_000);
  await until(() => states()[0] === 'done');
});

test('one that the device refuses has failed, and can be tried again', async () => {
  upload('a');
  await until(() => it.openings.length === 1);
  it.connection.answer('kitchen', {}, { success: false, responseCode: 507, error: 'it is full' });
  await until(() => states()[0] === 'failed');
  expect(one(0).error).toBe('it is full');
  transfers.resume(one(0));
  await finish(2);
  await until(() => states()[0] === 'done');
});

test('a few files are shown apart, many or folders as one, and the page is not to be closed', async () => {
  const locals = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      kind: 'file' as const,
      name: `${at}`,
      file: async () => new File(['x'], `${at}`),
    }));
  const names = () => transfers.all.map(({ name }) => name);
  expect(transfers.isBusy).toBe(false);
  await transfers.take(locals(2), '/srv', () => {});
  expect([names(), transfers.isBusy]).toEqual([['0', '1'], true]);
  await transfers.take(locals(300), '/srv', () => {});
  expect(names()).toEqual(['0', '1', '300 items']);
  for (const one of transfers.all) transfers.cancel(one);
  expect(transfers.isBusy).toBe(false);
});
