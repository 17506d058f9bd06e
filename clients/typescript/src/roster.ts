// SPDX-License-Identifier: MIT
// Who else is in the channel, by what the hub has told so far.

import type { PresenceChange, Subscriber } from './presence.ts';

/** Who is known by name: a hub tells of no more than 1,000, and may lie. */
export const subscribersMax = 10_000;

export class Roster {
  readonly #others = new Map<string, Subscriber>();
  #own = '';
  #isCrowd = false;

  get others(): readonly Subscriber[] {
    return [...this.#others.values()];
  }

  /** Who is there is not told by name. */
  get isCrowd(): boolean {
    return this.#isCrowd;
  }

  /** A Command to everyone is sealed for each of them. */
  get devices(): readonly string[] {
    return this.others.filter(({ device }) => device).map(({ name }) => name);
  }

  /** This subscriber's own name, which is none of the others'. */
  set own(name: string) {
    this.#own = name;
  }

  /** What is to be told of a change; undefined for a name more than is kept. */
  apply(change: PresenceChange): PresenceChange | undefined {
    if (change.kind === 'joined') {
      const { subscriber } = change;
      const isKnown = this.#others.has(subscriber.name);
      if (!isKnown && this.#others.size >= subscribersMax) return undefined;
      this.#others.set(subscriber.name, subscriber);
      return change;
    }
    if (change.kind === 'left') {
      this.#others.delete(change.name);
      return change;
    }
    this.#others.clear();
    this.#isCrowd = change.kind === 'crowd';
    if (change.kind === 'crowd') return change;
    for (const subscriber of change.subscribers.slice(0, subscribersMax))
      if (subscriber.name !== this.#own) this.#others.set(subscriber.name, subscriber);
    return { ...change, subscribers: this.others };
  }
}
