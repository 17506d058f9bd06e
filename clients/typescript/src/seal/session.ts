// SPDX-License-Identifier: MIT
// The initiator's end of a seal session: the keys of both directions, and what is awaited in it.

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
  /** When something was last sent or heard in it. */
  usedAt: number;
  /** Whether the peer may have forgotten it: one of the two was away. */
  isInDoubt = false;

  readonly #sending: SendingKey;
  readonly #receiving: ReceivingKey;
  /** When each Command that was sent, and is not answered, is given up. */
  readonly #sent = new Map<RawId, number>();
  #isUnconfirmed = true;

  constructor(p: Primitives, id: Uint8Array, { send, receive }: Transport, beganAt: number) {
    this.id = hexOf(id);
    this.beganAt = beganAt;
    this.usedAt = beganAt;
    this.#sending = new SendingKey(p, 'data', id.slice(), send, beganAt);
    this.#receiving = new ReceivingKey(p, receive);
  }

  /** Whether the peer has heard nothing in it, so that it will forget it soon. */
  get isUnconfirmed(): boolean {
    return this.#isUnconfirmed;
  }

  isAwaitedIn(now: number): boolean {
    for (const [id, dueAt] of this.#sent) if (dueAt <= now) this.#sent.delete(id);
    return this.#sent.size > 0;
  }

  seal(inner: Uint8Array, now: number): Uint8Array {
    this.usedAt = now;
    this.#isUnconfirmed = false;
    return this.#sending.seal(inner, now);
  }

  /** Whatever opens shows that the peer knows the session. */
  open(data: Boxed, now: number): Opened {
    const opened = this.#receiving.open(data);
    if (!opened.ok) return opened;
    this.usedAt = now;
    this.isInDoubt = false;
    return opened;
  }

  expect(id: RawId, dueAt: number): void {
    this.#sent.set(id, dueAt);
  }

  /** Whether this Command was sent here and nothing has been heard of it. */
  settle(id: RawId): boolean {
    return this.#sent.delete(id);
  }

  /** Gives up what is awaited, and tells what that was. */
  settleAll(): readonly RawId[] {
    const ids = [...this.#sent.keys()];
    this.#sent.clear();
    return ids;
  }

  erase(): void {
    this.#sending.erase();
    this.#receiving.erase();
  }
}
