// SPDX-License-Identifier: MIT
// One direction's key with its counter and generations (docs/protocol.md section 8, "Data"): of a
// session, or of a sender's events. What is sealed and opened here is a whole blob with its header.

import { limits } from '../limits.ts';
import { concatenate } from './bytes.ts';
import { makeHeader, type Boxed } from './forms.ts';
import { raisedKey } from './noise.ts';
import { rekeyCounter, type Primitives } from './primitives.ts';

const generationMilliseconds = limits.sealGenerationSeconds * 1000;

export class SendingKey {
  readonly #p: Primitives;
  readonly #kind: 'data' | 'event';
  readonly #id: Uint8Array;
  #key: Uint8Array;
  #generation = 0;
  #counter = 0n;
  #messages = 0;
  #bytes = 0;
  #bornAt: number;

  constructor(p: Primitives, kind: 'data' | 'event', id: Uint8Array, key: Uint8Array, now: number) {
    this.#p = p;
    this.#kind = kind;
    this.#id = id;
    this.#key = key;
    this.#bornAt = now;
  }

  /** What a welcome says of an event key. */
  get state(): { key: Uint8Array; generation: number; next: bigint } {
    return { key: this.#key, generation: this.#generation, next: this.#counter };
  }

  /** `now` is of the same clock at every call, in milliseconds. */
  seal(plain: Uint8Array, now: number): Uint8Array {
    if (this.#isWornOut(now)) this.raise(now);
    const header = makeHeader(this.#kind, this.#id, this.#generation, this.#counter);
    const box = this.#p.encrypt(this.#key, this.#counter++, header, plain);
    this.#messages++;
    this.#bytes += box.length;
    return concatenate(header, box);
  }

  /** Goes on with a key from which the old one cannot be found, and erases that. */
  raise(now: number): void {
    const raised = raisedKey(this.#p, this.#key);
    this.erase();
    this.#key = raised;
    this.#generation++;
    this.#messages = 0;
    this.#bytes = 0;
    this.#bornAt = now;
  }

  erase(): void {
    this.#key.fill(0);
  }

  #isWornOut(now: number): boolean {
    return (
      this.#messages >= limits.sealGenerationMessages ||
      this.#bytes >= limits.sealGenerationBytes ||
      now - this.#bornAt >= generationMilliseconds
    );
  }
}

export type Opened =
  | { readonly ok: true; readonly plain: Uint8Array; readonly lost: number }
  /** `old`: replayed or overtaken; `far`: of a generation that is not followed; `forged`: no box. */
  | { readonly ok: false; readonly why: 'old' | 'far' | 'forged' };

export class ReceivingKey {
  readonly #p: Primitives;
  #key: Uint8Array;
  #generation: number;
  #next: bigint;

  constructor(p: Primitives, key: Uint8Array, generation = 0, next = 0n) {
    this.#p = p;
    this.#key = key;
    this.#generation = generation;
    this.#next = next;
  }

  /** The least counter that is still taken. */
  get next(): bigint {
    return this.#next;
  }

  /** Nothing changes unless it opens. */
  open({ generation, counter, header, box }: Boxed): Opened {
    if (counter < this.#next || counter === rekeyCounter || generation < this.#generation)
      return { ok: false, why: 'old' };
    if (generation - this.#generation > limits.sealGenerationsAhead)
      return { ok: false, why: 'far' };
    let key = this.#key;
    for (let at = this.#generation; at < generation; at++) key = raisedKey(this.#p, key);
    const plain = this.#p.decrypt(key, counter, header, box);
    if (plain === undefined) return { ok: false, why: 'forged' };
    const lost = Number(counter - this.#next);
    if (key !== this.#key) this.erase();
    this.#key = key;
    this.#generation = generation;
    this.#next = counter + 1n;
    return { ok: true, plain, lost };
  }

  erase(): void {
    this.#key.fill(0);
  }
}
