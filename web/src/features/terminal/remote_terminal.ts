// SPDX-License-Identifier: MIT
// One's place at a terminal of a device: a stream that is taken up again, by the id of the session,
// when its link is lost, until the shell ends or one leaves. Knows nothing of how it is drawn.

import { limits, type Client, type Failure, type Stream, type StreamError } from '@malinka/client';
import { wordsOfEnding } from './ending.ts';
import { decodeSeat, type Seat, type Size } from './seat.ts';

/** Where what the device shows is drawn. */
export interface Screen {
  /** Resolves once it is drawn: while much is not, no more is taken from the stream, and no credit given. */
  write(bytes: Uint8Array): Promise<void>;
  /** Forgets what it shows: all of it comes again. */
  reset(): void;
}

export type TerminalState =
  | { readonly is: 'opening' }
  | { readonly is: 'open' }
  /** It is taken up again as soon as that can be. */
  | { readonly is: 'lost'; readonly why: string }
  /** The shell has ended, or cannot be come by. */
  | { readonly is: 'over'; readonly words: string };

export interface TerminalWish {
  /** Undefined: a new one. */
  readonly session?: string | undefined;
  /** To watch only. */
  readonly view: boolean;
}

export interface TerminalSettings {
  readonly client: Client;
  readonly device: string;
  readonly screen: Screen;
  readonly wish: TerminalWish;
  /** Told after each change of the state or the seat. */
  readonly changed: () => void;
  readonly patience?: Patience;
}

export interface Patience {
  /** How long a lost one is tried for. */
  readonly keepMilliseconds: number;
  /** Before the second try; before each further one twice as long. */
  readonly pauseMilliseconds: number;
}

const openMilliseconds = 10_000;
/** Chunks that are read and not drawn yet: a slow screen draws several as fast as one. */
const drawnTogetherMax = 4;
/** What was typed and has not left yet: more is not taken from a person. */
const keysBytesMax = 1024 * 1024;
/** The device keeps it as long. */
const usualPatience: Patience = {
  keepMilliseconds: limits.terminalKeepSeconds * 1000,
  pauseMilliseconds: 300,
};
const pauseMillisecondsMax = 3000;
/** A device that came back a moment ago may not know the session's way yet. */
const notFoundMax = 3;
const moved: Failure = { code: 503, error: 'the person takes another place' };

/** **Loop-bound.** Nothing happens before stay(), and nothing after leave(). */
export class RemoteTerminal {
  state: TerminalState = { is: 'opening' };
  /** Undefined before it was open. */
  seat: Seat | undefined;

  /** With it, another one comes to the same place. */
  wish: TerminalWish;

  readonly #settings: TerminalSettings;
  readonly #left = new AbortController();
  #size: Size | undefined;
  /** What the device knows of our window. */
  #told: Size | undefined;
  #isTelling = false;
  #stream: Stream | undefined;
  /** The stream was given up here, for another place at the same terminal. */
  #isMoving = false;
  /** Since when it is lost. */
  #lostAt: number | undefined;
  #tries = 0;
  #notFound = 0;

  constructor(settings: TerminalSettings) {
    this.#settings = settings;
    this.wish = settings.wish;
  }

  /** Opens it, and stays until it is over or left. */
  async stay(): Promise<void> {
    let failure = await this.#visit();
    while (failure && this.#mayComeAgain(failure)) {
      if (this.#isMoving) this.#isMoving = false;
      else await this.#pause();
      if (this.#isJoined) failure = await this.#visit();
    }
    if (failure) this.#be({ is: 'over', words: this.#wordsOf(failure) });
  }

  /** The shell stays for a while, for whoever takes it up. */
  leave(): void {
    this.#left.abort();
  }

  /** False where it does not count: nobody takes keys now, or not these. */
  type(keys: Uint8Array): boolean {
    const stream = this.#stream;
    if (!stream || !this.seat?.isWriter) return false;
    if (stream.waitingBytes + keys.length > keysBytesMax) return false;
    stream.write(keys).catch(() => {}); // Who shows what comes learns why.
    return true;
  }

  /** Our window is this large. */
  resize(size: Size): void {
    this.#size = size;
    void this.#tellSize();
  }

  /** Takes another place at the same terminal: to watch, or to write if nobody else does. */
  move(view: boolean): void {
    this.wish = { ...this.wish, view };
    if (!this.#stream) return;
    this.#isMoving = true;
    this.#stream.abort(moved.code, moved.error);
  }

  get #patience(): Patience {
    return this.#settings.patience ?? usualPatience;
  }

  get #isJoined(): boolean {
    return this.#settings.client.state.phase === 'joined';
  }

  get #isDeviceThere(): boolean {
    const { client, device } = this.#settings;
    return client.subscribers.some(({ name }) => name === device);
  }

