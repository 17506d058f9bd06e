// SPDX-License-Identifier: MIT
// A sealed channel as one sees it who commands and listens (docs/protocol.md section 8): seal
// sessions with those it has Commands for, the event keys of devices, and nothing believed that
// they did not seal. It is told all in handle(), and says all through `emit`. It is no responder.

import type { MessageType, RawId } from '../envelope.ts';
import type { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import type { PresenceChange } from '../presence.ts';
import { everyone } from '../requests.ts';
import type { Failure } from '../result.ts';
import { hexOf, viewOf } from './bytes.ts';
import { EventRing } from './event_ring.ts';
import { makeUnknown, parseForm, type Boxed } from './forms.ts';
import { parseInner } from './inner.ts';
import type { ChannelKeys } from './keys.ts';
import {
  clientName,
  sealLost,
  type FromSeal,
  type SealedCommand,
  type SealedPart,
  type ToSeal,
} from './messages.ts';
import { Peer, type Channel, type Meaning } from './peer.ts';
import type { Primitives } from './primitives.ts';
import type { Surroundings } from './surroundings.ts';

export interface SealedChannelSettings {
  readonly channel: string;
  readonly subscriber: string;
  readonly keys: ChannelKeys;
  readonly wantsEvents: boolean;
}

/** Messages of ours, beside those of streams, of which the hub may still say that they did not arrive. */
const meaningsMax = 4096;

interface Sent {
  readonly peer: Peer;
  readonly meaning: Meaning;
}

export class SealedChannel {
  readonly #channel: Channel;
  readonly #surroundings: Surroundings;
  readonly #emit: (message: FromSeal) => void;
  readonly #wantsEvents: boolean;
  readonly #ring: EventRing;
  readonly #peers = new Map<string, Peer>();
  readonly #devices = new Set<string>();
  /** Peers with whom a session is to be made soon. */
  readonly #seeks = new Map<string, { fresh: boolean; readonly cancel: () => void }>();
  readonly #meanings = new Map<RawId, Sent>();
  /** Apart, as streams have so many more. */
  readonly #parts = new Map<RawId, Sent>();
  #subscriberCount = 1;
  /** They are too many for the hub to tell of each, so who is a device is not known. */
  #isCrowd = false;

  constructor(
    primitives: Primitives,
    surroundings: Surroundings,
    settings: SealedChannelSettings,
    emit: (message: FromSeal) => void,
  ) {
    const { keys } = settings;
    this.#surroundings = surroundings;
    this.#emit = emit;
    this.#wantsEvents = settings.wantsEvents;
    this.#ring = new EventRing(primitives);
    this.#channel = {
      primitives,
      surroundings,
      name: settings.channel,
      subscriber: settings.subscriber,
      level: keys.level,
      psk: keys.psk[keys.level] ?? keys.psk.view,
      emit,
      transmit: (peer, blob, meaning) => this.#transmit(peer, blob, meaning),
      learn: (peer, eventKeys) => this.#tellLost(peer, this.#ring.learn(peer, eventKeys), 0),
      tellLost: (peer, responses) => this.#tellLost(peer, 0, responses),
      tell: (name, value) => this.#tell(name, value),
      wantsEventsOf: (peer) => this.#wantsEventsOf(peer),
    };
  }

  handle(message: ToSeal): void {
    switch (message.kind) {
      case 'command':
        return this.#request(message.command);
      case 'part':
        return this.#carry(message.part);
      case 'streaming':
        return this.#peers.get(message.peer)?.streaming(message.isStreaming);
      case 'received':
        return this.#received(message.messageType, message.from, message.blob);
      case 'undelivered':
        return this.#undelivered(message.id, message.failure);
      case 'dropped':
        return this.#dropped(message.names);
      case 'presence':
        return this.#applyPresence(message.change);
      case 'away':
        return this.#interrupt();
      case 'recalled':
        return this.#peers.get(message.peer)?.recalled(message.session, message.key);
      case 'trusted':
        return this.#peers.get(message.peer)?.trusted();
    }
  }

  /** Forgets all keys. */
  close(): void {
    this.#interrupt();
    for (const peer of this.#peers.values()) peer.erase();
    this.#peers.clear();
  }

  #request(command: SealedCommand): void {
    const { id, recipient } = command;
    const peer = this.#peerOf(recipient);
    if (peer) return peer.request(command);
    const failure = { code: 429, error: 'too many sealed sessions at once' };
    this.#emit({ kind: 'failed', id, recipient, failure });
  }

  #carry(part: SealedPart): void {
    const { peer, stream, blob } = part;
    const known = this.#peers.get(peer);
    if (known) return known.carry(part);
    const failure = { code: 503, error: `there is no session with ${peer}` };
    this.#emit({ kind: 'undone', peer, stream, failure, unsentBytes: blob?.length ?? 0 });
  }

  /** What is none of what may come in this direction is dropped. */
  #received(messageType: MessageType, from: string, blob: Uint8Array): void {
    const form = parseForm(blob);
    if (messageType === 'Broadcast' && form?.kind === 'event') return this.#heard(from, form);
    if (messageType === 'Command' && form?.kind === 'hello')
      return this.#sayUnknown(from, form.session);
    if (messageType === 'Command' && form?.kind === 'data') return this.#sayUnknown(from, form.id);
    if (messageType !== 'Response') return this.#discard();
    const peer = this.#peers.get(from);
    if (form?.kind === 'data' && peer) return peer.received(form);
    if (form?.kind === 'welcome' && peer) return peer.welcomed(form);
    if (form?.kind === 'unknown' && peer) return peer.unknown(hexOf(form.session));
    this.#discard();
  }

  #heard(from: string, event: Boxed): void {
    const opened = this.#ring.open(from, event);
    if (!opened.ok) {
      if (opened.why === 'unknown' && this.#wantsEventsOf(from)) this.#seekSoon(from, true);
      return this.#discard();
    }
    this.#tellLost(from, opened.lost, 0);
    const inner = parseInner(opened.plain);
    if (!inner.ok || inner.value.messageType !== 'Broadcast' || inner.value.name === null)
      return this.#discard();
    const { name, value, blob } = inner.value;
    this.#emit({ kind: 'event', event: { from, name, value, blob } });
  }

  #undelivered(id: RawId, failure: Failure): void {
    const known = this.#meanings.get(id) ?? this.#parts.get(id);
    if (known === undefined) return this.#discard();
    this.#meanings.delete(id);
    this.#parts.delete(id);
    known.peer.undelivered(known.meaning, failure);
  }

  #dropped(names: readonly string[]): void {
    for (const peer of this.#peers.values())
      if (names.includes(peer.name) || names.includes(everyone)) peer.dropped();
  }

  #applyPresence(change: PresenceChange): void {
    switch (change.kind) {
      case 'crowd':
        this.#isCrowd = true;
        this.#subscriberCount = change.count;
        return this.#devices.clear();
      case 'reset':
        this.#isCrowd = false;
        this.#subscriberCount = change.subscribers.length + 1;
        this.#devices.clear();
        // Anybody may have been away since we last knew who is there.
        for (const peer of this.#peers.values()) peer.doubt();
        for (const { name, device } of change.subscribers) if (device) this.#deviceCame(name);
        return;
      case 'joined':
        this.#subscriberCount++;
        this.#peers.get(change.subscriber.name)?.doubt();
        if (change.subscriber.device) this.#deviceCame(change.subscriber.name);
        return;
      case 'left':
        this.#subscriberCount--;
        this.#devices.delete(change.name);
        this.#endSeek(change.name);
        this.#peers.get(change.name)?.interrupt();
        return this.#forgetMeanings(change.name);
    }
  }

  #deviceCame(name: string): void {
    this.#devices.add(name);
    if (this.#wantsEvents) this.#seekSoon(name, false);
  }

  #wantsEventsOf(name: string): boolean {
    return this.#wantsEvents && (this.#devices.has(name) || this.#isCrowd);
  }

  /** Not at once: everybody in the channel may want the same in this moment. */
  #seekSoon(name: string, fresh: boolean): void {
    const sought = this.#seeks.get(name);
    if (sought) return void (sought.fresh ||= fresh);
    if (this.#seeks.size >= limits.sealEventOwnersMax) return;
    const each = limits.sealEventDelayMilliseconds * this.#subscriberCount;
    const most = limits.sealEventDelayMillisecondsMax;
    const longest = this.#isCrowd ? most : Math.min(each, most);
    const chance = viewOf(this.#surroundings.randomBytes(4)).getUint32(0, true) / 2 ** 32;
    const seek = {
      fresh,
      cancel: this.#surroundings.after(longest * chance, () => {
        this.#seeks.delete(name);
        const peer = this.#wantsEventsOf(name) ? this.#peerOf(name) : undefined;
        if (seek.fresh) peer?.renew();
        else peer?.seek();
      }),
    };
    this.#seeks.set(name, seek);
  }

  #endSeek(name: string): void {
    this.#seeks.get(name)?.cancel();
    this.#seeks.delete(name);
  }

  #interrupt(): void {
    for (const name of [...this.#seeks.keys()]) this.#endSeek(name);
    for (const peer of this.#peers.values()) peer.interrupt();
    this.#meanings.clear();
    this.#parts.clear();
    this.#devices.clear();
  }

  /** Undefined when there are too many already, and all of them are busy. */
  #peerOf(name: string): Peer | undefined {
    const known = this.#peers.get(name);
    if (known) return known;
    if (this.#peers.size >= limits.sealSessionsMax && !this.#forgetIdlest()) return undefined;
    const peer = new Peer(this.#channel, name);
    this.#peers.set(name, peer);
    return peer;
  }

  #forgetIdlest(): boolean {
    let idlest: Peer | undefined;
    for (const peer of this.#peers.values()) {
      const since = peer.idleSince;
      if (since !== undefined && since < (idlest?.idleSince ?? Infinity)) idlest = peer;
    }
    idlest?.erase();
    return idlest !== undefined && this.#peers.delete(idlest.name);
  }

  #transmit(peer: Peer, blob: Uint8Array, meaning: Meaning): void {
    const id = this.#freshId();
    const isPart = meaning.kind === 'part';
    const known = isPart ? this.#parts : this.#meanings;
    const [oldest] = known.keys();
    const max = isPart ? limits.streamIdsMax : meaningsMax;
    if (oldest !== undefined && known.size >= max) known.delete(oldest);
    known.set(id, { peer, meaning });
    this.#emit({
      kind: 'transmit',
      envelope: {
        messageType: 'Command',
        id,
        recipients: [peer.name],
        sealed: 1,
        blob: { bytes: blob },
      },
      ...carriedBy(peer.name, meaning),
    });
  }

  #forgetMeanings(name: string): void {
    for (const known of [this.#meanings, this.#parts])
      for (const [id, { peer }] of known) if (peer.name === name) known.delete(id);
  }

  /** Who asks this end, which takes no Commands, need not wait. */
  #sayUnknown(to: string, session: Uint8Array): void {
    const blob = { bytes: makeUnknown(session) };
    const id = this.#freshId();
    const envelope = { messageType: 'Response', id, recipients: [to], sealed: 1, blob } as const;
    this.#emit({ kind: 'transmit', envelope });
  }

  #freshId(): RawId {
    return JSON.stringify(hexOf(this.#surroundings.randomBytes(12)));
  }

  #tellLost(peer: string, broadcasts: number, responses: number): void {
    if (broadcasts + responses === 0) return;
    this.#tell(sealLost, { from: { [peer]: { broadcasts, responses } } });
  }

  #tell(name: string, value: JsonObject): void {
    this.#emit({ kind: 'event', event: { from: clientName, name, value, blob: undefined } });
  }

  #discard(): void {
    this.#emit({ kind: 'discarded' });
  }
}

/** What the client wants to know that it has left. */
function carriedBy(peer: string, meaning: Meaning) {
  if (meaning.kind === 'command') return { command: { id: meaning.id, recipient: peer } };
  if (meaning.kind !== 'part') return {};
  return { part: { peer, stream: meaning.stream, bytes: meaning.bytes } };
}
