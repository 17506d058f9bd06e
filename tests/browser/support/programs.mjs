// SPDX-License-Identifier: MIT
// Real programs for the page to talk to: a hub that serves web/dist, and simulated devices, each on
// loopback and in a folder of its own.

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../../tools/bundle.mjs';

const bin = resolve(process.env.MALINKA_BIN ?? join(root, 'build/release/bin'));
const webRoot = join(root, 'web/dist');
const startMilliseconds = 30_000;
const stopMilliseconds = 10_000;

export const channel = 'home';
export const password = 'a long enough secret / with ünicode';

/** A hub and its devices; everything ends with stop(). */
export class World {
  #programs = [];

  /** `hubEnvironment`: settings of the hub that are no flags, as MALINKA_HEARTBEAT_SECONDS. */
  static async start(hubEnvironment = {}) {
    const world = new World();
    world.folder = await mkdtemp(join(tmpdir(), 'malinka-browser-'));
    world.passwordFile = join(world.folder, 'password');
    await writeFile(world.passwordFile, `${password}\n`);
    await world.startHub('127.0.0.1:0', hubEnvironment);
    return world;
  }

  async startHub(listen, environment = {}) {
    const options = ['--listen', listen, '--web-root', webRoot];
    const line = await this.#start('hub', 'malinka-hub', options, environment);
    this.url = line.replace(/^listening on /, '');
    this.address = new URL(this.url).host;
    this.hub = this.#programs.at(-1);
  }

  async stopHub() {
    await stop(this.hub);
  }

  /** Starts a device and waits until it is in the channel; resolves to its process. */
  async startDevice(name, toChannel = channel, more = []) {
    const hub = this.url.replace(/^http/, 'ws');
    const options = ['--simulate', '--hub', hub, '--channel', toChannel, '--name', name];
    await this.#start(name, 'malinka-agent', [
      ...options,
      '--password-file',
      this.passwordFile,
      ...more,
    ]);
    return this.#programs.at(-1);
  }

  /** A device that is no simulation and offers this folder. */
  async startDeviceWithFolder(name, folder) {
    const config = join(this.folder, `${name}.toml`);
    await writeFile(config, `[files]\nroots = [${JSON.stringify(folder)}]\n`);
    const place = ['--hub', this.url.replace(/^http/, 'ws'), '--channel', channel, '--name', name];
    const files = ['--password-file', this.passwordFile, '--config', config];
    await this.#start(name, 'malinka-agent', [...place, ...files]);
    return this.#programs.at(-1);
  }

  async stopDevice(program) {
    await stop(program);
  }

  /** What `malinka-hub` and the demo print for people to open. */
  link(toChannel = channel, toPassword = password) {
    return `${this.url}/#${encodeURIComponent(toChannel)}/${encodeURIComponent(toPassword)}`;
  }

  async stop() {
    await Promise.all(this.#programs.map(stop));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Resolves to the first line that the program prints. */
  async #start(folder, name, options, environment = {}) {
    const home = join(this.folder, folder.replace(/[^\w-]/g, '_'));
    await mkdir(home, { recursive: true });
    const program = spawn(join(bin, name), options, {
      cwd: home,
      env: {
        PATH: process.env.PATH,
        LANG: 'C.UTF-8',
        HOME: home,
        STATE_DIRECTORY: home,
        TMPDIR: home,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#programs.push(program);
    let errors = '';
    program.stderr.on('data', (data) => (errors = (errors + data).slice(-10_000)));
    return firstLine(program, () => `${name} ${options.join(' ')} did not start: ${errors}`);
  }
}

function firstLine(program, describe) {
  return new Promise((resolveLine, reject) => {
    const timer = setTimeout(() => reject(new Error(`${describe()} (in time)`)), startMilliseconds);
    const lines = createInterface({ input: program.stdout });
    lines.once('line', (line) => {
      clearTimeout(timer);
      resolveLine(line);
    });
    program.once('error', reject);
    program.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(describe()));
    });
  });
}

function stop(program) {
  if (program.exitCode !== null || program.signalCode !== null) return Promise.resolve();
  return new Promise((resolveStop) => {
    const timer = setTimeout(() => program.kill('SIGKILL'), stopMilliseconds);
    program.once('exit', () => {
      clearTimeout(timer);
      resolveStop();
    });
    program.kill('SIGTERM');
  });
}
