// SPDX-License-Identifier: MIT
// Commands that no panel is made for, as forms of the schemas that a device tells.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, test } from 'node:test';
import { ScriptedDevice } from './support/scripted_device.mjs';
import { markup } from './support/hostile.mjs';
import * as person from './support/pages.mjs';
import { openPage, page, setScene, world } from './support/scene.mjs';

const spray = {
  name: 'garden.spray',
  level: 'control',
  summary: 'Waters one bed or several',
  parameters: {
    type: 'object',
    required: ['bed', 'seconds', 'places'],
    properties: {
      bed: { enum: ['roses', 'herbs'], description: 'which of them' },
      seconds: { type: 'integer', minimum: 1, maximum: 600 },
      pressure: { type: 'number', exclusiveMinimum: 0, maximum: 1, default: 0.5 },
      note: { type: 'string', maxLength: 20 },
      quiet: { type: 'boolean' },
      places: { type: 'array', minItems: 1, maxItems: 3, items: { type: ['integer', 'string'] } },
      then: { type: 'object', required: ['tell'], properties: { tell: { type: 'string' } } },
    },
  },
};
const picture = {
  name: 'garden.picture',
  level: 'view',
  summary: '',
  parameters: { type: 'object', properties: {} },
};

let device;
let replies;

setScene(() => world.startDevice('kitchen'));
beforeEach(async () => {
  replies = {};
  device = await startGarden([spray, picture]);
  await enter();
});
afterEach(() => device.stop());

async function startGarden(commands, more = {}) {
  const garden = await ScriptedDevice.start(world, 'board');
  garden.capabilities = [{ name: 'garden', commands, ...more }];
  garden.commands = commands.map(({ name }) => ({
    name,
    answer: () => replies[name] ?? { value: {} },
  }));
  return garden;
}

async function enter() {
  await page.goto(world.link());
  await person.openDevice(page, 'board');
}

async function open(options) {
  await openPage(options);
  await enter();
}

const field = (name) => page.locator(`[data-field="${name}"]`).first();
const command = (name) => page.locator(`details[data-command="${name}"]`);
const reply = () => page.getByRole('region', { name: 'The reply as JSON' });

async function openCommand(name) {
  await person.openPanel(page, 'garden');
  await command(name).locator('summary').click();
}

async function submit(name = 'Do it') {
  await page.getByRole('button', { name, exact: true }).click();
}

test('a capability without a panel has a form of each of its commands', async () => {
  await openCommand('garden.spray');
  await page.getByText('Waters one bed or several').waitFor();
  await field('bed').getByLabel(/bed/).selectOption('herbs');
  await field('seconds')
    .getByLabel(/seconds/)
    .fill('30');
  await field('quiet').getByLabel('quiet').selectOption('yes');
  await page.getByLabel('Which form of places 1').selectOption('string');
  await field('string').getByRole('textbox').fill('the left one');
  await page.getByRole('button', { name: 'Add places' }).click();
  await field('integer').getByRole('textbox').fill('2');
  await page.getByLabel('Give then').check();
  await field('tell').getByLabel(/tell/).fill('anna');
  replies['garden.spray'] = { value: { litres: 4.5, beds: ['herbs'] } };
  await submit();
  await reply().waitFor();
  assert.deepEqual(JSON.parse(await reply().innerText()), { litres: 4.5, beds: ['herbs'] });
  assert.deepEqual(device.all('garden.spray')[0].value, {
    bed: 'herbs',
    seconds: 30,
    quiet: true,
    places: ['the left one', 2],
    then: { tell: 'anna' },
  });
});

test('what is wrong is said beside its field, and nothing is sent', async () => {
  await openCommand('garden.spray');
  await field('seconds')
    .getByLabel(/seconds/)
    .fill('601');
  await field('pressure').getByLabel('pressure').fill('0');
  await field('note').getByLabel('note').fill('x'.repeat(21));
  await submit();
  await field('bed').getByText('This is needed.').waitFor();
  await field('seconds').getByText('A whole number, 1 to 600.').waitFor();
  await field('pressure').getByText('A number, more than 0, at most 1.').waitFor();
  await field('note').getByText('At most 20 letters; these are 21.').waitFor();
  assert.equal(await field('note').getByLabel('note').getAttribute('aria-invalid'), 'true');
  const isFirst = await field('bed')
    .locator('select')
    .evaluate((one) => one === document.activeElement);
  assert.ok(isFirst, 'the focus is at the first that is wrong');
  assert.deepEqual(device.all('garden.spray'), []);
});

