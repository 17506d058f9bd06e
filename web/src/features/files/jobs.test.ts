// SPDX-License-Identifier: MIT
// Files up and down as streams, to a device in memory: whole, resumed, changed meanwhile, refused.

import { createHash } from 'node:crypto';
import { loadPrimitives, type JsonObject } from '@malinka/client';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DeviceStream } from '../../../../clients/typescript/src/testing/device_stream.ts';
import { pattern, StreamWorld } from '../../../../clients/typescript/src/testing/stream_world.ts';
import { Conflicts } from './conflicts.ts';
import { Download } from './download.ts';
import type { Entry } from './entry.ts';
import { hashInWorker, type Hasher } from './hashing.ts';
import type { Ends, Job, Outcome } from './job.ts';
import type { Sink } from './sink.ts';
import { untilIn, workerInMemory } from './testing.ts';
import { Upload } from './upload.ts';

vi.mock('../../components/dialogs.svelte.ts', () => ({
  confirm: async () => agrees,
  ask: undefined,
}));

const size = 3_000_000;
const whole = Uint8Array.from(pattern(size));
const sha256 = createHash('sha256').update(whole).digest('hex');
const entry: Entry = {
  name: 'a.bin',
  path: '/srv/a.bin',
  type: 'file',
  size,
  modified: '2026-11-22T21:48:07Z',
  mode: '0644',
  target: undefined,
  isReachable: true,
};

let agrees = true;
let it: StreamWorld;
let hasher: Hasher;
let ends: Ends;
let moved: number[];
let checks: number;
let stop: AbortController;
/** That were seen. */
let openings: number;

beforeAll(() => loadPrimitives());
beforeEach(() => {
  it = new StreamWorld();
  hasher = hashInWorker(workerInMemory);
  ends = { client: it.client, device: 'kitchen', hasher };
  moved = [];
  checks = 0;
  openings = 0;
  stop = new AbortController();
});
afterEach(() => {
  hasher.stop();
  it.client.close();
});

function run(job: Job): Promise<Outcome> {
  stop = new AbortController();
  return job.run(stop.signal, {
    moved: (bytes) => void moved.push(bytes),
    checking: () => void checks++,
  });
}

const until = (condition: () => boolean) => untilIn(it, condition);

async function finished(outcome: Promise<Outcome>): Promise<Outcome> {
  let isDone = false;
  void outcome.then(() => (isDone = true));
  await until(() => isDone);
  return outcome;
}

/** The next stream is asked for. */
async function asked(name: string): Promise<JsonObject> {
  await until(() => it.openings.length > openings);
  openings = it.openings.length;
  expect(it.openings.at(-1)?.['name']).toBe(name);
  return it.openings.at(-1) ?? {};
}

/** The device accepts what it is asked next. */
async function accepted(name: string, value: JsonObject): Promise<DeviceStream> {
  await asked(name);
  return it.accept(undefined, value).device;
}

describe('an upload', () => {
  const file = new File([whole], 'a.bin', { lastModified: 1_790_000_000_123 });
  const upload = () => new Upload(ends, file, entry.path, new Conflicts(1));

  test('says what comes, goes in parts, and ends with the hash of the whole', async () => {
    const outcome = run(upload());
    const device = await accepted('files.write', { offset: 0 });
    expect(it.openings[0]?.['value']).toEqual({
      path: entry.path,
      overwrite: false,
      size,
      modified: new Date(1_790_000_000_123).toISOString(),
      transfer: expect.stringMatching(/^[0-9a-z]{8,64}$/),
    });
    await until(() => device.end !== undefined);
    device.send(new Uint8Array(), { value: { ...entry } });
    expect(await finished(outcome)).toEqual({ is: 'done' });
    expect(Buffer.from(device.received).equals(whole)).toBe(true);
    expect(device.end).toEqual({ value: { sha256 } });
    expect(moved.length).toBeGreaterThan(1);
  });

  test('goes on where the device has it, under the same name, and hashes all of it', async () => {
    const job = upload();
    const first = run(job);
    const broken = await accepted('files.write', { offset: 0 });
    broken.takes = false;
    await until(() => broken.received.length > 0);
    stop.abort();
    expect(await finished(first)).toMatchObject({ is: 'failed', isInterrupted: true });
    const second = run(job);
    const device = await accepted('files.write', { offset: 1_500_000 });
    const names = it.openings.map(({ value }) => (value as JsonObject)['transfer']);
    expect(names[1]).toBe(names[0]);
    await until(() => device.end !== undefined);
    device.send(new Uint8Array(), { value: { ...entry } });
    expect(await finished(second)).toEqual({ is: 'done' });
    expect(Buffer.from(device.received).equals(whole.subarray(1_500_000))).toBe(true);
    expect(device.end).toEqual({ value: { sha256 } });
    expect(moved.at(-1)).toBeGreaterThan(1_500_000);
  });

  test.each([-1, 1.5, size + 1, 'x', undefined])(
    'is given up where the device has %j of it',
    async (offset) => {
      const outcome = run(upload());
      const device = await accepted('files.write', offset === undefined ? {} : { offset });
      expect(await finished(outcome)).toMatchObject({ is: 'failed' });
      await until(() => device.aborted !== undefined);
    },
  );

  test('over a file that is there asks first', async () => {
    for (agrees of [false, true]) {
      const outcome = run(upload());
      await asked('files.write');
      it.connection.answer('kitchen', {}, { success: false, responseCode: 409, error: 'there' });
      await until(() => it.connection.last['name'] === 'files.stat');
      it.connection.answer('kitchen', { ...entry });
      if (!agrees) {
        expect(await finished(outcome)).toEqual({ is: 'skipped' });
        continue;
      }
      expect((await asked('files.write'))['value']).toMatchObject({ overwrite: true });
      it.accept(undefined, { offset: size }).device.send(new Uint8Array(), { value: {} });
      expect(await finished(outcome)).toEqual({ is: 'done' });
    }
  });

  test('that another transfer is at work on says so, and asks nothing', async () => {
    const outcome = run(upload());
    await asked('files.write');
    it.connection.answer('kitchen', {}, { success: false, responseCode: 409, error: 'at work' });
    await until(() => it.connection.last['name'] === 'files.stat');
    it.connection.answer('kitchen', {}, { success: false, responseCode: 404 });
    expect(await finished(outcome)).toMatchObject({ is: 'failed', error: 'at work' });
  });

  test('tells why the device gave it up', async () => {
    const outcome = run(upload());
    await asked('files.write');
    const { device, id } = it.accept(undefined, { offset: 0 });
    device.say({ is: 'abort', id, code: 507, error: 'no space left' });
    expect(await finished(outcome)).toEqual({
      is: 'failed',
      error: 'no space left',
      isInterrupted: false,
    });
  });

  test('that is small goes in one message', async () => {
    const outcome = run(new Upload(ends, new File(['pie'], 'p'), '/p', new Conflicts(1)));
    await until(() => it.connection.last['name'] === 'files.write');
    expect(it.connection.last['stream']).toBeUndefined();
    it.connection.answer('kitchen', {});
    expect(await finished(outcome)).toEqual({ is: 'done' });
  });
});

