// SPDX-License-Identifier: MIT
// Small files that go together: how many of them, what becomes of each, and of older devices.

import { notKnown, type Json, type JsonObject, type Reply } from '@malinka/client';
import { beforeEach, expect, test, vi } from 'vitest';
import { bundledBytesMax, Bundler, bundleFilesMax, bundlesAtOnce } from './bundler.ts';
import type { Ends } from './job.ts';

interface Asked {
  readonly name: string;
  readonly value: JsonObject;
  readonly bytes: Uint8Array;
  readonly answer: (code: number, value?: Json, error?: string) => Promise<void>;
}

let asked: Asked[];
let bundler: Bundler;
let stop: AbortController;

beforeEach(() => {
  asked = [];
  stop = new AbortController();
  const request = (from: string, name: string, value: JsonObject, { blob }: { blob: Blob }) =>
    new Promise<Reply>((resolve) => {
      const answer = async (code: number, said?: Json, error = '') => {
        resolve({ from, code, success: code === 200, error, value: said, blob: undefined });
        await new Promise((done) => setImmediate(done));
      };
      asked.push({ name, value, bytes: (blob as unknown as { bytes: Uint8Array }).bytes, answer });
    });
  bundler = new Bundler({ client: { request }, device: 'kitchen' } as unknown as Ends);
});

const write = (path: string, bytes = 1) =>
  bundler.write({ path }, new Uint8Array(bytes).fill(path.charCodeAt(0)), stop.signal);

/** As many as go at once, each alone since nothing else is on its way or waits. */
const fill = () => Array.from({ length: bundlesAtOnce }, (_, at) => write(`${at}`));
const pathsOf = ({ value }: Asked) =>
  ((value['files'] ?? [value]) as JsonObject[]).map(({ path }) => path);
const latest = () => asked.at(-1) ?? expect.fail('nothing was asked');

test('what is ready while others are on their way goes together, and each has its own answer', async () => {
  const [first] = fill();
  expect(asked.map(({ name }) => name)).toEqual(Array(bundlesAtOnce).fill('files.write'));
  const [a, b, c] = [write('a', 2), write('b', 0), write('c', 1)];
  await asked[0]?.answer(200, { path: '0' });
  expect(await first).toMatchObject({ success: true, value: { path: '0' } });
  expect(latest()).toMatchObject({
    name: 'files.unpack',
    value: {
      files: [
        { path: 'a', size: 2 },
        { path: 'b', size: 0 },
        { path: 'c', size: 1 },
      ],
    },
    bytes: new TextEncoder().encode('aac'),
  });
  await latest().answer(200, { files: [{ path: 'a' }, { path: 'b', code: 409, error: 'there' }] });
  expect(await a).toMatchObject({ success: true, value: { path: 'a' } });
  expect(await b).toMatchObject({ success: false, code: 409, error: 'there' });
  // Of which the answer says nothing.
  expect(await c).toMatchObject({ success: false, code: 400 });
});

test('what befalls the message befalls all in it', async () => {
  fill();
  const both = Promise.all([write('a'), write('b')]);
  await asked[0]?.answer(200);
  await latest().answer(503, undefined, 'the link');
  for (const reply of await both) expect(reply).toMatchObject({ code: 503, error: 'the link' });
});

test('one message has no more files and bytes than it may, and more where it is soon answered', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  fill();
  const half = bundledBytesMax / 2;
  for (const path of ['a', 'b', 'c', 'd', 'e', 'f']) void write(path, half);
  for (let at = 0; at <= bundleFilesMax; at++) void write(`small ${at}`, 0);
  now.mockReturnValue(1000);
  await asked[0]?.answer(200);
  expect(pathsOf(latest())).toEqual(['a', 'b']);
  now.mockReturnValue(2000);
  await latest().answer(200, { files: [] });
  expect(pathsOf(latest())).toEqual(['c', 'd']);
  now.mockReturnValue(2001);
  await latest().answer(200, { files: [] });
  expect(pathsOf(latest())).toHaveLength(bundleFilesMax);
  now.mockRestore();
});

test('a device that is older has one file with each message, and is not asked again', async () => {
  fill();
  const both = Promise.all([write('a'), write('b')]);
  await asked[0]?.answer(200);
  await latest().answer(404, undefined, 'no such command');
  expect(asked.slice(-2).map((one) => [one.name, ...pathsOf(one)])).toEqual([
    ['files.write', 'a'],
    ['files.write', 'b'],
  ]);
  for (const one of asked.slice(-2)) await one.answer(200);
  for (const reply of await both) expect(reply.success).toBe(true);
  for (const path of ['c', 'd', 'e', 'f']) void write(path);
  for (const one of asked.slice(1)) await one.answer(200);
  expect(asked.filter(({ name }) => name === 'files.unpack')).toHaveLength(1);
});

test('a device that left is not taken for an older one', async () => {
  fill();
  const both = Promise.all([write('a'), write('b')]);
  await asked[0]?.answer(200);
  await latest().answer(404, undefined, `it left before it answered: ${notKnown}`);
  for (const reply of await both) expect(reply.code).toBe(404);
  expect(latest().name).toBe('files.unpack');
});

test('what waits when all is stopped does not go', async () => {
  fill();
  const isRefused = expect(write('a')).rejects.toThrow();
  stop.abort();
  await asked[0]?.answer(200);
  await isRefused;
  expect(asked).toHaveLength(bundlesAtOnce);
});
