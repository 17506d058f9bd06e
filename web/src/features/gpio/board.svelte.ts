// SPDX-License-Identifier: MIT
// The lines of one device, kept up to date while somebody looks at them: the list is asked for again
// and again, which disturbs no line, and edges come by leases that are renewed.

import { limits, type Client, type Json, type Reply } from '@malinka/client';
import { sentence } from '../../components/format.ts';
import { LineAsking } from './asking.svelte.ts';
import { decodeEdges, DeviceClock, extend, type Edges, type Mark, type Trace } from './edge.ts';
import {
  decodeListing,
  decodeStates,
  isReadable,
  lineOf,
  referenceOf,
  type Chip,
  type Level,
  type Line,
  type State,
} from './line.ts';

/** What others do to a line that is not watched is seen this soon. */
const refreshMilliseconds = 4000;
const renewMilliseconds = 20_000;
/** For the way there and back, beyond the pulse itself. */
const graceMilliseconds = 10_000;

export type Doing = 'write' | 'pulse';

export class Board {
  chips = $state.raw<readonly Chip[]>([]);
  lines = $state.raw<readonly Line[]>([]);
  isKnown = $state(false);
  /** Why the lines could not be listed. */
  problem = $state('');
  /** Edges that the kernel dropped. */
  lost = $state(0);
  /** What is being done to a line, by its key. */
  doing = $state.raw<ReadonlyMap<string, Doing>>(new Map());
  /** The keys of lines that are watched for this page. */
  leased = $state.raw<ReadonlySet<string>>(new Set());
  /** Of all that are watched, by key. */
  traces = $state.raw<ReadonlyMap<string, Trace>>(new Map());

  readonly #client: Client;
  readonly #device: string;
  readonly #reading: LineAsking;
  readonly #watching: LineAsking;
  readonly #clock = new DeviceClock();
  /** Lines that a person asked to be watched, by key. */
  readonly #asked = new Set<string>();
  /** When a line's value was last told, by key: what was asked before is older. */
  readonly #toldAt = new Map<string, number>();
  #isRefreshing = false;
  #isStale = false;
  #renewedAt = -Infinity;
  #isUrgent = false;

  constructor(client: Client, device: string) {
    this.#client = client;
    this.#device = device;
    this.#reading = new LineAsking(client, device, 'gpio.read');
    this.#watching = new LineAsking(client, device, 'gpio.watch');
  }

  /** Why a line could not be read or watched. */
  reasonOf({ key }: Line): string | undefined {
    return this.#reading.reasonOf(key) ?? this.#watching.reasonOf(key);
  }

  /** Until the returned function is called. Nothing is asked while the page is hidden. */
  follow(): () => void {
    const look = () => {
      if (!document.hidden) void this.refresh();
    };
    // Who came back may have been started anew, and then has forgotten its leases.
    this.#isUrgent = true;
    look();
    const timer = setInterval(look, refreshMilliseconds);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }

