// SPDX-License-Identifier: MIT
// A device that lives in the test’s own process: the lines of a board, what others do to them
// meanwhile, and whatever commands a test gives it.

import { channel, password } from './programs.mjs';
import { SealedMember } from './sealed.mjs';

const names = { 17: 'lamp', 27: 'doorbell', 22: 'heating' };
const outputs = [17, 22, 23, 25];
const held = [17, 22, 23];

/** 28 lines of a header, one elsewhere, and 4 that have no pin; `lamp` is an output that is off. */
function linesOfPi() {
  const header = Array.from({ length: 32 }, (_, line) => ({
    line,
    kernelName: line < 28 ? `GPIO${line}` : `BT_${line}`,
    ...(names[line] ? { name: names[line] } : {}),
    chip: 'gpiochip0',
    direction: outputs.includes(line) ? 'output' : 'input',
    held: held.includes(line),
    activeLow: false,
    access: 'write',
  }));
  Object.assign(header[4], { consumer: 'w1 (onewire@0)' });
  Object.assign(header[5], { access: 'read', reason: 'agent.toml lets this line be read only' });
  Object.assign(header[6], { access: 'none', reason: 'agent.toml keeps this line to itself' });
  Object.assign(header[27], { access: 'read', reason: 'agent.toml lets doorbell be read only' });
  Object.assign(header[22], { access: 'read', reason: 'agent.toml lets heating be read only' });
  const relay = { line: 3, name: 'pump', chip: 'gpiochip4', direction: 'output', held: true };
  return [...header, { ...relay, activeLow: true, access: 'write' }];
}

export class ScriptedDevice {
  /** Every command that came, by name and value. */
  asked = [];
  values = new Map([['gpiochip0/17', 0]]);
  /** By a command's name: its error. */
  failing = {};
  sequence = 0;
  commands = [];
  capabilities = [];

  static async start(world, name, more = {}) {
    const { lines = linesOfPi(), hasHeader = true, problems = [], level = 'control' } = more;
    const device = new ScriptedDevice();
    Object.assign(device, { lines, problems, level });
    device.chips = [
      { name: 'gpiochip0', label: 'pinctrl-bcm2711', lines: 58, header: hasHeader },
      { name: 'gpiochip4', label: 'relay-board', lines: 8, header: false },
    ];
    device.member = await SealedMember.join({ address: world.address, channel, name, password });
    device.member.device.answer = (command) => device.#answer(command);
    return device;
  }

  /** What was asked by that name. */
  all(name) {
    return this.asked.filter((one) => one.name === name);
  }

  line(reference) {
    return this.lines.find(
      ({ line, name, kernelName, chip }) =>
        [name, kernelName].includes(reference) ||
        (line === reference && chip === this.chips[0].name),
    );
  }

  valueOf(line) {
    return this.values.get(`${line.chip}/${line.line}`) ?? 0;
  }

  /** Somebody drives an input: told to those who watch it. */
  drive(reference, value) {
    this.driveAll([[reference, value]]);
  }

  driveAll(changes, lost = 0) {
    const edges = changes.map(([reference, value]) => {
      const line = this.line(reference);
      this.values.set(`${line.chip}/${line.line}`, value);
      return {
        line: line.line,
        ...(line.name ? { name: line.name } : {}),
        edge: value ? 'rising' : 'falling',
        value,
        timeNanoseconds: Number(process.hrtime.bigint()),
        sequence: ++this.sequence,
      };
    });
    this.member.tell('gpio.edge', { edges, ...(lost ? { lost } : {}) });
  }

  stop() {
    return this.member.leave();
  }

  #answer({ name, value }) {
    this.asked.push({ name, value });
    if (this.failing[name]) return { code: 409, error: this.failing[name] };
    const answers = {
      'agent.describe': () => this.#describe(),
      'gpio.list': () => ({ chips: this.chips, lines: this.lines.map((one) => this.#listed(one)) }),
      'gpio.read': () => this.#states(value.lines),
      'gpio.write': () => this.#write(value.lines),
      'gpio.watch': () => this.#watch(value),
      'gpio.pulse': () => value,
    };
    const other = this.commands.find((one) => one.name === name);
    if (other) return other.answer(value);
    return answers[name] ? this.#given(answers[name]()) : { code: 404, error: `no ${name} here` };
  }

  #given(value) {
    return value.error ? { code: 409, error: value.error } : { value };
  }

  #describe() {
    const gpio = ['list', 'read', 'write', 'pulse', 'watch'].map((one) => ({
      name: `gpio.${one}`,
      level: one === 'write' || one === 'pulse' ? 'control' : 'view',
      summary: '',
      parameters: { type: 'object' },
    }));
    const rest = { channel: 'guarded', simulated: true, events: [] };
    return {
      device: 'board',
      version: '1',
      simulated: true,
      system: { model: 'Raspberry Pi 4 Model B Rev 1.4' },
      capabilities: [
        { name: 'gpio', level: this.level, ...rest, commands: gpio, problems: this.problems },
        ...this.capabilities.map((one) => ({ level: 'control', ...rest, ...one })),
      ],
    };
  }

  #listed(line) {
    return line.held ? { ...line, value: this.valueOf(line) } : line;
  }

  #states(references) {
    const unknown = references.find((one) => !this.line(one));
    if (unknown !== undefined) return { error: `there is no line ${unknown}` };
    const busy = references.map((one) => this.line(one)).find(({ busy: why }) => why);
    if (busy) return { error: busy.busy };
    return {
      lines: references.map((one) => {
        const line = this.line(one);
        const { name, direction } = line;
        if (direction === 'output') line.held = true;
        return {
          line: line.line,
          ...(name ? { name } : {}),
          value: this.valueOf(line),
          direction,
        };
      }),
    };
  }

  #write(lines) {
    const watched = lines.map(({ line }) => this.line(line)).find((one) => one?.watched);
    if (watched) return { error: `line ${watched.line} is watched: end the watch first` };
    for (const { line: reference, value } of lines) {
      const line = this.line(reference);
      Object.assign(line, { direction: 'output', held: true });
      this.values.set(`${line.chip}/${line.line}`, value);
    }
    return this.#states(lines.map(({ line }) => line));
  }

  #watch({ lines, edges = 'both', seconds = 60 }) {
    const states = this.#states(lines);
    if (states.error) return states;
    const all = lines.map((one) => this.line(one));
    const output = all.find(({ direction }) => direction === 'output');
    if (output) return { error: `line ${output.line} is an output` };
    const watched = edges === 'none' ? {} : { watched: true };
    for (const line of all) {
      delete line.watched;
      Object.assign(line, { held: edges !== 'none', ...watched });
    }
    return { lines: states.lines.map((state) => ({ ...state, edges, seconds })) };
  }
}
