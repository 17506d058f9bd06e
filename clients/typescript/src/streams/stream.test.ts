// SPDX-License-Identifier: MIT
// Both directions of a stream, and how either end gives it up.

import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { pattern, StreamWorld } from '../testing/stream_world.ts';
import { StreamError } from './stream_error.ts';

const window = limits.streamWindowBytes;

describe('what a device sends', () => {
  test('is read in order to its end, with the value of that', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    device.send(pattern(100_000), { value: { sha256: 'x' } });
    const read: Uint8Array[] = [];
    for (let bytes = await stream.read(); bytes; bytes = await stream.read()) read.push(bytes);
    expect(Buffer.concat(read).equals(pattern(100_000))).toBe(true);
    expect(await stream.result()).toEqual({ sha256: 'x' });
  });

  test('may come right behind its answer', async () => {
    const it = new StreamWorld();
    const opened = it.client.open('kitchen', 'files.read');
    it.accept().device.send(pattern(10), { value: 1 });
    const stream = await opened;
    expect(await stream.read()).toEqual(pattern(10));
    expect(await stream.read()).toBeNull();
  });

  test('is as much as the link takes, however long: credit is given back as it is read', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    device.send(pattern(3_000_000), { value: 1 });
    let count = 0;
    const reading = (async () => {
      for await (const bytes of stream) count += bytes.length;
    })();
    for (let turns = 0; turns < 500 && count < 3_000_000; turns++) await it.settle();
    await reading;
    expect(count).toBe(3_000_000);
    expect(it.aborts).toEqual([]);
  });

  test('that nobody reads is no more than the window, and gives no credit', async () => {
    const it = new StreamWorld();
    const { device } = await it.open();
    device.send(pattern(3_000_000), { value: 1 });
    await it.settle();
    expect(it.parts).toEqual([]);
  });

  test('is passed over by who wants its result alone', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    device.send(pattern(1_000_000), { value: 'all of it' });
    const result = stream.result();
    for (let turns = 0; turns < 50; turns++) await it.settle();
    expect(await result).toBe('all of it');
  });

  test('is a ReadableStream too, and to cancel that gives the stream up', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    device.send(pattern(10));
    const reader = stream.readable.getReader();
    expect((await reader.read()).value).toEqual(pattern(10));
    await reader.cancel();
    await it.settle();
    expect(device.aborted?.code).toBe(503);
  });

  test('to leave the loop that reads gives the stream up', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    device.send(pattern(10));
    for await (const bytes of stream) if (bytes.length > 0) break;
    await it.settle();
    expect(device.aborted?.code).toBe(503);
  });

  test('before its stream was given up is read, then the reason is told', async () => {
    const it = new StreamWorld();
    const { stream, device, id } = await it.open();
    device.send(pattern(10));
    device.say({ is: 'abort', id, code: 500, error: 'the disk failed' });
    expect(await stream.read()).toEqual(pattern(10));
    await expect(stream.read()).rejects.toMatchObject({ code: 500, error: 'the disk failed' });
    await expect(stream.write(pattern(1))).rejects.toMatchObject({ code: 500 });
    await expect(stream.result()).rejects.toMatchObject({ code: 500 });
    expect(it.aborts).toEqual([]);
  });
});

describe('what is written', () => {
  test('goes in order to its end, with the value of that', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    const bytes = pattern(1_000_000);
    const writing = (async () => {
      for (let at = 0; at < bytes.length; at += 70_000)
        await stream.write(bytes.subarray(at, at + 70_000));
      stream.end({ sha256: 'y' });
    })();
    for (let turns = 0; turns < 50; turns++) await it.settle();
    await writing;
    expect(Buffer.from(device.received).equals(bytes)).toBe(true);
    expect(device.end).toEqual({ value: { sha256: 'y' } });
    device.send(new Uint8Array(), { value: 'stored' });
    expect(await stream.result()).toBe('stored');
  });

  test('goes under the opening name, each message with an id of its own, in chunks of at most 64 KiB', async () => {
    const it = new StreamWorld();
    const { stream } = await it.open({}, 2 ** 20);
    void stream.write(pattern(200_000));
    await it.settle();
    for (const part of it.parts)
      expect(part).toMatchObject({ messageType: 'Command', name: 'files.read' });
    expect(new Set(it.parts.map(({ id }) => id)).size).toBe(it.parts.length);
    expect(it.connection.blobs.map(({ length }) => length)).toEqual([
      65_536,
      65_536,
      65_536,
      200_000 - 3 * 65_536,
    ]);
  });

  test('in one turn goes together', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    for (let times = 0; times < 100; times++) void stream.write(pattern(10));
    await it.settle();
    expect(device.chunks.map(({ length }) => length)).toEqual([1000]);
  });

  test('waits for who does not read: little is held, and the writer with it', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    device.takes = false;
    let written = 0;
    const writing = (async () => {
      for (; written < 60; written++) await stream.write(pattern(16_384));
    })();
    await it.settle();
    expect(written * 16_384).toBeLessThan(limits.streamWaitingBytesMax + window);
    expect(stream.waitingBytes).toBeLessThanOrEqual(limits.streamWaitingBytesMax + 16_384);
    device.takes = true;
    await it.settle();
    await writing;
    expect(device.received.length).toBe(60 * 16_384);
  });

  test('and waits rejects when the stream is given up', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    device.takes = false;
    const writing = stream.write(pattern(1_000_000));
    await it.settle();
    stream.abort();
    await expect(writing).rejects.toBeInstanceOf(StreamError);
    expect(stream.waitingBytes).toBe(0);
  });

  test('behind the end is refused', async () => {
    const it = new StreamWorld();
    const { stream } = await it.open();
    stream.end();
    await expect(stream.write(pattern(1))).rejects.toMatchObject({ code: 400 });
  });
});

describe('giving up', () => {
  test('tells the device why, and who waits here', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    const [reading, result] = [stream.read(), stream.result()];
    stream.abort(507, 'no room');
    await expect(reading).rejects.toMatchObject({ code: 507 });
    await expect(result).rejects.toMatchObject({ code: 507 });
    await it.settle();
    expect(device.aborted).toMatchObject({ code: 507, error: 'no room' });
    stream.abort();
    await it.settle();
    expect(it.aborts).toHaveLength(1);
  });

  test('does nothing to a stream that is over', async () => {
    const it = new StreamWorld();
    const { stream, device } = await it.open();
    stream.end();
    device.send(pattern(10), { value: 1 });
    await it.settle();
    stream.abort();
    expect(await stream.read()).toEqual(pattern(10));
    expect(await stream.result()).toBe(1);
    expect(it.aborts).toEqual([]);
  });

  test('is what a signal does, for the reason that it has', async () => {
    const it = new StreamWorld();
    const stop = new AbortController();
    const { stream, device } = await it.open({ signal: stop.signal });
    const reading = stream.read();
    stop.abort('enough');
    await expect(reading).rejects.toMatchObject({ code: 503, cause: 'enough' });
    await it.settle();
    expect(device.aborted?.code).toBe(503);
  });

  test('is what a signal does while the stream is opened: one that comes yet is aborted', async () => {
    const it = new StreamWorld();
    const stop = new AbortController();
    const opened = it.client.open('kitchen', 'files.read', {}, { signal: stop.signal });
    stop.abort();
    await expect(opened).rejects.toBeInstanceOf(StreamError);
    const { device } = it.accept();
    await it.settle();
    expect(device.aborted?.code).toBe(503);
    const never = it.client.open('kitchen', 'files.read', {}, { signal: stop.signal });
    await expect(never).rejects.toBeInstanceOf(StreamError);
  });
});
