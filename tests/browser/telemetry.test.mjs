// SPDX-License-Identifier: MIT
// What a person sees of a device's sensors: units, ranges, age, throttling, cores.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { newPage, startBrowser } from './support/browser.mjs';
import * as person from './support/pages.mjs';
import { channel, password, World } from './support/programs.mjs';
import { SealedMember } from './support/sealed.mjs';

let world;
let browser;
let page;
let complaints;

before(async () => {
  world = await World.start();
  browser = await startBrowser();
  ({ page, complaints } = await newPage(browser));
});
after(async () => {
  await browser?.close();
  await world?.stop();
});

const sensors = () =>
  page.locator('section', { has: page.getByRole('heading', { name: 'Sensors' }) });

test('a simulated sensor is listed and plotted with its units and ranges', async () => {
  await world.startDevice('kitchen');
  await page.goto(world.link());
  await person.openDevice(page, 'kitchen');
  await sensors().getByText('dht11 (simulated)').waitFor();
  await sensors().getByText('0 to 50 °C').waitFor();
  await sensors().getByText('20 to 90 %').waitFor();
  await page.getByRole('list', { name: 'Temperature now' }).getByText('0 to 50 °C').waitFor();
  assert.match(await page.getByRole('list', { name: 'Humidity now' }).innerText(), /\d+ %/);
  assert.equal(await person.isTooWide(page), false);
});

describe('a device with a fault', () => {
  let member;
  const damp = { quantity: 'humidity', value: 44, unit: '%' };

  before(async () => {
    const { address } = world;
    member = await SealedMember.join({ address, channel, name: 'attic', password });
    const rest = { channel: 'open', simulated: false, commands: [], events: ['telemetry.reading'] };
    const telemetry = { name: 'telemetry', level: 'control', ...rest };
    const answers = {
      'agent.describe': { device: 'attic', version: '1', system: {}, capabilities: [telemetry] },
      'telemetry.read': reading({ sensors: [{ name: 'dht11@4', values: [damp] }] }),
      'telemetry.interval': { seconds: 1 },
    };
    member.device.answer = ({ name }) =>
      answers[name] ? { value: answers[name] } : { code: 404, error: 'no such command' };
    await person.openDevice(page, 'attic');
    await person.openPanel(page, 'Telemetry');
    await page.getByRole('heading', { name: 'Sensors' }).waitFor();
  });
  after(() => member?.leave());

  function reading(members) {
    return {
      uptimeSeconds: 60,
      cpu: {},
      memory: {},
      disks: [],
      network: [],
      sensors: [],
      ...members,
    };
  }

  test('has its last good value with its age, and the reason', async () => {
    const sensor = {
      name: 'dht11@4',
      values: [{ ...damp, ageSeconds: 75 }],
      ageSeconds: 75,
      error: 'humidity: Connection timed out',
    };
    await member.tell('telemetry.reading', reading({ sensors: [sensor] }));
    await sensors().getByText('1 min 15 s old').waitFor();
    await sensors().getByText('Humidity: Connection timed out.').waitFor();
    await page.getByRole('list', { name: 'Humidity now' }).getByText('1 min 15 s old').waitFor();
    await member.tell(
      'telemetry.reading',
      reading({ sensors: [{ name: 'dht11@4', values: [damp] }] }),
    );
    await sensors().getByText('old', { exact: false }).waitFor({ state: 'detached' });
  });

  test('that has too little power is told plainly, until it has enough', async () => {
    const warning = page.getByRole('alert').getByText('It has too little power');
    await member.tell('telemetry.reading', reading({ throttled: { underVoltage: true } }));
    await warning.waitFor();
    const throttled = { underVoltage: false, underVoltageSinceBoot: true };
    await member.tell('telemetry.reading', reading({ throttled }));
    await warning.waitFor({ state: 'detached' });
    await page.getByText('Since its start it had too little power at times.').waitFor();
  });

  test('shows each core’s load', async () => {
    const cpu = { loadPercent: 50, corePercents: [12, 88] };
    await member.tell('telemetry.reading', reading({ cpu }));
    const load = (core) => page.getByLabel(`Load of core ${core}`, { exact: true });
    await load(1).waitFor();
    assert.equal(await load(0).getAttribute('value'), '12');
    assert.equal(await load(1).getAttribute('value'), '88');
  });

  test('does all that without a complaint of the browser, on a phone as well', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    assert.equal(await person.isTooWide(page), false);
    assert.deepEqual(complaints, []);
  });
});
