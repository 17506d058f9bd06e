// SPDX-License-Identifier: MIT
// The adapter to xterm.js: draws what a terminal shows, tells what is typed. Loaded only when a terminal
// is opened. A program's output is hostile until shown otherwise: README.md says what it cannot do.

import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal, type ITerminalOptions } from '@xterm/xterm';
import { onSchemeChange } from '../../components/colour_scheme.ts';
import { keepInBounds } from './bounds.ts';
import { keysHelp } from './keys.ts';
import { BoundedLetters, widthsOf } from './letters.ts';
import { openAddress, openHiddenAddress, safeAddress } from './links.ts';
import { paletteOf } from './palette.ts';
import { shorten } from './paste.ts';
import type { Screen } from './remote_terminal.ts';
import type { Size } from './seat.ts';
import { withAdoptedStyles } from './strict_styles.ts';

export interface ScreenHandlers {
  typed(text: string): void;
  /** Bytes that are no text, as old reports of the mouse. */
  typedBytes(bytes: Uint8Array): void;
  titled(title: string): void;
  /** A key that is typed while the terminal has the focus; false: it is not for the program. */
  pressed(event: KeyboardEvent): boolean;
  pasted(text: string): void;
}

const scrollbackLines = 5000;
const titleLettersMax = 80;
const fontPixels = 14;
const fontPixelsMin = 6;
/** A window is drawn larger in many steps. */
const fitMilliseconds = 60;
const encoding = new TextEncoder();

const options: ITerminalOptions = {
  allowProposedApi: true, // For the widths of letters, and to mark what a search has found.
  cursorBlink: false,
  fontSize: fontPixels,
  logLevel: 'off', // What a program writes amiss is nobody's news.
  lineHeight: 1.15,
  minimumContrastRatio: 4.5,
  scrollback: scrollbackLines,
  // With windowOptions as they are by default no program moves, sizes or asks the window.
};

export class XtermScreen implements Screen {
  readonly #terminal: Terminal;
  readonly #handlers: ScreenHandlers;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  #webgl: WebglAddon | undefined;
  /** Where it is drawn; kept while the page shows something else. */
  readonly #place = document.createElement('div');
  #fitTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #watching = new ResizeObserver(() => this.#fitSoon());
  readonly #stopFollowing: () => void;
  /** The size of somebody else's window, which ours is to show. */
  #fixed: Size | undefined;
  #resized: (size: Size) => void = () => {};

