// SPDX-License-Identifier: MIT
// The terminals of one device that are open in this page, and those that are open on it at all. They
// stay open while other panels are looked at.

import type { Client } from '@malinka/client';
import type { Session } from '../../app/session.svelte.ts';
import { sentence } from '../../components/format.ts';
import { rememberTerminals, rememberedTerminals, tabsMax, type Place } from './remembered.ts';
import type { TerminalWish } from './remote_terminal.ts';
import { decodeList, type Listed } from './seat.ts';
import type { Tab } from './tab.svelte.ts';

export class Terminals {
  tabs = $state.raw<readonly Tab[]>([]);
  active = $state.raw<Tab>();
  /** What is open on the device, as it last said. */
  listed = $state.raw<readonly Listed[]>([]);
  problem = $state('');
  isOpening = $state(false);

  readonly #client: Client;
  readonly #place: Place;
  readonly #stopListening: () => void;
  #names = 0;
  #isChosen = false;

  /** Takes up again what this tab of the browser had open before a reload. */
  constructor(client: Client, place: Place) {
    this.#client = client;
    this.#place = place;
    this.#stopListening = client.stateChanged.add(
      ({ phase }) => phase === 'closed' && this.#stop(),
    );
    void this.#restore();
  }

  get hasRoom(): boolean {
    return this.tabs.length < tabsMax;
  }

  /** What is open there and not here. */
  get elsewhere(): readonly Listed[] {
    return this.listed.filter(({ session }) => !this.tabs.some((tab) => tab.session === session));
  }

  /** How many others are at the same terminal. */
  othersAt(tab: Tab): number {
    const viewers = this.listed.find(({ session }) => session === tab.session)?.viewers ?? 1;
    return Math.max(0, viewers - 1);
  }

  /** A new one, or one that is there already. */
  async open(wish: TerminalWish = { view: false }): Promise<void> {
    if (!this.hasRoom || this.isOpening) return;
    const tab = await this.#make(wish);
    if (tab) this.choose(tab);
  }

  /** A new one in the place of one that is over. */
  async replace(over: Tab): Promise<void> {
    if (this.isOpening) return;
    const tab = await this.#make({ view: false });
    if (!tab) return;
    this.choose(tab);
    this.close(over);
  }

  /** Shows it; the person means to type there. */
  choose(tab: Tab): void {
    this.active = tab;
    this.#isChosen = true;
  }

  /** Whether the one that is shown now was chosen just now: then it takes the focus. */
  takeChoice(): boolean {
    const isChosen = this.#isChosen;
    this.#isChosen = false;
    return isChosen;
  }

  /** Leaves it; the shell stays on the device for a while. */
  close(tab: Tab): void {
    tab.close();
    const at = this.tabs.indexOf(tab);
    this.tabs = this.tabs.filter((one) => one !== tab);
    if (this.active === tab) this.active = this.tabs[at] ?? this.tabs[at - 1];
    this.#changed();
  }

  async refresh(): Promise<void> {
    const reply = await this.#client.request(this.#place.device, 'terminal.list');
    if (!reply.success) return;
    this.listed = decodeList(reply.value);
    for (const tab of this.tabs) {
      const listed = this.listed.find(({ session }) => session === tab.session);
      if (listed) tab.noteListed(listed);
    }
  }

  async #restore(): Promise<void> {
    for (const wish of rememberedTerminals(this.#place)) {
      const tab = await this.#make(wish);
      this.active ??= tab;
      tab?.begin();
    }
  }

  async #make(wish: TerminalWish): Promise<Tab | undefined> {
    this.isOpening = true;
    try {
      // Its screen is large, and most pages never show a terminal.
      const { Tab } = await import('./tab.svelte.ts');
      const { device } = this.#place;
      const name = `Terminal ${++this.#names}`;
      const changed = () => this.#changed();
      const tab = new Tab({ client: this.#client, device, wish, name, changed });
      this.problem = '';
      this.tabs = [...this.tabs, tab];
      return tab;
    } catch (error) {
      this.problem = sentence(`the page could not load its terminal: ${String(error)}`);
      return undefined;
    } finally {
      this.isOpening = false;
    }
  }

  /** One was opened, lost, taken up, ended or closed. */
  #changed(): void {
    const wishes = this.tabs.map(({ wish }) => wish).filter((wish) => wish !== undefined);
    rememberTerminals(this.#place, wishes);
    void this.refresh();
  }

  #stop(): void {
    this.#stopListening();
    for (const tab of this.tabs) tab.close();
    this.tabs = [];
    this.active = undefined;
  }
}

const known = new WeakMap<Session, Map<string, Terminals>>();

export function terminalsOf(session: Session, device: string): Terminals {
  const ofSession = known.get(session) ?? new Map<string, Terminals>();
  known.set(session, ofSession);
  const { url, channel } = session.settings;
  const terminals =
    ofSession.get(device) ?? new Terminals(session.client, { url, channel, device });
  ofSession.set(device, terminals);
  return terminals;
}
