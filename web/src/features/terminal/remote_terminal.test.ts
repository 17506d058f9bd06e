// SPDX-License-Identifier: MIT
// A place at a terminal: opened, typed at, lost, taken up again, moved, ended.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '@malinka/client';
import { StreamWorld } from '../../../../clients/typescript/src/testing/stream_world.ts';
import { untilIn } from '../files/testing.ts';
import { RemoteTerminal, type Screen, type TerminalWish } from './remote_terminal.ts';

/** Keeps what it is to show; draws it at once, or when it is told to. */
class ScreenInMemory implements Screen {
  shown = '';
  resets = 0;
  #waiting: (() => void)[] = [];
  isSlow = false;
  readonly #decoder = new TextDecoder();

  write(bytes: Uint8Array): Promise<void> {
    this.shown += this.#decoder.decode(bytes, { stream: true });
    if (!this.isSlow) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  draw(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  reset(): void {
    this.shown = '';
    this.resets++;
  }
}

const seat: JsonObject = { session: 'abc7', columns: 100, rows: 30, user: 'pi', writer: true };

let it: StreamWorld;
let screen: ScreenInMemory;
let remote: RemoteTerminal;
let states: string[];

beforeEach(() => {
  it = new StreamWorld();
  screen = new ScreenInMemory();
  states = [];
});
afterEach(() => {
  remote.leave();
  it.client.close();
});

const until = (condition: () => boolean) => untilIn(it, condition);

const patient = { keepMilliseconds: 300_000, pauseMilliseconds: 0 };

function start(wish: TerminalWish = { view: false }, patience = patient): Promise<void> {
  remote = new RemoteTerminal({
    client: it.client,
    device: 'kitchen',
    screen,
    wish,
    changed: () => states.push(remote.state.is),
    patience,
  });
  remote.resize({ columns: 100, rows: 30 });
  return remote.stay();
}

/** What the last opening Command asked for. */
const asked = () => it.openings.at(-1)?.['value'];

async function accept(value: JsonObject = seat) {
  const count = it.openings.length;
  await until(() => it.openings.length >= Math.max(1, count));
  const { device } = it.accept(undefined, value);
  await until(() => remote.state.is === 'open');
  return device;
}

async function refuse(responseCode: number, error: string): Promise<void> {
  await until(() => it.openings.length > 0);
  const requestId = JSON.stringify(it.openings.at(-1)?.['id']);
  it.say({ response: { requestId, success: false, responseCode, error } });
  await it.settle();
}

/** The hub goes, and comes back with these in the channel. */
async function loseLink(there: readonly string[] = ['kitchen']): Promise<void> {
  if (it.client.state.phase === 'joined') it.connection.drop();
  await until(() => remote.state.is === 'lost');
  it.client.connect();
  it.connection.admit(there);
}

const resizes = () =>
  it.connection.received.filter(({ name }) => name === 'terminal.resize').map(({ value }) => value);

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('while it is open', () => {
  test('a new one is asked for in the size of the window, and says who sits there', async () => {
    void start();
    expect(asked()).toEqual({ columns: 100, rows: 30 });
    await accept();
    expect(remote.seat).toMatchObject({ session: 'abc7', user: 'pi', isWriter: true });
    expect(resizes()).toEqual([]);
  });

  test('what comes is shown, also a letter that comes in two chunks', async () => {
    void start();
    const device = await accept();
    device.send(Uint8Array.of(0x68, 0xc3));
    device.send(Uint8Array.of(0xa9, 0x74));
    await until(() => screen.shown === 'hét');
  });

  test('what is typed goes to the device', async () => {
    void start();
    const device = await accept();
    expect(remote.type(utf8('ls\r'))).toBe(true);
    await until(() => new TextDecoder().decode(device.received) === 'ls\r');
  });

  test('who only watches types nothing', async () => {
    void start({ session: 'abc7', view: true });
    expect(asked()).toMatchObject({ session: 'abc7', view: true });
    const device = await accept({ ...seat, writer: false });
    expect(remote.type(utf8('x'))).toBe(false);
    await it.settle();
    expect(device.received).toHaveLength(0);
  });

  test('keys that nobody takes are refused before they fill the memory', async () => {
    void start();
    const { device } = it.accept(undefined, seat);
    device.takes = false;
    await until(() => remote.state.is === 'open');
    let taken = 0;
    while (taken < 100 && remote.type(new Uint8Array(65_536))) taken++;
    expect(taken).toBeGreaterThan(10);
    expect(taken).toBeLessThan(30);
  });

  test('no more comes than is drawn, but for a window and four chunks', async () => {
    screen.isSlow = true;
    void start();
    const device = await accept();
    device.send(new Uint8Array(4_000_000).fill(0x79));
    await it.settle();
    const credits = () =>
      it.parts.filter(({ stream }) => 'credit' in (stream as JsonObject)).length;
    const drawn = screen.shown.length;
    await it.settle();
    expect(screen.shown).toHaveLength(drawn);
    expect(drawn).toBeLessThanOrEqual(4 * 65_536);
    expect(credits()).toBeLessThanOrEqual(4);
    await until(() => {
      screen.draw();
      return screen.shown.length === 4_000_000;
    });
    expect(credits()).toBeGreaterThan(10);
  });

  test('sizes that follow one another are told one at a time, the last for sure', async () => {
    void start();
    await accept();
    for (const columns of [101, 102, 103]) remote.resize({ columns, rows: 30 });
    await until(() => resizes().length === 1);
    it.connection.answer('kitchen', { columns: 101, rows: 30 });
    await until(() => resizes().length === 2);
    it.connection.answer('kitchen', { columns: 103, rows: 30 });
    await it.settle();
    expect(resizes()).toEqual([
      { session: 'abc7', columns: 101, rows: 30 },
      { session: 'abc7', columns: 103, rows: 30 },
    ]);
  });

  test('who only watches tells no size', async () => {
    void start({ session: 'abc7', view: true });
    await accept({ ...seat, writer: false });
    remote.resize({ columns: 20, rows: 10 });
    await it.settle();
    expect(resizes()).toEqual([]);
  });
});

describe('its end', () => {
  test('is the shell’s exit code, behind all that it showed', async () => {
    const stayed = start();
    const device = await accept();
    device.send(utf8('bye'), { value: { exitCode: 3 } });
    await until(() => remote.state.is === 'over');
    await stayed;
    expect(remote.state).toEqual({ is: 'over', words: 'The shell ended: exit 3.' });
    expect(screen.shown).toBe('bye');
  });

  test('is at once where the device refuses a new one, in its words', async () => {
    void start();
    await refuse(403, 'the policy of this device denies it');
    expect(remote.state).toEqual({ is: 'over', words: 'the policy of this device denies it' });
  });

  test('is an answer that is none of a terminal', async () => {
    void start();
    it.accept(undefined, { session: '<b>', columns: 100, rows: 1e9 });
    await until(() => remote.state.is === 'over');
    expect(it.aborts).toHaveLength(1);
  });

  test('is silence once it is left: the stream is given up and nothing is told', async () => {
    void start();
    const device = await accept();
    states.length = 0;
    remote.leave();
    await until(() => device.aborted !== undefined);
    await it.settle();
    expect(states).toEqual([]);
  });
});

describe('when the link is lost', () => {
  test('it is taken up again by its id, and shows only what then comes', async () => {
    void start();
    (await accept()).send(utf8('before'));
    await until(() => screen.shown === 'before');
    await loseLink();
    await until(() => it.openings.length === 1);
    expect(asked()).toEqual({ session: 'abc7', columns: 100, rows: 30 });
    (await accept()).send(utf8('before, and after'));
    await until(() => screen.shown === 'before, and after');
    expect(states).toEqual(['open', 'lost', 'open']);
  });

  test('it waits for a device that is not back yet', async () => {
    void start();
    await accept();
    await loseLink([]);
    await until(() => it.openings.length === 1);
    await refuse(404, 'kitchen is not connected');
    expect(remote.state.is).toBe('lost');
    it.connection.say({
      messageType: 'Broadcast',
      name: 'hub.joined',
      originator: '@hub',
      value: { subscriber: 'kitchen', device: true },
    });
    await until(() => it.openings.length === 2);
    await accept();
    expect(remote.state.is).toBe('open');
  });

  test('a size that changed meanwhile is asked for at once', async () => {
    void start();
    await accept();
    it.connection.drop();
    remote.resize({ columns: 60, rows: 20 });
    await loseLink();
    await until(() => it.openings.length === 1);
    expect(asked()).toEqual({ session: 'abc7', columns: 60, rows: 20 });
  });

  test('one that has ended meanwhile is over', async () => {
    void start();
    await accept();
    await loseLink();
    for (let tries = 1; remote.state.is !== 'over'; tries++) {
      await until(() => it.openings.length === tries || remote.state.is === 'over');
      await refuse(404, 'there is no terminal abc7 any more');
    }
    expect(remote.state).toEqual({ is: 'over', words: 'This terminal has ended.' });
  });

  test('it is not tried for longer than the device keeps it', async () => {
    void start({ view: false }, { ...patient, keepMilliseconds: 0 });
    await accept();
    it.connection.drop();
    await until(() => remote.state.is === 'over');
  });

  test('what is typed meanwhile does not count', async () => {
    void start();
    await accept();
    it.connection.drop();
    await until(() => remote.state.is === 'lost');
    expect(remote.type(utf8('x'))).toBe(false);
  });
});

describe('a move', () => {
  test('from watching to writing opens the same terminal once more', async () => {
    void start({ session: 'abc7', view: true });
    const device = await accept({ ...seat, writer: false });
    remote.move(false);
    await until(() => device.aborted !== undefined && it.openings.length === 2);
    expect(asked()).toEqual({ session: 'abc7', columns: 100, rows: 30 });
    it.accept(undefined, seat);
    await until(() => remote.seat?.isWriter === true);
    expect(states).not.toContain('lost');
  });
});