  constructor(handlers: ScreenHandlers) {
    this.#handlers = handlers;
    const linkHandler = {
      activate: (_event: MouseEvent, address: string) => void openHiddenAddress(address),
      hover: (_event: MouseEvent, address: string) => this.#point(safeAddress(address) ?? ''),
      leave: () => this.#point(''),
    };
    this.#terminal = new Terminal({ ...options, linkHandler });
    this.#place.className = 'terminal-place';
    this.#prepare();
    this.#stopFollowing = onSchemeChange(() => this.#paint());
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  reset(): void {
    this.#terminal.reset();
  }

  /** Draws in `host` from now on, and tells its size then and whenever it changes. */
  attach(host: HTMLElement, resized: (size: Size) => void): void {
    this.#resized = resized;
    host.append(this.#place);
    if (!this.#terminal.element) this.#open();
    this.#draw();
    this.#paint();
    this.#watching.observe(this.#place);
    this.#fitNow();
  }

  detach(): void {
    clearTimeout(this.#fitTimer);
    this.#watching.disconnect();
    this.#resized = () => {};
    this.#place.remove();
  }

  dispose(): void {
    this.detach();
    this.#stopFollowing();
    this.#terminal.dispose();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** As if it were typed, in brackets where the program has asked for them. */
  paste(text: string): void {
    this.#terminal.paste(text);
  }

  get selection(): string {
    return this.#terminal.getSelection();
  }

  /** Whether the arrow keys are to be sent as an application wants them. */
  get isApplication(): boolean {
    return this.#terminal.modes.applicationCursorKeysMode;
  }

  /** Nothing is typed by who only watches, and the window is the writer's. */
  watch(size: Size | undefined): void {
    this.#fixed = size;
    this.#terminal.options.disableStdin = size !== undefined;
    this.#fitNow();
  }

  /** Whether the lines are there as text for screen readers. */
  set isReadable(isReadable: boolean) {
    this.#terminal.options.screenReaderMode = isReadable;
  }

  /** Whether it was found. */
  find(text: string, direction: 'next' | 'previous', isTyping = false): boolean {
    const style = getComputedStyle(this.#place);
    const [match, active] = [hexOf(style.borderBlockStartColor), hexOf(style.caretColor)];
    const decorations = {
      matchBackground: match,
      matchOverviewRuler: match,
      activeMatchBackground: active,
      activeMatchColorOverviewRuler: active,
    };
    const how = { decorations, incremental: isTyping };
    if (direction === 'next') return this.#search.findNext(text, how);
    return this.#search.findPrevious(text, how);
  }

  endSearch(): void {
    this.#search.clearDecorations();
    this.#terminal.clearSelection();
  }

  #prepare(): void {
    const { typed, typedBytes, titled, pressed } = this.#handlers;
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(this.#search);
    this.#terminal.loadAddon(new WebLinksAddon((_event, address) => openAddress(address)));
    this.#terminal.onData(typed);
    this.#terminal.onBinary((text) =>
      typedBytes(Uint8Array.from(text, (one) => one.charCodeAt(0))),
    );
    this.#terminal.onTitleChange((title) => titled(shorten(title, titleLettersMax)));
    this.#terminal.attachCustomKeyEventHandler(pressed);
    keepInBounds(this.#terminal);
    const letters = new BoundedLetters(widthsOf(new Unicode11Addon()));
    this.#terminal.unicode.register(letters);
    this.#terminal.unicode.activeVersion = letters.version;
    this.#place.addEventListener('paste', (event) => this.#takePaste(event), { capture: true });
  }

  #takePaste(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    this.#handlers.pasted(event.clipboardData?.getData('text/plain') ?? '');
  }

  #open(): void {
    this.#terminal.options.fontFamily = getComputedStyle(this.#place).fontFamily;
    withAdoptedStyles(() => this.#terminal.open(this.#place));
    this.#terminal.textarea?.setAttribute('aria-describedby', keysHelp);
    // What tests and a person's own tools read the cells by.
    Object.assign(this.#place, { terminal: this.#terminal });
  }

  /** By WebGL where that can be; else, and when it is taken away, by elements. */
  #draw(): void {
    if (this.#webgl) return;
    const webgl = new WebglAddon();
    const giveUp = () => {
      this.#webgl = undefined;
      withAdoptedStyles(() => webgl.dispose());
    };
    try {
      this.#terminal.loadAddon(webgl);
    } catch {
      return giveUp();
    }
    this.#webgl = webgl;
    webgl.onContextLoss(giveUp);
  }

  #paint(): void {
    if (this.#place.isConnected) this.#terminal.options.theme = paletteOf(this.#place);
  }

  #point(address: string): void {
    this.#place.title = address;
  }

  #fitSoon(): void {
    clearTimeout(this.#fitTimer);
    this.#fitTimer = setTimeout(() => this.#fitNow(), fitMilliseconds);
  }

  #fitNow(): void {
    if (!this.#place.isConnected) return;
    if (this.#fixed) return this.#showAll(this.#fixed);
    this.#terminal.options.fontSize = fontPixels;
    this.#fit.fit();
    const { cols: columns, rows } = this.#terminal;
    this.#resized({ columns, rows });
  }

  /** In letters so small that all of it is seen. */
  #showAll({ columns, rows }: Size): void {
    this.#terminal.options.fontSize = fontPixels;
    const room = this.#fit.proposeDimensions();
    const share = room ? Math.min(1, room.cols / columns, room.rows / rows) : 1;
    this.#terminal.options.fontSize = Math.max(fontPixelsMin, Math.floor(fontPixels * share));
    this.#terminal.resize(columns, rows);
  }
}

/** What is typed, as the device wants it. */
export function bytesOf(text: string): Uint8Array {
  return encoding.encode(text);
}

/** Of `rgb(r, g, b)`; the search knows no other form. */
function hexOf(colour: string): string {
  const parts = colour.match(/\d+/g)?.slice(0, 3) ?? [];
  return `#${parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
}
