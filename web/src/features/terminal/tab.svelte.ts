// SPDX-License-Identifier: MIT
// One terminal as the page shows it: its screen, one's place there, and what is typed.

import type { Client } from '@malinka/client';
import { confirm } from '../../components/dialogs.svelte.ts';
import { formatBytes } from '../../components/format.ts';
import { pageKeyOf, sequenceOf, withCtrl, type BarKey, type PageKey } from './keys.ts';
import {
  cleanPaste,
  countLines,
  hasSeveralLines,
  pasteLettersMax,
  previewOfPaste,
} from './paste.ts';
import { RemoteTerminal, type TerminalState, type TerminalWish } from './remote_terminal.ts';
import type { Listed, Seat } from './seat.ts';
import { bytesOf, XtermScreen, type ScreenHandlers } from './xterm_screen.ts';

export interface TabSettings {
  readonly client: Client;
  readonly device: string;
  readonly wish: TerminalWish;
  /** What it is called before its program gives it a title. */
  readonly name: string;
  readonly changed: () => void;
}

export class Tab {
  state = $state.raw<TerminalState>({ is: 'opening' });
  seat = $state.raw<Seat>();
  /** As its program calls it. */
  title = $state('');
  /** The next letter is typed with Ctrl. */
  isCtrl = $state(false);
  /** A key that is the page's own. */
  onPageKey: (key: PageKey) => void = () => {};

  readonly name: string;
  readonly screen: XtermScreen;
  readonly #remote: RemoteTerminal;
  readonly #changed: () => void;
  #hasBegun = false;

  constructor({ client, device, wish, name, changed }: TabSettings) {
    this.name = name;
    this.#changed = changed;
    this.screen = new XtermScreen(this.#handlers());
    this.#remote = new RemoteTerminal({
      client,
      device,
      wish,
      screen: this.screen,
      changed: () => this.#follow(),
    });
  }

  /** With it, another page or a reload takes it up; undefined before it was open, and once it is over. */
  get wish(): TerminalWish | undefined {
    const { wish, state } = this.#remote;
    return state.is === 'over' || wish.session === undefined ? undefined : wish;
  }

  get session(): string | undefined {
    return this.seat?.session ?? this.#remote.wish.session;
  }

  /** Draws in `host` from now on; what is not open yet is opened as large as that is. */
  show(host: HTMLElement): () => void {
    this.screen.attach(host, (size) => this.#remote.resize(size));
    this.begin();
    return () => this.screen.detach();
  }

  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    void this.#remote.stay();
  }

  /** The shell stays on the device for a while. */
  close(): void {
    this.#remote.leave();
    this.screen.dispose();
  }

  /** To watch only, or to write where nobody else does. */
  move(view: boolean): void {
    this.#remote.move(view);
  }

  /** Who watches sees the window as the writer has it. */
  noteListed({ columns, rows }: Listed): void {
    const { seat } = this;
    if (!seat || seat.isWriter || (seat.columns === columns && seat.rows === rows)) return;
    this.seat = { ...seat, columns, rows };
    this.screen.watch(this.seat);
  }

  press(key: BarKey): void {
    this.#send(bytesOf(sequenceOf(key, this.isCtrl, this.screen.isApplication)));
    this.isCtrl = false;
  }

  async paste(pasted: string): Promise<void> {
    if (!this.seat?.isWriter) return;
    const text = cleanPaste(pasted);
    if (text.length > pasteLettersMax) return tellTooLong(text);
    if (!hasSeveralLines(text) || (await mayPaste(text))) this.screen.paste(text);
    this.screen.focus();
  }

  #handlers(): ScreenHandlers {
    return {
      typed: (text) => this.#type(text),
      typedBytes: (bytes) => this.#send(bytes),
      titled: (title) => (this.title = title),
      pressed: (event) => this.#press(event),
      pasted: (text) => void this.paste(text),
    };
  }

  #type(text: string): void {
    this.#send(bytesOf(this.isCtrl ? withCtrl(text) : text));
    this.isCtrl = false;
  }

  #send(bytes: Uint8Array): void {
    this.#remote.type(bytes);
  }

  /** A paste is left to the browser, which alone may give what is in the clipboard. */
  #press(event: KeyboardEvent): boolean {
    const key = pageKeyOf(event);
    if (key === undefined) return true;
    if (key !== 'paste') event.preventDefault();
    if (event.type === 'keydown') this.onPageKey(key);
    return false;
  }

  #follow(): void {
    const { state, seat } = this.#remote;
    this.state = state;
    if (seat !== this.seat) {
      this.seat = seat;
      this.screen.watch(seat && !seat.isWriter ? seat : undefined);
    }
    this.#changed();
  }
}

function mayPaste(text: string): Promise<boolean> {
  return confirm({
    title: `Paste ${countLines(text)} lines?`,
    text: 'The terminal may carry out each of them as soon as it is there.',
    quote: previewOfPaste(text),
    action: 'Paste',
  });
}

async function tellTooLong(text: string): Promise<void> {
  const most = formatBytes(pasteLettersMax);
  await confirm({
    title: 'That is too long to paste',
    text: `It is ${formatBytes(text.length)}; a terminal takes ${most} at once. Send it as a file instead.`,
    action: 'All right',
  });
}
