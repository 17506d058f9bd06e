// SPDX-License-Identifier: MIT
// The initiator's end of a seal session: the keys of both directions, and what waits in it.

import type { RawId } from '../envelope.ts';
import { hexOf } from './bytes.ts';
import { ReceivingKey, SendingKey, type Opened } from './cipher.ts';
import type { Boxed } from './forms.ts';
import type { Transport } from './noise.ts';
import type { Primitives } from './primitives.ts';

export class SealSession {
  readonly id: string;
  /** Deadlines count from here: when the welcome verified. */
  readonly beganAt: number;
  /** When something was last sealed in it. */
  usedAt: number;
  /** Whether the peer may have forgotten it: one of the two was away. */
  isInDoubt = false;

  readonly #sending: SendingKey;
  readonly #receiving: ReceivingKey;
  /** When each Command that was sent is given up. */
  readonly #waiting = new Map<RawId, number>();

  constructor(p: Primitives, id: Uint8Array, { send, receive }: Transport, beganAt: number) {
    this.id = hexOf(id);
    this.beganAt = beganAt;
    this.usedAt = beganAt;
    this.#sending = new SendingKey(p, 'data', id.slice(), send, beganAt);
    this.#receiving = new ReceivingKey(p, receive);
  }

  get isWaitedIn(): boolean {
    return this.#waiting.size > 0;
  }

  seal(inner: Uint8Array, now: number): Uint8Array {
    this.usedAt = now;
    return this.#sending.seal(inner, now);
  }

  open(data: Boxed): Opened {
    return this.#receiving.open(data);
  }

  expect(id: RawId, dueAt: number, now: number): void {
    for (const [old, until] of this.#waiting) if (until <= now) this.#waiting.delete(old);
    this.#waiting.set(id, dueAt);
  }

  /** Whether this Command was sent here and nothing has been heard of it. */
  settle(id: RawId): boolean {
    return this.#waiting.delete(id);
  }

  /** Gives up what waits, and tells what that was. */
  settleAll(): readonly RawId[] {
    const ids = [...this.#waiting.keys()];
    this.#waiting.clear();
    return ids;
  }

  erase(): void {
    this.#sending.erase();
    this.#receiving.erase();
  }
}