test('what the device refuses is said, beside the field that it speaks of as well', async () => {
  await openCommand('garden.spray');
  await field('bed').getByLabel(/bed/).selectOption('roses');
  await field('seconds')
    .getByLabel(/seconds/)
    .fill('5');
  await field('integer').getByRole('textbox').fill('1');
  replies['garden.spray'] = { code: 400, error: 'value.seconds must be at most 3 today' };
  await submit();
  await field('seconds').getByText('Value.seconds must be at most 3 today.').waitFor();
  await page.getByText('Not done').waitFor();
});

test('a blob of a reply is offered as a file, under a name that is one', async () => {
  await openCommand('garden.picture');
  const bytes = new TextEncoder().encode('<script>window.__pwned=1</script>');
  replies['garden.picture'] = {
    value: {},
    blob: { name: '../../a<b>.html', type: 'text/html', bytes },
  };
  await submit('Ask');
  await page.getByRole('button', { name: /^Save _/ }).waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /^Save _/ }).click();
  assert.match((await download).suggestedFilename(), /^[^/<>]+$/);
  assert.equal(
    await readFile(await (await download).path(), 'utf8'),
    new TextDecoder().decode(bytes),
  );
});

test('a reply without end is cut on the page, and whole in the file that is saved', async () => {
  await openCommand('garden.picture');
  const value = { text: 'x'.repeat(2_000_000) };
  replies['garden.picture'] = { value };
  await submit('Ask');
  await page.getByText('the file that can be saved has all of it').waitFor();
  assert.ok((await reply().innerText()).length < 130_000);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the reply as a file' }).click();
  assert.deepEqual(JSON.parse(await readFile(await (await download).path(), 'utf8')), value);
});

test('what may not be done says why, and cannot be sent', async () => {
  await device.stop();
  const denied = { ...spray, denied: 'the garden rests at night' };
  device = await startGarden([denied, picture], { level: 'view' });
  await open();
  await openCommand('garden.spray');
  await page.getByText('grants viewing only for garden').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Do it' }).isDisabled(), true);
  assert.equal(await page.getByRole('tab', { name: 'garden' }).count(), 1);
});

test('commands that a panel does not offer are below it, and a real device answers them', async () => {
  await person.openDevice(page, 'kitchen');
  await person.openPanel(page, 'About');
  await page.getByText('Other commands').click();
  await command('agent.ping').locator('summary').click();
  await page.getByText('It takes nothing.').waitFor();
  await submit('Ask');
  await reply().waitFor();
  assert.match(JSON.parse(await reply().innerText()).time, /^\d{4}-.*Z$/);
  await person.openPanel(page, 'Files');
  await page.getByText('Other commands').click();
  await command('files.stat').locator('summary').click();
  await field('path').getByLabel(/path/).fill('/nowhere/at/all');
  await submit('Ask');
  await page.getByText('Not done').waitFor();
});

test('schemas, names and replies that mean harm do none, and the page stays quick', async () => {
  await device.stop();
  const wide = Object.fromEntries(
    Array.from({ length: 200 }, (_, at) => [
      `${at}${markup}`,
      { type: 'string', pattern: '^(a+)+$' },
    ]),
  );
  let deep = { type: 'string' };
  for (let depth = 0; depth < 200; depth++)
    deep = { type: 'object', required: ['a'], properties: { a: deep } };
  const evil = {
    ...picture,
    name: markup,
    summary: markup,
    parameters: {
      type: 'object',
      title: markup,
      properties: {
        [markup]: { enum: [markup, 2], description: markup, title: markup },
        __proto__x: { type: 'string', pattern: '^(a+)+$', default: markup },
        deep,
        wide: { type: 'object', properties: wide },
      },
      required: ['__proto__x', 'deep'],
    },
  };
  device = await startGarden([evil], { name: markup, problems: [markup] });
  replies[markup] = { value: { [markup]: [markup, '\u202eevil'] } };
  await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await page.getByRole('tab', { name: markup.slice(0, 24) }).click();
  await page.locator('details summary').first().click();
  await field('__proto__x')
    .getByRole('textbox')
    .fill(`${'a'.repeat(64)}!`);
  const text = page.locator('textarea');
  await text.first().waitFor();
  for (const one of await text.all()) await one.fill('{}');
  await submit('Ask');
  await reply().waitFor();
  assert.match(await reply().innerText(), /\\u202eevil/);
  assert.equal(await person.isTooWide(page), false);
  assert.equal(await page.evaluate(() => window.__pwned), undefined);
  assert.equal(await page.locator('img, a[href^="javascript:"], [onload], [onerror]').count(), 0);
});
