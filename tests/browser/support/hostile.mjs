// SPDX-License-Identifier: MIT
// A member of the channel that says what it likes: a device of its own, which answers every command
// with markup in every field, sealed as it must be to be heard.

import { channel, password } from './programs.mjs';
import { SealedMember } from './sealed.mjs';

/** Runs where it is not text, in each of the ways in which markup can. */
export const markup =
  '<script>window.__pwned=1</script><img src=x onerror="window.__pwned=2"><svg onload="window.__pwned=3">' +
  '"\'><a href="javascript:window.__pwned=4">';
/** Fits a name's 128 bytes. */
export const shortMarkup = '<img src=x onerror=window.__pwned=5><script>window.__pwned=6</script>';

export async function startHostile(world) {
  const { address } = world;
  const member = await SealedMember.join({ address, channel, name: shortMarkup, password });
  const values = valuesOf();
  member.device.answer = ({ name }) =>
    values[name] ? { value: values[name] } : { code: 500, error: markup };
  return {
    /** Tells an event, sealed. */
    tell: (name, value) => member.tell(name, value),
    /** Sends any message, in plain and as it is. */
    say: (message) => member.say(message),
    stop: () => member.leave(),
  };
}

/** What it answers to each command. */
function valuesOf() {
  const text = (bytes) => ({ text: markup, bytes, cut: true });
  const entry = (name, type) => {
    return {
      name,
      path: `/${name}`,
      type,
      size: 5,
      modified: markup,
      mode: markup,
      target: markup,
    };
  };
  const capability = (name) => {
    const command = { name: markup, level: 'view', summary: markup, parameters: {} };
    const rest = { channel: 'open', simulated: true, commands: [command], events: [markup] };
    return { name, level: 'control', user: markup, roots: [markup], problems: [markup], ...rest };
  };
  const terminal = { session: 'abc7', since: markup, columns: 80, rows: 24, viewers: 1e308 };
  const denied = { ...capability(markup), level: 'deny', reason: markup };
  const reading = {
    time: markup,
    uptimeSeconds: 1,
    cpu: { loadPercent: 1, loadAverage: 1 },
    memory: { usedPercent: 2 },
    disks: [{ path: markup, totalBytes: 1, availableBytes: 1, usedPercent: 1 }],
    network: [{ interface: markup, receivedBytes: 1, sentBytes: 1 }],
    sensors: [
      { name: markup, temperatureCelsius: 1, humidityPercent: 1 },
      {
        name: `${markup}2`,
        values: [
          {
            quantity: 'temperature',
            label: markup,
            value: 1e308,
            unit: '°C',
            min: -1e308,
            max: 1e308,
          },
          { quantity: markup, label: markup, value: 1, unit: '<b>x' },
          { quantity: 'fan', value: 1, unit: markup, ageSeconds: -1 },
        ],
      },
      { name: markup, error: markup },
    ],
  };
  return {
    'agent.describe': {
      device: markup,
      version: markup,
      simulated: true,
      system: { model: markup, os: markup, kernel: markup, architecture: markup },
      capabilities: [...['telemetry', 'files', 'shell', 'terminal', 'tv'].map(capability), denied],
    },
    'telemetry.read': reading,
    'telemetry.interval': { seconds: 1 },
    'tv.status': {
      power: 'on',
      focused: markup,
      volumePercent: 1e308,
      name: markup,
      vendor: markup,
      problem: markup,
      ports: [{ device: markup, physicalAddress: markup, hasTv: markup, problem: markup }, markup],
    },
    'files.list': {
      path: `/${markup}`,
      total: 4,
      entries: [entry(markup, 'file'), entry(`${markup}2`, 'folder'), entry(`${markup}3`, 'link')],
    },
    'shell.jobs': {
      jobs: [
        { job: 'abcdef', command: markup, state: 'running', started: markup, outputBytes: -1 },
        { job: markup, command: markup },
        null,
      ],
    },
    'terminal.list': { sessions: [terminal, { ...terminal, session: markup }, markup] },
    'shell.run': {
      exitCode: 1,
      signal: null,
      durationSeconds: 1,
      stdout: text(9),
      stderr: text(9),
    },
  };
}
