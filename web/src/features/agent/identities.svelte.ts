// SPDX-License-Identifier: MIT
// Who the devices of a sealed channel have proved to be, and what a person decides where one is not
// who it was.

import type { ChannelEvent, Client, PeerIdentity } from '@malinka/client';
import { isObject, member, numberMember, clientName, sealLost } from '@malinka/client';
import { confirm } from '../../components/dialogs.svelte.ts';

/** More than a channel tells of one by one. */
const peersMax = 2048;

export class Identities {
  #met = $state.raw<ReadonlyMap<string, PeerIdentity>>(new Map());
  /** Messages of each device that did not arrive. */
  #lost = $state.raw<ReadonlyMap<string, number>>(new Map());

  readonly #client: Client;
  readonly #forget: readonly (() => void)[];
  /** What a person was asked about, and has not accepted: it is not asked again by itself. */
  readonly #asked = new Set<string>();

  constructor(client: Client) {
    this.#client = client;
    this.#forget = [
      client.identityMet.add((identity) => this.#meet(identity)),
      client.eventReceived.add((event) => this.#count(event)),
    ];
  }

  of(device: string): PeerIdentity | undefined {
    return this.#met.get(device);
  }

  lostOf(device: string): number {
    return this.#lost.get(device) ?? 0;
  }

  /** Asks the person whether this device may be another one now. */
  async decide({ name, fingerprint, remembered = '' }: PeerIdentity): Promise<void> {
    const isTrusted = await confirm({
      title: `${name} has another identity than before`,
      text:
        'If the device was set up anew, or its memory card was changed, this is to be expected. ' +
        'If not, somebody else may be answering in its place: one who knows the password of this ' +
        'channel, with the help of the hub. Until you decide, nothing is sent to it. Ask whoever ' +
        'looks after the device for its fingerprint, and compare.',
      facts: [
        { label: 'Remembered', value: remembered },
        { label: 'Now offered', value: fingerprint },
      ],
      refusal: 'Keep refusing',
      action: 'Trust the new identity',
      danger: true,
    });
    if (isTrusted) this.#client.trust(name, fingerprint);
  }

  stop(): void {
    for (const forget of this.#forget) forget();
  }

  #meet(identity: PeerIdentity): void {
    if (!this.#met.has(identity.name) && this.#met.size >= peersMax) return;
    this.#met = new Map(this.#met).set(identity.name, identity);
    if (identity.state !== 'changed') return;
    const question = `${identity.name} ${identity.fingerprint}`;
    if (this.#asked.has(question) || this.#asked.size >= peersMax) return;
    this.#asked.add(question);
    void this.decide(identity);
  }

  #count({ from, name, value }: ChannelEvent): void {
    if (from !== clientName || name !== sealLost || !isObject(value)) return;
    const counts = member(value, 'from');
    if (!isObject(counts)) return;
    const lost = new Map(this.#lost);
    for (const [device, of] of Object.entries(counts)) {
      if (!isObject(of) || (!lost.has(device) && lost.size >= peersMax)) continue;
      const more = (numberMember(of, 'broadcasts') ?? 0) + (numberMember(of, 'responses') ?? 0);
      lost.set(device, (lost.get(device) ?? 0) + more);
    }
    this.#lost = lost;
  }
}