describe('a download', () => {
  let stored: Uint8Array[];
  let sinks: { state: 'open' | 'closed' | 'discarded' }[];

  beforeEach(() => {
    stored = [];
    sinks = [];
  });

  async function openSink(): Promise<Sink> {
    const sink: (typeof sinks)[number] = { state: 'open' };
    sinks.push(sink);
    stored = [];
    return {
      write: async (bytes) => void stored.push(bytes),
      close: async () => void (sink.state = 'closed'),
      discard: () => void (sink.state = 'discarded'),
    };
  }
  const download = () => new Download(ends, entry, openSink);
  const end = { value: { sha256, bytes: size } };
  const isWhole = () => Buffer.concat(stored).equals(whole);

  test('is stored as it comes, and compared in the end', async () => {
    const outcome = run(download());
    (await accepted('files.read', { ...entry })).send(whole, end);
    expect(await finished(outcome)).toEqual({ is: 'done' });
    expect([isWhole(), sinks]).toEqual([true, [{ state: 'closed' }]]);
    expect(moved.at(-1)).toBe(size);
  });

  test('goes on with what has come', async () => {
    const job = download();
    const first = run(job);
    (await accepted('files.read', { ...entry })).send(whole.subarray(0, 1_000_000));
    await until(() => moved.at(-1) === 1_000_000);
    stop.abort();
    expect(await finished(first)).toMatchObject({ is: 'failed' });
    const second = run(job);
    const device = await accepted('files.read', { ...entry });
    expect(it.openings.at(-1)?.['value']).toEqual({ path: entry.path, offset: 1_000_000 });
    device.send(whole.subarray(1_000_000), end);
    expect(await finished(second)).toEqual({ is: 'done' });
    expect([isWhole(), sinks.length]).toEqual([true, 1]);
  });

  test('of a file that has changed meanwhile begins anew', async () => {
    const job = download();
    const first = run(job);
    (await accepted('files.read', { ...entry, size: 5 })).send(whole.subarray(0, 1000));
    await until(() => moved.length > 0);
    stop.abort();
    await finished(first);
    const second = run(job);
    await accepted('files.read', { ...entry });
    (await accepted('files.read', { ...entry })).send(whole, end);
    expect(await finished(second)).toEqual({ is: 'done' });
    expect([isWhole(), sinks]).toEqual([true, [{ state: 'discarded' }, { state: 'closed' }]]);
  });

  test.each([
    ['another hash', { sha256: sha256.replace(/^./, 'x'), bytes: size }],
    ['another size', { sha256, bytes: size - 1 }],
    ['no hash', {}],
  ])('with %s in the end is not kept', async (_, value) => {
    const outcome = run(download());
    (await accepted('files.read', { ...entry })).send(whole, { value });
    expect(await finished(outcome)).toMatchObject({ is: 'failed' });
    expect(sinks).toEqual([{ state: 'discarded' }]);
  });

  test('that cannot be stored is given up, and the device told', async () => {
    const full: Sink = {
      write: () => Promise.reject(new Error('The disk is full.')),
      close: async () => {},
      discard: () => {},
    };
    const outcome = run(new Download(ends, entry, async () => full));
    const device = await accepted('files.read', { ...entry });
    device.send(whole, end);
    expect(await finished(outcome)).toMatchObject({ error: 'The disk is full.' });
    await until(() => device.aborted !== undefined);
  });
});