  /** One stream's life. Resolves to why it broke off; undefined when the shell has ended. */
  async #visit(): Promise<Failure | undefined> {
    try {
      const stream = await this.#open();
      await this.#show(stream);
      this.#be({ is: 'over', words: wordsOfEnding(await stream.result()) });
      return undefined;
    } catch (error) {
      return failureOf(error);
    } finally {
      this.#stream?.end(); // Of an order that both ends know as over.
      this.#stream = undefined;
    }
  }

  /** What another stream brings comes behind all of it. */
  async #show(stream: Stream): Promise<void> {
    const drawing: Promise<void>[] = [];
    try {
      for (let bytes = await stream.read(); bytes; bytes = await stream.read()) {
        drawing.push(this.#settings.screen.write(bytes));
        if (drawing.length >= drawnTogetherMax) await drawing.shift();
      }
    } finally {
      await Promise.all(drawing);
    }
  }

  async #open(): Promise<Stream> {
    const { client, device, screen } = this.#settings;
    const size = this.#size;
    const { session, view } = this.wish;
    const value = { ...size, ...(session ? { session } : {}), ...(view ? { view } : {}) };
    const options = { timeoutMilliseconds: openMilliseconds, signal: this.#left.signal };
    const stream = await client.open(device, 'terminal.open', value, options);
    const seat = decodeSeat(stream.accepted);
    if (!seat) {
      stream.abort();
      throw new Error('the device’s answer was none of a terminal');
    }
    screen.reset();
    this.#stream = stream;
    this.seat = seat;
    this.wish = { session: seat.session, view };
    this.#told = size;
    [this.#lostAt, this.#tries, this.#notFound] = [undefined, 0, 0];
    this.#be({ is: 'open' });
    void this.#tellSize();
    return stream;
  }

  /** Tells the latest size, one at a time: a window that is being drawn larger has many. */
  async #tellSize(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    while (this.#size && this.#stream && this.seat?.isWriter && !isSame(this.#size, this.#told)) {
      const size = this.#size;
      this.#told = size;
      const { client, device } = this.#settings;
      await client.request(device, 'terminal.resize', { session: this.seat.session, ...size });
    }
    this.#isTelling = false;
  }

  /** Says that it is lost, and whether it is to be tried again. */
  #mayComeAgain(failure: Failure): boolean {
    if (this.#left.signal.aborted || this.wish.session === undefined) return false;
    if (this.#isMoving) return true;
    if (!this.#mayPass(failure)) return false;
    this.#lostAt ??= performance.now();
    if (performance.now() - this.#lostAt >= this.#patience.keepMilliseconds) return false;
    if (this.state.is !== 'lost') this.#be({ is: 'lost', why: failure.error });
    return true;
  }

  /** Of a device that is away the hub says 404 as well. */
  #mayPass({ code }: Failure): boolean {
    if (code !== 404) return [408, 429, 503].includes(code);
    return !this.#isDeviceThere || ++this.#notFound < notFoundMax;
  }

  /** A moment, longer with each try; less when the device or the link comes back meanwhile. */
  #pause(): Promise<void> {
    const { client, device } = this.#settings;
    const { pauseMilliseconds } = this.#patience;
    const milliseconds = Math.min(pauseMilliseconds * 2 ** this.#tries++, pauseMillisecondsMax);
    return new Promise((resolve) => {
      const goOn = () => {
        clearTimeout(timer);
        for (const stop of stops) stop();
        this.#left.signal.removeEventListener('abort', goOn);
        resolve();
      };
      const timer = setTimeout(goOn, milliseconds);
      const stops = [
        client.stateChanged.add(({ phase }) => phase === 'joined' && goOn()),
        client.presenceChanged.add((change) => {
          if (change.kind === 'joined' && change.subscriber.name === device) goOn();
        }),
      ];
      this.#left.signal.addEventListener('abort', goOn);
    });
  }

  #wordsOf({ code, error }: Failure): string {
    const isGone = this.wish.session !== undefined && code === 404 && this.#isDeviceThere;
    return isGone ? 'This terminal has ended.' : error;
  }

  #be(state: TerminalState): void {
    if (this.#left.signal.aborted) return;
    this.state = state;
    this.#settings.changed();
  }
}

function isSame(one: Size, other: Size | undefined): boolean {
  return one.columns === other?.columns && one.rows === other.rows;
}

/** What is thrown here and is no StreamError is our own bug, or the device's: it ends the terminal. */
function failureOf(error: unknown): Failure {
  const { code = 500, message: text = String(error) } = error as Partial<StreamError>;
  return { code, error: text };
}
