// SPDX-License-Identifier: MIT
// Commands whose output comes as it is written: input, cancel, background, and devices that know
// nothing of that.

import type { JsonObject } from '@malinka/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DeviceStream } from '../../../../clients/typescript/src/testing/device_stream.ts';
import { StreamWorld } from '../../../../clients/typescript/src/testing/stream_world.ts';
import { untilIn } from '../files/testing.ts';
import { decodeJobs } from './job.ts';
import type { Result } from './result.svelte.ts';
import { Runs } from './runs.svelte.ts';

const job = 'abcdefghij';
const ended = {
  exitCode: 0,
  signal: null,
  timedOut: false,
  cancelled: false,
  durationSeconds: 0.5,
  stdout: { bytes: 4 },
  stderr: { bytes: 0 },
};

let it: StreamWorld;
let runs: Runs;

beforeEach(() => {
  it = new StreamWorld();
  runs = new Runs(it.client);
});
afterEach(() => it.client.close());

const until = (condition: () => boolean) => untilIn(it, condition);

function record(kind: number, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const head = new DataView(new ArrayBuffer(5));
  head.setUint8(0, kind);
  head.setUint32(1, bytes.length, true);
  return new Uint8Array([...new Uint8Array(head.buffer), ...bytes]);
}

function result(): Result {
  const first = runs.all[0]?.results[0];
  if (!first) throw new Error('nothing was run');
  return first;
}

/** Runs a command that the device accepts as a stream. */
async function begin(isDetached = false): Promise<DeviceStream> {
  void runs.start('cmd', ['kitchen'], { timeoutSeconds: 60, isDetached });
  await until(() => it.openings.length === 1);
  const { device } = it.accept(undefined, { job });
  await until(() => result().job === job);
  return device;
}

/** The last Command of that name. */
function asked(name: string): JsonObject | undefined {
  return it.connection.received.filter((message) => message['name'] === name).at(-1);
}

async function answer(name: string, value: JsonObject = {}): Promise<void> {
  await until(() => asked(name) !== undefined);
  it.connection.answer('kitchen', value);
  await it.settle();
}

test('output is there before the command has ended, each of the two apart', async () => {
  const device = await begin();
  device.send(record(1, 'out\n'));
  device.send(record(2, 'err\n'));
  await it.settle();
  await vi.waitFor(() => expect(result().stderr.text).toBe('err\n'));
  expect(result().stdout.text).toBe('out\n');
  expect(result().verdict).toBeUndefined();
  device.send(new Uint8Array(), { value: ended });
  await until(() => result().verdict !== undefined);
  expect(result().verdict?.words).toBe('exit 0');
  expect(result().durationSeconds).toBe(0.5);
  expect(result().takesInput).toBe(false);
  expect(device.end).toBeDefined();
});

test('a line of input goes, and so does its end', async () => {
  const device = await begin();
  await result().write('a line\n');
  await until(() => device.chunks.length === 1);
  expect(new TextDecoder().decode(device.received)).toBe('a line\n');
  result().endInput();
  await until(() => device.end !== undefined);
  expect(result().isRunning).toBe(true);
});

test('to cancel asks the device for it, and what still comes is shown', async () => {
  const device = await begin();
  void result().cancel();
  await answer('shell.cancel');
  expect(asked('shell.cancel')?.['value']).toEqual({ job });
  device.send(record(1, 'bye\n'), { value: { ...ended, cancelled: true } });
  await until(() => result().verdict !== undefined);
  expect([result().verdict?.words, result().stdout.text]).toEqual(['cancelled', 'bye\n']);
});

test('one that was let into the background goes on when the link is lost', async () => {
  await begin();
  void result().detach();
  await answer('shell.detach');
  await until(() => result().isDetached);
  it.connection.drop();
  await until(() => result().verdict !== undefined);
  expect(result().verdict?.words).toBe('in the background');
});

test('one that was not has ended with the link, and says so', async () => {
  await begin();
  it.connection.drop();
  await until(() => result().verdict !== undefined);
  expect(result().verdict?.kind).toBe('bad');
  expect(result().error).not.toBe('');
});

test('one that begins in the background is asked for so, without a limit', async () => {
  await begin(true);
  expect(asked('shell.run')?.['value']).toEqual({ command: 'cmd', detach: true });
  expect(result().isDetached).toBe(true);
});

test('output of no known kind gives the stream up, and throws nothing', async () => {
  const device = await begin();
  device.send(record(7, 'x'));
  await until(() => device.aborted !== undefined);
  expect(result().verdict?.words).toBe('error 400');
});

test('a device that has no streams is shown by its one answer, and asked once', async () => {
  void runs.start('cmd', ['kitchen'], { timeoutSeconds: 60 });
  await until(() => it.openings.length === 1);
  const output = { text: 'all\n', bytes: 4, cut: false };
  it.connection.answer('kitchen', { ...ended, stdout: output, stderr: output });
  await until(() => result().verdict !== undefined);
  expect([result().verdict?.words, result().stdout.text]).toEqual(['exit 0', 'all\n']);
  expect(it.connection.received.filter(({ name }) => name === 'shell.run').length).toBe(1);
});

test('a device that refuses streams is asked for one answer', async () => {
  void runs.start('cmd', ['kitchen'], { timeoutSeconds: 60 });
  await until(() => it.openings.length === 1);
  const refusal = { success: false, responseCode: 501, error: 'this device opens no streams' };
  it.connection.answer('kitchen', {}, refusal);
  await until(() => it.connection.received.filter(({ name }) => name === 'shell.run').length === 2);
  expect(it.openings.length).toBe(1);
  const output = { text: 'all\n', bytes: 4, cut: false };
  it.connection.answer('kitchen', { ...ended, stdout: output, stderr: output });
  await until(() => result().verdict !== undefined);
  expect(result().stdout.text).toBe('all\n');
});

test('a command that is refused says why', async () => {
  void runs.start('cmd', ['kitchen'], { timeoutSeconds: 60 });
  await until(() => it.openings.length === 1);
  const refusal = { success: false, responseCode: 429, error: '16 commands run already' };
  it.connection.answer('kitchen', {}, refusal);
  await until(() => result().verdict !== undefined);
  expect([result().verdict?.words, result().error]).toEqual(['error 429', refusal.error]);
});

test('a job is followed under its own name, and takes no input', async () => {
  const [listed] = decodeJobs({ jobs: [{ job, command: 'old', state: 'running' }] });
  if (!listed) throw new Error('it was not read');
  void runs.follow('kitchen', listed);
  await until(() => it.openings.length === 1);
  expect(it.openings[0]).toMatchObject({ name: 'shell.output', value: { job } });
  const { device } = it.accept(undefined, { job });
  device.send(record(1, 'kept\n'), { value: { ...ended, exitCode: 3 } });
  await until(() => result().verdict !== undefined);
  expect(runs.all[0]?.command).toBe('old');
  expect([result().verdict?.words, result().stdout.text]).toEqual(['exit 3', 'kept\n']);
});

test.each([null, [], 'x', {}, { jobs: 5 }, { jobs: [null, 5, {}, { job: '<b>' }, { job: 5 }] }])(
  'a list of jobs as %j has none',
  (value) => expect(decodeJobs(value)).toEqual([]),
);

test('no more jobs are listed than a device may have, and no endless command', () => {
  const jobs = decodeJobs({ jobs: Array(1000).fill({ job, command: 'x'.repeat(100_000) }) });
  expect(jobs.length).toBe(64);
  expect(jobs[0]?.command.length).toBe(1024);
});
