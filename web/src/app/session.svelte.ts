// SPDX-License-Identifier: MIT
// One membership of a channel: the client, and all that the features know through it.

import {
  Client,
  randomHex,
  sealInWorker,
  socketsOf,
  type ClientState,
  type SealLevel,
} from '@malinka/client';
import { Devices } from '../features/agent/devices.svelte.ts';
import { Identities } from '../features/agent/identities.svelte.ts';
import { Folder } from '../features/files/folder.svelte.ts';
import { Transfers } from '../features/files/transfers.svelte.ts';
import { Boards } from '../features/gpio/boards.svelte.ts';
import { Runs } from '../features/shell/runs.svelte.ts';
import { Archive } from '../features/telemetry/archive.ts';
import { Telemetry } from '../features/telemetry/telemetry.svelte.ts';
import { Remotes } from '../features/tv/remotes.svelte.ts';
import { forgetSession, identitiesInBrowser, saveSession, type SavedSession } from './storage.ts';

export type Invited = Omit<SavedSession, 'instance'> & { readonly instance?: string };

/** What is open of one device's files. */
export interface FilesOf {
  readonly folder: Folder;
  readonly transfers: Transfers;
}

export class Session {
  state = $state.raw<ClientState>({ phase: 'connecting' });
  /** Whether the channel was ever entered: before, the form is shown; after, a banner. */
  wasJoined = $state(false);

  readonly settings: SavedSession;
  readonly client: Client;
  readonly devices: Devices;
  readonly identities: Identities;
  readonly telemetry: Telemetry;
  readonly boards: Boards;
  readonly runs: Runs;
  readonly remotes: Remotes;
  readonly #archive: Archive;
  readonly #files = new Map<string, FilesOf>();

  constructor(invited: Invited) {
    this.settings = { ...invited, instance: invited.instance ?? randomHex(128) };
    const { url, channel, name, password, sealed, instance } = this.settings;
    this.client = new Client({
      url,
      channel,
      subscriber: name,
      password,
      sealed,
      seal: sealInWorker(startSealWorker),
      identities: identitiesInBrowser(),
      instance,
      open: socketsOf(WebSocket),
    });
    this.#archive = new Archive(`${url}\n${channel}`);
    this.client.stateChanged.add((state) => this.#changed(state));
    this.devices = new Devices(this.client);
    this.identities = new Identities(this.client);
    this.telemetry = new Telemetry(this.client, this.#archive);
    this.boards = new Boards(this.client);
    this.runs = new Runs(this.client);
    this.remotes = new Remotes(this.client);
    this.client.connect();
  }

  /** What one may do here at most; undefined where the channel is not sealed. */
  get level(): SealLevel | undefined {
    return this.client.grant?.level;
  }

  /** The files of a device stay open while other panels are looked at. */
  filesOf(device: string): FilesOf {
    const known = this.#files.get(device);
    if (known) return known;
    const files = {
      folder: new Folder(this.client, device),
      transfers: new Transfers(this.client, device),
    };
    this.#files.set(device, files);
    return files;
  }

  /** Ends the connection and keeps what would join again. */
  stop(): void {
    for (const { transfers } of this.#files.values()) transfers.stop();
    this.client.close();
    this.devices.stop();
    this.identities.stop();
    this.telemetry.stop();
    this.boards.stop();
    this.remotes.stop();
  }

  /** Leaves, and forgets in this browser what was seen in the channel. */
  async leave(): Promise<void> {
    this.stop();
    forgetSession();
    await this.#archive.clear();
  }

  #changed(state: ClientState): void {
    this.state = state;
    if (state.phase !== 'joined' || this.wasJoined) return;
    this.wasJoined = true;
    saveSession(this.settings);
  }
}

/** A file of its own, made only when a channel is sealed. */
function startSealWorker(): Worker {
  return new Worker(new URL('./seal.worker.ts', import.meta.url), { type: 'module' });
}
