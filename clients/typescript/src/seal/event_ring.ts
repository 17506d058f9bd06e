// SPDX-License-Identifier: MIT
// The event keys of others, as their welcomes told them (docs/protocol.md section 8, "Events").

import { limits } from '../limits.ts';
import { hexOf } from './bytes.ts';
import { ReceivingKey } from './cipher.ts';
import type { Boxed } from './forms.ts';
import type { EventKey } from './handshake.ts';
import type { SealLevel } from './keys.ts';
import type { Primitives } from './primitives.ts';

export type OpenedEvent =
  | { readonly ok: true; readonly plain: Uint8Array; readonly lost: number }
  /** `unknown`: only a new welcome of its sender can tell the key. */
  | { readonly ok: false; readonly why: 'unknown' | 'dropped' };

interface Known {
  readonly id: string;
  readonly level: SealLevel;
  readonly key: ReceivingKey;
}
interface Owner {
  readonly keys: readonly Known[];
  /** The id of a key that the next welcome is to bring. */
  askedFor?: string;
  /** One that the latest welcome did not bring: a viewer is not given all. */
  readonly unexplained: string | undefined;
}

export class EventRing {
  readonly #p: Primitives;
  /** By name; who was heard of last stands last. */
  readonly #owners = new Map<string, Owner>();

  constructor(p: Primitives) {
    this.#p = p;
  }

  /**
   * Takes what a welcome told in place of what was known, but never goes back: a welcome that the
   * hub held up would let it replay what came since. Returns how many events were missed meanwhile.
   */
  learn(name: string, told: readonly EventKey[]): number {
    const owner = this.#owners.get(name);
    const known = owner?.keys ?? [];
    let lost = 0;
    const keys = told.map((one) => {
      const id = hexOf(one.id);
      const same = known.find((old) => old.id === id && old.level === one.level);
      if (same !== undefined && same.key.next >= one.next) return same;
      if (same !== undefined) lost += Number(one.next - same.key.next);
      return { id, level: one.level, key: this.#receiving(one) };
    });
    for (const old of known) if (!keys.includes(old)) old.key.erase();
    const isExplained = keys.some(({ id }) => id === owner?.askedFor);
    const unexplained = isExplained ? undefined : owner?.askedFor;
    this.#putLast(name, { keys, unexplained });
    this.#forgetOldest();
    return lost;
  }

  open(name: string, event: Boxed): OpenedEvent {
    const id = hexOf(event.id);
    const owner = this.#owners.get(name);
    const known = owner?.keys.find((one) => one.id === id);
    if (owner === undefined || known === undefined) return askFor(owner, id);
    const opened = known.key.open(event);
    if (!opened.ok) return { ok: false, why: opened.why === 'far' ? 'unknown' : 'dropped' };
    this.#putLast(name, owner);
    return opened;
  }

  #putLast(name: string, owner: Owner): void {
    this.#owners.delete(name);
    this.#owners.set(name, owner);
  }

  #receiving({ key, generation, next }: EventKey): ReceivingKey {
    return new ReceivingKey(this.#p, key, generation, next);
  }

  #forgetOldest(): void {
    const [oldest] = this.#owners.keys();
    if (oldest === undefined || this.#owners.size <= limits.sealEventOwnersMax) return;
    for (const { key } of this.#owners.get(oldest)?.keys ?? []) key.erase();
    this.#owners.delete(oldest);
  }
}

/** A key is asked for until a welcome came without it. */
function askFor(owner: Owner | undefined, id: string): OpenedEvent {
  if (owner?.unexplained === id) return { ok: false, why: 'dropped' };
  if (owner) owner.askedFor = id;
  return { ok: false, why: 'unknown' };
}
