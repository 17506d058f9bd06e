// SPDX-License-Identifier: MIT
// A board against a device in memory that answers each command as it is told.

import { Client, type Json, type JsonObject } from '@malinka/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeBus } from '../../../../clients/typescript/src/testing/fake_bus.ts';
import { Board } from './board.svelte.ts';
import type { Line } from './line.ts';

const bell = { line: 27, name: 'bell', chip: 'gpiochip0', direction: 'input', access: 'read' };
const lamp = {
  line: 17,
  chip: 'gpiochip0',
  direction: 'output',
  held: true,
  value: 0,
  access: 'write',
};
const button = { line: 5, chip: 'gpiochip0', direction: 'input', access: 'write' };

type Answer = { readonly value?: Json; readonly error?: string; readonly code?: number };

let client: Client;
let bus: FakeBus;
let board: Board;
let lines: readonly JsonObject[];
let values: Record<number, number>;
let answered: number;
let answer: (name: string, value: JsonObject) => Answer | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  bus = new FakeBus();
  client = new Client({ url: 'ws://hub', channel: 'home', subscriber: 'phone', open: bus.open });
  client.connect();
  bus.latest.admit(['kitchen']);
  // Only now: the client would listen there as well, as in a browser.
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }));
  board = new Board(client, 'kitchen');
  lines = [bell, lamp, button];
  values = { 27: 0, 17: 0, 5: 1 };
  answered = 0;
  answer = () => undefined;
});
afterEach(() => {
  client.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function asked(name: string): readonly JsonObject[] {
  return bus.latest.received.filter((one) => one['name'] === name);
}

function lastValue(name: string): JsonObject {
  return (asked(name).at(-1)?.['value'] ?? {}) as JsonObject;
}

function numberOf(reference: Json): number {
  return reference === 'bell' ? 27 : Number(reference);
}

function usual(name: string, value: JsonObject): Answer {
  if (name === 'gpio.list')
    return { value: { chips: [{ name: 'gpiochip0', header: true }], lines } };
  if (name === 'gpio.write')
    for (const one of value['lines'] as readonly JsonObject[])
      values[numberOf(one['line'] ?? 0)] = Number(one['value']);
  const references = (value['lines'] ?? []) as readonly (Json | JsonObject)[];
  const states = references.map((reference) => {
    const line = numberOf(
      typeof reference === 'object' ? (reference as JsonObject)['line']! : reference,
    );
    const named = line === 27 ? { name: 'bell' } : {};
    const { direction } = lines.find((one) => one['line'] === line) ?? {};
    return { line, ...named, value: values[line] ?? 0, direction: direction ?? 'input' };
  });
  return { value: { lines: states } };
}

/** Lets the device answer all that it is asked, until it is asked nothing more. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    await vi.advanceTimersByTimeAsync(0);
    for (; answered < bus.latest.received.length; answered++) {
      const command = bus.latest.received[answered] as JsonObject;
      if (command['messageType'] !== 'Command') continue;
      const [name, value] = [String(command['name']), (command['value'] ?? {}) as JsonObject];
      const { error, code = 409, value: given = {} } = answer(name, value) ?? usual(name, value);
      bus.latest.say({
        messageType: 'Response',
        originator: 'kitchen',
        recipients: ['phone'],
        value: given,
        response: {
          requestId: command['id'] as string,
          success: error === undefined,
          responseCode: error === undefined ? 200 : code,
          ...(error === undefined ? {} : { error }),
        },
      });
    }
  }
}

async function refresh(): Promise<void> {
  void board.refresh();
  await settle();
}

/** On a link that stays: the hub is heard all the time. */
async function pass(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed++) {
    await vi.advanceTimersByTimeAsync(1000);
    bus.latest.say({ messageType: 'Broadcast', name: 'hub.note', originator: '@hub', value: {} });
  }
}

function line(number: number): Line {
  const found = board.lines.find((one) => one.number === number);
  if (!found) throw new Error(`no line ${number}`);
  return found;
}

function edge(number: number, value: 0 | 1, name?: string): void {
  const [milliseconds, of] = [performance.now(), name === undefined ? {} : { name }];
  const one = { line: number, ...of, edge: value ? 'rising' : 'falling', value };
  board.hear({ edges: [{ ...one, timeNanoseconds: milliseconds * 1e6, sequence: 1 }] });
}

describe('looking at a board', () => {
  test('lists it, watches the inputs that have names, and reads the rest', async () => {
    await refresh();
    expect(board.isKnown).toBe(true);
    expect(lastValue('gpio.watch')).toMatchObject({ lines: ['bell'], edges: 'both', seconds: 60 });
    expect(lastValue('gpio.read')).toEqual({ lines: [5] });
    expect([27, 17, 5].map((number) => line(number).value)).toEqual([0, 0, 1]);
    expect([27, 17, 5].map((number) => board.isLeased(line(number)))).toEqual([true, false, false]);
  });

  test('sees what others change, and what they take', async () => {
    await refresh();
    values = { 27: 0, 17: 1, 5: 1 };
    lines = [bell, { ...lamp, direction: 'input', held: false, value: undefined }];
    await refresh();
    expect(line(17)).toMatchObject({ value: 1, direction: 'input' });
    lines = [bell, { ...lamp, value: 0 }, { ...button, consumer: 'w1' }];
    await refresh();
    expect(line(17)).toMatchObject({ value: 0, direction: 'output' });
    expect(line(5)).toMatchObject({ consumer: 'w1', value: undefined });
  });

  test('goes on while it is followed, renews what it watches, and asks nothing when hidden', async () => {
    const leave = board.follow();
    await settle();
    expect([asked('gpio.list').length, asked('gpio.watch').length]).toEqual([1, 1]);
    for (let seconds = 0; seconds < 44; seconds += 4) {
      await pass(4);
      await settle();
    }
    expect([asked('gpio.list').length, asked('gpio.watch').length]).toEqual([12, 3]);
    Object.assign(document, { hidden: true });
    await pass(60);
    await settle();
    expect(asked('gpio.list').length).toBe(12);
    Object.assign(document, { hidden: false });
    document.dispatchEvent(new Event('visibilitychange'));
    await settle();
    expect([asked('gpio.list').length, asked('gpio.watch').length]).toEqual([13, 4]);
    leave();
    await pass(60);
    expect(asked('gpio.list').length).toBe(13);
  });

  test('says why there is no list, and asks for nothing else', async () => {
    answer = () => ({ error: 'the driver is gone' });
    await refresh();
    expect(board.problem).toBe('The driver is gone.');
    expect(bus.latest.received.filter(({ messageType }) => messageType === 'Command').length).toBe(
      1,
    );
  });

  test('one line that cannot be read hides no other, and is left alone for a while', async () => {
    lines = [bell, button, { ...button, line: 6 }];
    values[6] = 1;
    answer = (name, value) =>
      name === 'gpio.read' && (value['lines'] as readonly Json[]).includes(5)
        ? { error: 'line 5 is in use' }
        : undefined;
    await refresh();
    expect(line(6).value).toBe(1);
    expect(line(5).value).toBeUndefined();
    expect(board.reasonOf(line(5))).toBe('Line 5 is in use.');
    await refresh();
    expect(lastValue('gpio.read')).toEqual({ lines: [6] });
    await pass(60);
    answer = () => undefined;
    await refresh();
    expect(line(5).value).toBe(1);
  });

  test('an output that the agent does not hold is read only when it is asked for', async () => {
    lines = [bell, { ...lamp, held: false, value: undefined }];
    values[17] = 1;
    await refresh();
    expect(asked('gpio.read')).toEqual([]);
    expect(line(17).value).toBeUndefined();
    void board.look(line(17));
    lines = [bell, { ...lamp, value: 1 }];
    await settle();
    expect(lastValue('gpio.read')).toEqual({ lines: [17] });
    expect(line(17).value).toBe(1);
  });

  test('a link that fails is held against no line', async () => {
    answer = (name) => (name === 'gpio.read' ? { error: 'no answer', code: 408 } : undefined);
    await refresh();
    expect(asked('gpio.read').length).toBe(1);
    expect(board.reasonOf(line(5))).toBeUndefined();
  });

  test('asks of no more lines at once than a device takes', async () => {
    lines = Array.from({ length: 200 }, (_, number) => ({ ...button, line: number }));
    await refresh();
    const counts = asked('gpio.read').map(
      ({ value }) => ((value as JsonObject)['lines'] as readonly Json[]).length,
    );
    expect(counts).toEqual([64, 64, 64, 8]);
  });
});

describe('watching', () => {
  test('draws the edges of the lines that are watched, and counts those that were lost', async () => {
    await refresh();
    edge(27, 1, 'bell');
    edge(27, 0, 'bell');
    edge(17, 1);
    board.hear({ edges: [], lost: 3 });
    expect(board.traces.get(line(27).key)?.marks.map(({ value }) => value)).toEqual([1, 0]);
    expect(line(17).value).toBe(1);
    expect(board.traces.has(line(17).key)).toBe(false);
    expect(board.lost).toBe(3);
  });

  test('a value that was asked for before an edge came does not undo it', async () => {
    await refresh();
    void board.refresh();
    await vi.advanceTimersByTimeAsync(10);
    lines = [{ ...bell, held: true, value: 0 }, lamp, button];
    edge(27, 1, 'bell');
    await settle();
    expect(line(27).value).toBe(1);
  });

  test('begins for a line when it is asked for, and ends so', async () => {
    await refresh();
    board.watch(line(5));
    await settle();
    expect(lastValue('gpio.watch')).toMatchObject({ lines: ['bell', 5] });
    expect(board.isLeased(line(5))).toBe(true);
    void board.unwatch(line(5));
    await settle();
    expect(lastValue('gpio.watch')).toMatchObject({ lines: [5], edges: 'none' });
    expect(board.isLeased(line(5))).toBe(false);
    expect(board.isLeased(line(27))).toBe(true);
  });

  test('for somebody else is drawn too, and is nothing that this page has begun', async () => {
    lines = [bell, { ...button, held: true, watched: true, value: 1 }];
    await refresh();
    edge(5, 0);
    expect(board.traces.get(line(5).key)?.marks.length).toBe(1);
    expect(board.isLeased(line(5))).toBe(false);
    expect(lastValue('gpio.watch')).toMatchObject({ lines: ['bell'] });
    lines = [bell, button];
    await refresh();
    expect(board.traces.has(line(5).key)).toBe(false);
  });

  test('unasked is only what nobody may write: a watched line is not written', async () => {
    lines = [{ ...bell, access: 'write' }];
    await refresh();
    expect(asked('gpio.watch')).toEqual([]);
    expect(line(27).value).toBe(0);
  });

  test('says why a line cannot be watched, and watches the others', async () => {
    await refresh();
    answer = (name, value) =>
      name === 'gpio.watch' && (value['lines'] as readonly Json[]).includes(5)
        ? { error: 'too many watches' }
        : undefined;
    board.watch(line(5));
    await settle();
    expect(board.reasonOf(line(5))).toBe('Too many watches.');
    expect(board.isLeased(line(27))).toBe(true);
    expect(board.isLeased(line(5))).toBe(false);
  });

  test('a trace does not go on over a time that nobody watched', async () => {
    await refresh();
    edge(27, 1, 'bell');
    await pass(61);
    await refresh();
    expect(board.traces.get(line(27).key)?.marks).toEqual([]);
  });
});

describe('changing', () => {
  test('shows what the device then says, and one change of a line at a time', async () => {
    await refresh();
    const first = board.write(line(17), 1);
    expect(line(17).value).toBe(0);
    expect(board.doing.get(line(17).key)).toBe('write');
    expect(await board.write(line(17), 0)).toContain('still at work');
    lines = [bell, { ...lamp, value: 1 }, button];
    await settle();
    expect(await first).toBe('');
    expect(line(17).value).toBe(1);
    expect(board.doing.size).toBe(0);
    expect(lastValue('gpio.write')).toEqual({ lines: [{ line: 17, value: 1 }] });
  });

  test('a line that this page watches ends the watch first', async () => {
    await refresh();
    board.watch(line(5));
    await settle();
    const change = board.write(line(5), 0);
    lines = [bell, { ...button, direction: 'output', held: true, value: 0 }];
    await settle();
    expect(await change).toBe('');
    const names = bus.latest.received.map(({ name, value }) =>
      JSON.stringify([name, (value as JsonObject | undefined)?.['edges'] ?? '']),
    );
    expect(names.indexOf('["gpio.watch","none"]')).toBeLessThan(names.indexOf('["gpio.write",""]'));
    expect(board.isLeased(line(5))).toBe(false);
    expect(lastValue('gpio.watch')).not.toMatchObject({ lines: ['bell', 5] });
  });

  test('that is refused changes nothing, and says why', async () => {
    await refresh();
    answer = (name) => (name === 'gpio.write' ? { error: 'line 17 is taken' } : undefined);
    const change = board.write(line(17), 1);
    await settle();
    expect(await change).toBe('Line 17 is taken.');
    expect(line(17).value).toBe(0);
  });

  test('by a pulse waits as long as the pulse is', async () => {
    await refresh();
    let isOver = false;
    const pulse = board.pulse(line(17), 60_000, 1).then((problem) => {
      isOver = true;
      return problem;
    });
    await pass(59);
    expect([isOver, board.doing.get(line(17).key)]).toEqual([false, 'pulse']);
    await settle();
    expect(await pulse).toBe('');
    expect(lastValue('gpio.pulse')).toEqual({ line: 17, milliseconds: 60_000, value: 1 });
  });
});
