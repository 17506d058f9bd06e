// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { ReceivingFlow, SendingFlow } from './flow.ts';

const overhead = limits.streamChunkCostBytes;
const chunk = limits.streamChunkBytesMax;
const noEnd = 2 ** 40;

/** A link with a rate and a round trip, on which the sender always has more to send. */
class Link {
  /** In the end. */
  window = 0;

  constructor(
    private readonly bytesPerMillisecond: number,
    private readonly roundTrip: number,
  ) {}

  /** How many bytes come within `time` milliseconds, when the receiver takes at once. */
  carry(time: number, windowMax: number): number {
    const sender = new SendingFlow(limits.streamWindowBytes);
    const receiver = new ReceivingFlow(limits.streamWindowBytes);
    // On their way, by arrival.
    const chunks: { at: number; seq: number; bytes: number }[] = [];
    const grants: { at: number; bytes: number }[] = [];
    let carried = 0;
    let linkFree = 0;
    for (let now = 0; now < time; now++) {
      while (grants[0] && grants[0].at <= now)
        expect(sender.addCredit(grants.shift()?.bytes ?? 0)).toBeUndefined();
      while (sender.chunkBytesMax >= chunk / 4) {
        const bytes = sender.chunkBytesMax;
        linkFree = Math.max(linkFree, now) + bytes / this.bytesPerMillisecond;
        chunks.push({ at: linkFree + this.roundTrip / 2, seq: sender.send(bytes), bytes });
      }
      for (let next = chunks[0]; next && next.at <= now; next = chunks[0]) {
        chunks.shift();
        expect(receiver.receive(next.seq, next.bytes, now)).toBeUndefined();
        carried += next.bytes;
        const grant = receiver.take(next.bytes, windowMax, now);
        if (grant > 0) grants.push({ at: now + this.roundTrip / 2, bytes: grant });
      }
    }
    this.window = receiver.window;
    return carried;
  }
}

describe('the end that sends', () => {
  test('a chunk costs its bytes and 512 more', () => {
    const flow = new SendingFlow(1000);
    expect(flow.chunkBytesMax).toBe(1000 - overhead);
    expect(flow.send(100)).toBe(0);
    expect(flow.chunkBytesMax).toBe(0);
    expect(flow.addCredit(overhead)).toBeUndefined();
    expect(flow.chunkBytesMax).toBe(1000 - 100 - overhead);
    expect(flow.send(1)).toBe(1);
    expect(flow.chunks).toBe(2);
  });

  test('a chunk has at most 64 KiB however much credit there is', () => {
    expect(new SendingFlow(noEnd).chunkBytesMax).toBe(chunk);
  });

  test('credit of exactly what a chunk costs beside its bytes sends nothing', () => {
    expect(new SendingFlow(overhead).chunkBytesMax).toBe(0);
    expect(new SendingFlow(overhead + 1).chunkBytesMax).toBe(1);
  });

  test('credit beyond 2^31 is refused and changes nothing', () => {
    const flow = new SendingFlow(limits.streamCreditBytesMax - 1);
    expect(flow.addCredit(1)).toBeUndefined();
    expect(flow.addCredit(1)).toBe('credit_overflow');
    expect(flow.addCredit(Number.MAX_SAFE_INTEGER)).toBe('credit_overflow');
    flow.send(chunk);
    expect(flow.addCredit(chunk + overhead)).toBeUndefined();
  });

  test('a first window that is too large gives no credit beyond it', () => {
    expect(new SendingFlow(2 ** 50).addCredit(1)).toBe('credit_overflow');
  });
});

describe('the end that receives', () => {
  test('chunks come in order, each once, and none behind the end', () => {
    const flow = new ReceivingFlow(chunk);
    expect(flow.receive(0, 10, 0)).toBeUndefined();
    expect(flow.receive(0, 10, 0)).toBe('gap');
    expect(flow.receive(2, 10, 0)).toBe('gap');
    expect(flow.receive(1, 10, 0)).toBeUndefined();
    expect(flow.finish(1)).toBe('gap');
    expect(flow.finish(2)).toBeUndefined();
    expect(flow.receive(2, 10, 0)).toBe('after_end');
    expect(flow.finish(2)).toBe('after_end');
  });

  test('who sends more than was allowed is found out at the first byte', () => {
    const flow = new ReceivingFlow(1000 + overhead);
    expect(flow.receive(0, 1000 - overhead, 0)).toBeUndefined();
    expect(flow.receive(1, 1, 0)).toBe('beyond_credit');
    expect(new ReceivingFlow(1000).receive(0, 1000 - overhead + 1, 0)).toBe('beyond_credit');
  });

  test('what was not dealt with is not granted again', () => {
    const flow = new ReceivingFlow(4 * overhead + 4000);
    for (let seq = 0; seq < 4; seq++) expect(flow.receive(seq, 1000, 0)).toBeUndefined();
    expect(flow.receive(4, 0, 0)).toBe('beyond_credit');
    expect(flow.take(4000, 0, 0)).toBe(4 * overhead + 4000);
  });

  test('a grant waits until it is worth a message', () => {
    const flow = new ReceivingFlow(80_000);
    expect(flow.receive(0, 9_000, 0)).toBeUndefined();
    expect(flow.take(9_000, 0, 0)).toBe(0);
    expect(flow.receive(1, 1_000, 0)).toBeUndefined();
    expect(flow.take(1_000, 0, 0)).toBe(10_000 + 2 * overhead);
  });

  test('nothing is granted behind the end', () => {
    const flow = new ReceivingFlow(2_000);
    expect(flow.receive(0, 1_000, 0)).toBeUndefined();
    expect(flow.finish(1)).toBeUndefined();
    expect(flow.take(1_000, 0, 0)).toBe(0);
  });
});

describe('the window', () => {
  test('grows until a long fast link is full', () => {
    const link = new Link(6250, 200); // 50 Mbit/s.
    expect(link.carry(10_000, limits.queueBytes / 4)).toBeGreaterThan(6250 * 10_000 * 0.8);
  });

  test('grows to what is on its way and half as much again, and not beyond', () => {
    const link = new Link(2500, 100); // 20 Mbit/s.
    link.carry(10_000, noEnd);
    expect(link.window).toBeGreaterThanOrEqual(2500 * 100);
    expect(link.window).toBeLessThanOrEqual(2500 * 100 * 2);
  });

  test('never grows beyond its bound, and never shrinks', () => {
    const link = new Link(6250, 200);
    link.carry(5_000, 300_000);
    expect(link.window).toBe(300_000);
    const flow = new ReceivingFlow(limits.streamWindowBytes);
    expect(flow.receive(0, 1000, 0)).toBeUndefined();
    flow.take(1000, 0, 0);
    expect(flow.window).toBe(limits.streamWindowBytes);
  });
});
