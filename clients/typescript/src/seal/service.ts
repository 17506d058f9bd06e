// SPDX-License-Identifier: MIT
// The sealing of one channel from its password on: makes the keys, then hands on what it is told.

import { fail, type Result } from '../result.ts';
import { keysOf, type ChannelKeys } from './keys.ts';
import type { FromSeal, SealSettings, ToSeal } from './messages.ts';
import { loadPrimitives } from './primitives.ts';
import { SealedChannel } from './sealed_channel.ts';
import { realSurroundings, type Surroundings } from './surroundings.ts';

export class SealService {
  readonly #emit: (message: FromSeal) => void;
  #sealed: SealedChannel | undefined;
  /** What was said before the keys were made. */
  #early: ToSeal[] = [];
  #isClosed = false;

  constructor(
    settings: SealSettings,
    emit: (message: FromSeal) => void,
    surroundings: Surroundings = realSurroundings,
  ) {
    this.#emit = (message) => {
      if (!this.#isClosed) emit(message);
    };
    void this.#begin(settings, surroundings);
  }

  handle(message: ToSeal): void {
    if (this.#sealed) this.#sealed.handle(message);
    else this.#early.push(message);
  }

  close(): void {
    this.#isClosed = true;
    this.#sealed?.close();
  }

  async #begin(settings: SealSettings, surroundings: Surroundings): Promise<void> {
    const { channel, subscriber, password, wantsEvents } = settings;
    const primitives = await loadPrimitives().catch(() => undefined);
    const keys: Result<ChannelKeys> = primitives
      ? keysOf(primitives, channel, password)
      : fail(501, 'this program cannot seal: WebAssembly or a source of chance is missing');
    if (this.#isClosed) return;
    if (!primitives || !keys.ok) {
      const failure = keys.ok ? { code: 501, error: '' } : keys.failure;
      return this.#emit({ kind: 'barred', failure });
    }
    const { level, joinKey, viewLink } = keys.value;
    this.#sealed = new SealedChannel(
      primitives,
      surroundings,
      { channel, subscriber, keys: keys.value, wantsEvents },
      this.#emit,
    );
    this.#emit({ kind: 'ready', level, joinKey, viewLink });
    const early = this.#early;
    this.#early = [];
    for (const message of early) this.#sealed.handle(message);
  }
}
