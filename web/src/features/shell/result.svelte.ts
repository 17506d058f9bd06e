// SPDX-License-Identifier: MIT
// What one device makes of a command: its output as it comes, and how it ended.

import { StreamError, isObject, stringMember } from '@malinka/client';
import type { Client, Json, Reply, Stream } from '@malinka/client';
import { decodeOutcome, nothing, verdictOf, type Output, type Verdict } from './output.ts';
import { OutputRecords, type Piece } from './records.ts';
import { Tail } from './tail.ts';

/** The page is not drawn anew for every chunk. */
const drawMilliseconds = 100;
const notSupported = 501;
const inBackground: Verdict = { kind: 'warn', words: 'in the background' };

export class Result {
  readonly device: string;
  /** Undefined while it runs. */
  verdict = $state.raw<Verdict | undefined>();
  error = $state('');
  durationSeconds = $state<number | undefined>();
  stdout = $state.raw<Output>(nothing);
  stderr = $state.raw<Output>(nothing);
  /** Of one whose output comes as it is written. */
  job = $state<string | undefined>();
  /** It goes on without this page. */
  isDetached = $state(false);
  takesInput = $state(false);

  readonly #client: Client;
  readonly #tails = { stdout: new Tail(), stderr: new Tail() };
  #stream: Stream | undefined;
  #drawing: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, device: string) {
    this.#client = client;
    this.device = device;
  }

  get isRunning(): boolean {
    return this.verdict === undefined;
  }

  /** Asks for the command, or a job's output, and stays until the end. Never rejects. */
  async follow(name: string, value: Json, timeoutMilliseconds: number): Promise<void> {
    try {
      this.#stream = await this.#client.open(this.device, name, value, { timeoutMilliseconds });
      const { accepted } = this.#stream;
      this.job = isObject(accepted) ? stringMember(accepted, 'job') : undefined;
      this.takesInput = name === 'shell.run';
      this.#finish(await this.#read(this.#stream));
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      // A device that has no streams has not begun.
      if (error.reply?.code === notSupported)
        this.take(await this.#client.request(this.device, name, value, { timeoutMilliseconds }));
      else this.#broke(error);
    } finally {
      this.takesInput = false;
      this.#draw();
    }
  }

  /** An answer that came when it was over. */
  take(reply: Reply): void {
    const outcome = decodeOutcome(reply.value);
    const goesOn = reply.success && this.isDetached;
    this.verdict = goesOn ? inBackground : verdictOf(reply, outcome);
    this.error = reply.success || outcome?.timedOut ? '' : reply.error;
    this.durationSeconds = outcome?.durationSeconds;
    this.stdout = outcome?.stdout ?? nothing;
    this.stderr = outcome?.stderr ?? nothing;
  }

  async write(text: string): Promise<void> {
    try {
      await this.#stream?.write(new TextEncoder().encode(text));
    } catch (error) {
      // Where it is over, that is told already.
      if (!(error instanceof StreamError)) throw error;
    }
  }

  endInput(): void {
    this.takesInput = false;
    this.#stream?.end();
  }

  async cancel(): Promise<void> {
    await this.#tellJob('shell.cancel');
  }

  async detach(): Promise<void> {
    this.isDetached = await this.#tellJob('shell.detach');
  }

  async #tellJob(name: string): Promise<boolean> {
    if (this.job === undefined || !this.isRunning) return false;
    const reply = await this.#client.request(this.device, name, { job: this.job });
    if (!reply.success && this.isRunning) this.error = reply.error;
    return reply.success;
  }

  async #read(stream: Stream): Promise<Json | undefined> {
    const records = new OutputRecords();
    for (let bytes = await stream.read(); bytes; bytes = await stream.read()) {
      const pieces = records.take(bytes);
      if (pieces === undefined) {
        stream.abort(400, 'no output is of that kind');
        throw new StreamError({ code: 400, error: 'Its output makes no sense.' });
      }
      for (const piece of pieces) this.#add(piece);
      this.#drawing ??= setTimeout(() => this.#draw(), drawMilliseconds);
    }
    const end = await stream.result();
    stream.end();
    return end;
  }

  #add(piece: Piece): void {
    if (piece.output === 'gap') this.#tails.stdout.skip(piece.missing);
    else this.#tails[piece.output].add(piece.bytes);
  }

  #finish(end: Json | undefined): void {
    const outcome = decodeOutcome(end);
    this.#tails.stdout.finish();
    this.#tails.stderr.finish();
    this.durationSeconds = outcome?.durationSeconds;
    this.verdict = verdictOf({ code: 0 }, outcome);
  }

  /** Of an older device there is an answer instead. */
  #broke({ code, error, reply }: StreamError): void {
    if (reply && this.#stream === undefined) return this.take(reply);
    this.error = error;
    const goesOn = this.isDetached && this.#stream !== undefined;
    this.verdict = goesOn ? inBackground : verdictOf({ code }, undefined);
  }

  #draw(): void {
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
    if (this.#stream === undefined) return;
    this.stdout = this.#tails.stdout.output;
    this.stderr = this.#tails.stderr.output;
  }
}
