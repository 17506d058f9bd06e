// SPDX-License-Identifier: MIT
// A member of the channel that says what it likes: a raw WebSocket in a page of its own, which
// answers every command with markup in every field.

import { channel, password } from './programs.mjs';
import { newPage } from './browser.mjs';

/** Runs where it is not text, in each of the ways in which markup can. */
export const markup =
  '<script>window.__pwned=1</script><img src=x onerror="window.__pwned=2"><svg onload="window.__pwned=3">' +
  '"\'><a href="javascript:window.__pwned=4">';
/** Fits a name's 128 bytes. */
export const shortMarkup = '<img src=x onerror=window.__pwned=5><script>window.__pwned=6</script>';

export async function startHostile(browser, world) {
  const { page, context } = await newPage(browser);
  await page.goto(`${world.url}/healthz`);
  const join = {
    messageType: 'Join',
    channel,
    subscriber: shortMarkup,
    key: password,
    device: true,
  };
  await page.evaluate(joinAndAnswer, { url: `ws://${world.address}/bus`, join, markup });
  return {
    /** Sends any message, as it is. */
    say: (message) => page.evaluate((text) => window.bus.send(text), JSON.stringify(message)),
    stop: () => context.close(),
  };
}

/** Runs in the hostile page. */
function joinAndAnswer({ url, join, markup }) {
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
      { name: markup, error: markup },
    ],
  };
  const values = {
    'agent.describe': {
      device: markup,
      version: markup,
      simulated: true,
      system: { model: markup, os: markup, kernel: markup, architecture: markup },
      capabilities: [...['telemetry', 'files', 'shell'].map(capability), denied],
    },
    'telemetry.read': reading,
    'telemetry.interval': { seconds: 1 },
    'files.list': {
      path: `/${markup}`,
      total: 4,
      entries: [entry(markup, 'file'), entry(`${markup}2`, 'folder'), entry(`${markup}3`, 'link')],
    },
    'shell.run': {
      exitCode: 1,
      signal: null,
      durationSeconds: 1,
      stdout: text(9),
      stderr: text(9),
    },
  };
  window.bus = new WebSocket(url);
  window.bus.onmessage = ({ data }) => {
    const { messageType, id, name, originator } = JSON.parse(data);
    if (messageType !== 'Command') return;
    const value = values[name];
    const response = {
      requestId: id,
      success: !!value,
      responseCode: value ? 200 : 500,
      error: markup,
    };
    const answer = {
      messageType: 'Response',
      name: markup,
      recipients: [originator],
      value,
      response,
    };
    window.bus.send(JSON.stringify(answer));
  };
  return new Promise((resolve) => {
    window.bus.onopen = () => {
      window.bus.send(JSON.stringify(join));
      resolve();
    };
  });
}
