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

export class EventRing {
  readonly #p: Primitives;
  /** By owner; who told us last stands last. */
  readonly #owners = new Map<string, readonly Known[]>();

  constructor(p: Primitives) {
    this.#p = p;
  }

  /**
   * Takes what a welcome told in place of what was known, but never goes back: a welcome that the
   * hub held up would let it replay what came since. Returns how many events were missed meanwhile.
   */
  learn(owner: string, keys: readonly EventKey[]): number {
    const known = this.#owners.get(owner) ?? [];
    let lost = 0;
    const learnt = keys.map((told) => {
      const id = hexOf(told.id);
      const same = known.find((one) => one.id === id && one.level === told.level);
      if (same !== undefined && same.key.next >= told.next) return same;
      if (same !== undefined) lost += Number(told.next - same.key.next);
      return { id, level: told.level, key: this.#receiving(told) };
    });
    for (const old of known) if (!learnt.includes(old)) old.key.erase();
    this.#owners.delete(owner);
    this.#owners.set(owner, learnt);
    this.#forgetOldest();
    return lost;
  }

  open(owner: string, event: Boxed): OpenedEvent {
    const id = hexOf(event.id);
    const known = this.#owners.get(owner)?.find((one) => one.id === id);
    if (known === undefined) return { ok: false, why: 'unknown' };
    const opened = known.key.open(event);
    if (opened.ok) return opened;
    return { ok: false, why: opened.why === 'far' ? 'unknown' : 'dropped' };
  }

  #receiving({ key, generation, next }: EventKey): ReceivingKey {
    return new ReceivingKey(this.#p, key, generation, next);
  }

  #forgetOldest(): void {
    const [oldest] = this.#owners.keys();
    if (oldest === undefined || this.#owners.size <= limits.sealEventOwnersMax) return;
    for (const { key } of this.#owners.get(oldest) ?? []) key.erase();
    this.#owners.delete(oldest);
  }
}
