// SPDX-License-Identifier: MIT
// When streams send, and whose turn it is.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits } from '../limits.ts';
import { pattern, streamOf, StreamWorld } from '../testing/stream_world.ts';
import { Pacer } from './pacer.ts';

const full = 64 * 1024;

describe('streams of one client', () => {
  beforeEach(
    () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval'] }),
  );
  afterEach(() => void vi.useRealTimers());

  test('send nothing while much waits in the socket, and go on when it has left', async () => {
    const it = new StreamWorld();
    const { stream } = await it.open();
    it.connection.bufferedBytes = full;
    void stream.write(pattern(10));
    await it.settle();
    await vi.advanceTimersByTimeAsync(1000);
    expect(it.parts).toEqual([]);
    it.connection.bufferedBytes = 0;
    await vi.advanceTimersByTimeAsync(4);
    expect(it.parts).toHaveLength(1);
  });

  test('hold up no ordinary message', async () => {
    const it = new StreamWorld();
    const { stream } = await it.open();
    it.connection.bufferedBytes = full;
    void stream.write(pattern(10));
    void it.client.request('kitchen', 'agent.ping');
    expect(it.connection.last['name']).toBe('agent.ping');
  });

  test('a small write goes before the rest of a large one', async () => {
    const it = new StreamWorld();
    const file = await it.open({}, 2 ** 20);
    const terminal = await it.open({}, 2 ** 20);
    drains(it, 4000);
    void file.stream.write(pattern(600_000));
    await vi.advanceTimersByTimeAsync(50);
    const before = it.parts.length;
    void terminal.stream.write(pattern(1));
    await vi.advanceTimersByTimeAsync(50);
    const idsSince = it.parts.slice(before).map((part) => streamOf(part)['id']);
    expect(idsSince.indexOf(JSON.parse(terminal.id))).toBeLessThanOrEqual(1);
    expect(idsSince).toContain(JSON.parse(file.id));
  });

  test('a small write goes before the rest of a large one that began later', async () => {
    const it = new StreamWorld();
    const terminal = await it.open({}, 2 ** 20);
    const file = await it.open({}, 2 ** 20);
    void terminal.stream.write(pattern(400_000));
    await it.settle();
    drains(it, 4000);
    void file.stream.write(pattern(600_000));
    await vi.advanceTimersByTimeAsync(50);
    const before = it.parts.length;
    void terminal.stream.write(pattern(1));
    await vi.advanceTimersByTimeAsync(50);
    const idsSince = it.parts.slice(before).map((part) => streamOf(part)['id']);
    expect(idsSince.indexOf(JSON.parse(terminal.id))).toBe(0);
  });

  test('two large ones share the link, also when one of them began much sooner', async () => {
    const it = new StreamWorld();
    const first = await it.open({}, 2 ** 24);
    const second = await it.open({}, 2 ** 24);
    drains(it, 4000);
    void first.stream.write(pattern(6_000_000));
    await vi.advanceTimersByTimeAsync(100);
    const before = it.parts.length;
    void second.stream.write(pattern(6_000_000));
    await vi.advanceTimersByTimeAsync(500);
    const ids = it.parts.slice(before).map((part) => streamOf(part)['id']);
    const shares = [first, second].map(
      ({ id }) => ids.filter((one) => one === JSON.parse(id)).length,
    );
    expect(Math.abs((shares[0] ?? 0) - (shares[1] ?? 0))).toBeLessThanOrEqual(1);
    expect(ids.length).toBeGreaterThan(10);
  });
});

describe('the pacer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** For a second, on a link that sends so many bytes in a millisecond and of which more is wanted. */
  async function paced(bytesPerMillisecond: number): Promise<{ sent: number; most: number }> {
    const link = { bufferedBytes: 0 };
    const seen = { sent: 0, most: 0 };
    const pacer = new Pacer(link, () => {
      link.bufferedBytes += limits.streamChunkBytesMax;
      seen.sent += limits.streamChunkBytesMax;
      seen.most = Math.max(seen.most, link.bufferedBytes);
      return true;
    });
    pacer.want();
    await Promise.resolve();
    for (let now = 0; now < 1000; now++) {
      link.bufferedBytes = Math.max(0, link.bufferedBytes - bytesPerMillisecond);
      vi.advanceTimersByTime(1);
    }
    return seen;
  }

  test('keeps a fast link busy between its looks', async () => {
    expect((await paced(100_000)).sent).toBeGreaterThan(0.8 * 1000 * 100_000);
  });

  test('lets no more than two chunks wait before a slow one', async () => {
    expect((await paced(1000)).most).toBeLessThanOrEqual(2 * limits.streamChunkBytesMax);
  });

  test('lets what leaves in a moment wait before any other, and a chunk', async () => {
    const { sent, most } = await paced(10_000);
    expect(most).toBeLessThanOrEqual(10_000 * 25 * 1.2 + limits.streamChunkBytesMax);
    expect(sent).toBeGreaterThan(0.9 * 1000 * 10_000);
  });

  test('fills a way on which each chunk takes a while, as that through a worker', async () => {
    const link = { bufferedBytes: 0 };
    let sent = 0;
    const pacer = new Pacer(link, () => {
      link.bufferedBytes += limits.streamChunkBytesMax;
      sent += limits.streamChunkBytesMax;
      setTimeout(() => {
        link.bufferedBytes -= limits.streamChunkBytesMax;
        pacer.wake();
      }, 10);
      return true;
    });
    pacer.want();
    await Promise.resolve();
    vi.advanceTimersByTime(1000);
    const atFirst = (limits.streamChunkBytesMax * 1000) / 10;
    expect(sent).toBeGreaterThan(10 * atFirst);
  });

  test('sends much at a time where it is seldom let look', async () => {
    const later = setTimeout;
    vi.stubGlobal('setTimeout', (task: () => void) => later(task, 1000));
    const link = { bufferedBytes: 0 };
    let sent = 0;
    const pacer = new Pacer(link, () => {
      link.bufferedBytes += limits.streamChunkBytesMax;
      sent += limits.streamChunkBytesMax;
      return true;
    });
    pacer.want();
    await Promise.resolve();
    for (let second = 0; second < 20; second++) {
      link.bufferedBytes = 0;
      vi.advanceTimersByTime(1000);
    }
    vi.unstubAllGlobals();
    expect(sent).toBeGreaterThan(40 * 1024 * 1024);
  });
});

/** The socket sends so many bytes in a millisecond. */
function drains({ connection }: StreamWorld, bytesPerMillisecond: number): void {
  let [blobs, left] = [connection.blobs.length, 0];
  const count = () => {
    for (; blobs < connection.blobs.length; blobs++) left += connection.blobs[blobs]?.length ?? 0;
    return left;
  };
  Object.defineProperty(connection, 'bufferedBytes', { get: count });
  setInterval(() => (left = Math.max(0, count() - bytesPerMillisecond)), 1);
}