  /** Asks for all lines, for the values that the list does not tell, and for what is watched. */
  async refresh(): Promise<void> {
    this.#isStale = this.#isRefreshing;
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    await this.#list();
    if (this.problem === '') {
      await this.#renew();
      this.#trace();
      await this.#read();
    }
    this.#isRefreshing = false;
    if (this.#isStale) await this.refresh();
  }

  /** Returns why it was not done, or the empty string. */
  async write(line: Line, value: Level): Promise<string> {
    return this.#do(line, 'write', () =>
      this.#client.request(this.#device, 'gpio.write', {
        lines: [{ line: referenceOf(line), value }],
      }),
    );
  }

  /** Is over when the pulse is. Returns why it was not done, or the empty string. */
  async pulse(line: Line, milliseconds: number, value: Level): Promise<string> {
    const timeoutMilliseconds = milliseconds + graceMilliseconds;
    return this.#do(line, 'pulse', () =>
      this.#client.request(
        this.#device,
        'gpio.pulse',
        { line: referenceOf(line), milliseconds, value },
        { timeoutMilliseconds },
      ),
    );
  }

  /** Reads one now. What is an output then stays with the agent, so that is done when it is asked for. */
  async look(line: Line): Promise<void> {
    const askedAt = performance.now();
    this.#reading.forgive(line);
    this.#take(await this.#reading.each([line]), askedAt);
    await this.refresh();
  }

  /** Whether it is watched for this page. */
  isLeased({ key }: Line): boolean {
    return this.leased.has(key);
  }

  watch(line: Line): void {
    this.#asked.add(line.key);
    this.#watching.forgive(line);
    void this.refresh();
  }

  async unwatch(line: Line): Promise<void> {
    this.#asked.delete(line.key);
    this.leased = new Set([...this.leased].filter((key) => key !== line.key));
    this.traces = without(this.traces, line.key);
    await this.#watching.once([line], { edges: 'none' });
    await this.refresh();
  }

  /** What one may change may be an output that was never switched, and a watched line is not written. */
  isWatchedAnyway({ name, direction, access }: Line): boolean {
    return name !== undefined && direction === 'input' && access === 'read';
  }

  hear(value: Json | undefined): void {
    const { edges, lost } = decodeEdges(value);
    this.lost += lost;
    this.#mark(edges);
  }

  #mark(edges: Edges['edges']): void {
    const now = Date.now();
    const marks = new Map<string, Mark[]>();
    const latest = new Map<string, Level>();
    for (const edge of edges) {
      const line = lineOf(this.lines, edge);
      if (!line) continue;
      const time = this.#clock.timeOf(edge.milliseconds, now);
      const mark = { time, isRising: edge.isRising, value: edge.value };
      const of = marks.get(line.key) ?? [];
      of.push(mark);
      marks.set(line.key, of);
      latest.set(line.key, edge.value);
    }
    const traces = new Map(this.traces);
    for (const [key, more] of marks) {
      const trace = traces.get(key);
      if (trace) traces.set(key, extend(trace, more));
    }
    this.traces = traces;
    this.#tell(latest, performance.now());
  }

  async #list(): Promise<void> {
    const askedAt = performance.now();
    const reply = await this.#client.request(this.#device, 'gpio.list');
    const listing = reply.success ? decodeListing(reply.value) : undefined;
    this.problem = listing ? '' : sentence(reply.error || 'The device listed no lines');
    if (!listing) return;
    const before = new Map(this.lines.map((line) => [line.key, line]));
    this.chips = listing.chips;
    this.lines = listing.lines.map((line) => {
      const known = before.get(line.key)?.value;
      const isOlder = askedAt < (this.#toldAt.get(line.key) ?? -Infinity);
      // Of an output that the agent does not hold nobody knows what became of it.
      const kept = line.direction === 'input' ? known : undefined;
      return { ...line, value: isOlder ? known : (line.value ?? kept) };
    });
    this.isKnown = true;
    this.#drop(new Set(this.lines.map(({ key }) => key)));
  }

  /** What is known of lines that are no longer there. */
  #drop(present: ReadonlySet<string>): void {
    for (const key of this.#toldAt.keys()) if (!present.has(key)) this.#toldAt.delete(key);
    for (const key of this.#asked) if (!present.has(key)) this.#asked.delete(key);
    this.#reading.keep(present);
    this.#watching.keep(present);
  }

  /** Inputs alone: they are let go again, and stay what they were. */
  async #read(): Promise<void> {
    const askedAt = performance.now();
    const wanted = this.lines.filter(
      (line) =>
        isReadable(line) &&
        line.direction === 'input' &&
        !line.isHeld &&
        !this.leased.has(line.key),
    );
    const most = limits.gpioLinesMax;
    for (let first = 0; first < wanted.length; first += most)
      this.#take(await this.#reading.each(wanted.slice(first, first + most)), askedAt);
    // What nobody may read now has no value that one could show.
    this.lines = this.lines.map((line) =>
      isReadable(line) && this.#reading.reasonOf(line.key) === undefined
        ? line
        : { ...line, value: undefined },
    );
  }

  async #renew(): Promise<void> {
    const wanted = this.lines.filter((line) => this.#isWanted(line)).slice(0, limits.gpioLinesMax);
    const now = performance.now();
    // Between a lease that ran out and the next one, nobody knows what was.
    if (now - this.#renewedAt > limits.gpioWatchSeconds * 1000)
      this.traces = new Map([...this.traces].filter(([key]) => !this.leased.has(key)));
    const isHopeful = (key: string) => this.#watching.reasonOf(key) === undefined;
    const isNew = wanted.some(({ key }) => !this.leased.has(key) && isHopeful(key));
    const isDue = this.#isUrgent || now - this.#renewedAt >= renewMilliseconds;
    if (wanted.length > 0 && (isNew || isDue)) {
      this.#isUrgent = false;
      this.#renewedAt = now;
      const more = { edges: 'both', seconds: limits.gpioWatchSeconds };
      const states = await this.#watching.each(wanted, more);
      this.#take(states, now);
      const keys = states.flatMap((state) => lineOf(this.lines, state)?.key ?? []);
      this.leased = new Set([...this.leased, ...keys]);
    }
    const isKept = (key: string) => wanted.some((line) => line.key === key) && isHopeful(key);
    this.leased = new Set([...this.leased].filter(isKept));
  }

  /** A trace of each line whose edges are told, for whomever. */
  #trace(): void {
    const since = Date.now();
    const watched = this.lines.filter(({ key, isWatched }) => isWatched || this.leased.has(key));
    this.traces = new Map(
      watched.map(({ key }) => [key, this.traces.get(key) ?? { since, marks: [] }]),
    );
  }

  #isWanted(line: Line): boolean {
    const isInput = line.direction === 'input' && isReadable(line);
    return isInput && (this.isWatchedAnyway(line) || this.#asked.has(line.key));
  }

  async #do(line: Line, what: Doing, ask: () => Promise<Reply>): Promise<string> {
    if (this.doing.has(line.key)) return 'It is still at work on this line.';
    this.doing = new Map(this.doing).set(line.key, what);
    // A watched line is not written: this page's own watch shall not be in the way.
    if (this.isLeased(line)) await this.#watching.once([line], { edges: 'none' });
    this.leased = new Set([...this.leased].filter((key) => key !== line.key));
    const askedAt = performance.now();
    const reply = await ask();
    this.doing = without(this.doing, line.key);
    if (reply.success) this.#asked.delete(line.key);
    if (reply.success) this.#take(decodeStates(reply.value), askedAt);
    void this.refresh();
    return reply.success ? '' : sentence(reply.error || 'The device did not do it');
  }

  #take(states: readonly State[], askedAt: number): void {
    const values = new Map<string, Level>();
    const directions = new Map<string, Line['direction']>();
    for (const state of states) {
      const line = lineOf(this.lines, state);
      if (!line) continue;
      if (state.direction) directions.set(line.key, state.direction);
      if (askedAt >= (this.#toldAt.get(line.key) ?? -Infinity)) values.set(line.key, state.value);
    }
    this.#tell(values, askedAt);
    this.lines = this.lines.map((line) => {
      const direction = directions.get(line.key);
      return direction && direction !== line.direction ? { ...line, direction } : line;
    });
  }

  #tell(values: ReadonlyMap<string, Level>, at: number): void {
    if (values.size === 0) return;
    for (const key of values.keys()) this.#toldAt.set(key, at);
    this.lines = this.lines.map((line) => {
      const value = values.get(line.key);
      return value === undefined || value === line.value ? line : { ...line, value };
    });
  }
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  return new Map([...map].filter(([one]) => one !== key));
}
