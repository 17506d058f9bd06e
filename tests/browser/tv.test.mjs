// SPDX-License-Identifier: MIT
// The remote control of a simulated TV, by mouse, by keyboard and on a phone.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { newPage } from './support/browser.mjs';
import * as person from './support/pages.mjs';
import { channel } from './support/programs.mjs';
import { browser, page, setScene, world } from './support/scene.mjs';
import { ScriptedDevice } from './support/scripted_device.mjs';

setScene(() => world.startDevice('kitchen'));
beforeEach(async () => {
  await page.goto(world.link());
  await openTv();
});

async function openTv(device = 'kitchen') {
  await person.isConnected(page);
  await person.openDevice(page, device);
  await person.openPanel(page, 'TV');
  await page.getByRole('region', { name: /TV/ }).getByText('simulated').waitFor();
}

/** A device whose TV is in that state until it is turned on. */
async function startTvOf(name, status) {
  const device = await ScriptedDevice.start(world, name);
  const answers = {
    'tv.status': () => ({ value: status }),
    'tv.on': () => ({ value: { power: 'on' } }),
    'tv.volume': () => ({ value: status }),
  };
  device.commands = Object.entries(answers).map(([command, answer]) => ({ name: command, answer }));
  const commands = Object.keys(answers).map((command) => ({ name: command, level: 'control' }));
  device.capabilities = [{ name: 'tv', simulated: true, commands }];
  return device;
}

const state = (words) => page.getByRole('status').getByText(words, { exact: true });
const isIdle = () => page.locator('.remote[aria-busy="false"]').waitFor();
/** As people do: not while the TV is still at what it was told before. */
async function press(name) {
  await isIdle();
  await page.getByRole('button', { name, exact: true }).click();
}

test('a TV is turned on, shows this device, is made louder and mute, and is turned off', async () => {
  await press('Show this device');
  await state('Turning on…').waitFor();
  const off = page.getByRole('button', { name: 'Turn off' });
  assert.equal(await off.getAttribute('aria-disabled'), 'true');
  await state('Shows this device').waitFor();
  await press('Louder');
  await state('Volume 21 %').waitFor();
  await press('Quieter');
  await state('Volume 20 %').waitFor();
  await press('Mute');
  await state('Volume 20 %, muted').waitFor();
  await press('Sound on');
  await state('Volume 20 %').waitFor();
  await press('Turn off');
  await state('In standby').waitFor();
  assert.equal(await page.getByLabel('Volume in percent').isDisabled(), true);
});

test('the keys of a keyboard do what the buttons do', async () => {
  await press('Turn on');
  await state('On').waitFor();
  await page.getByRole('button', { name: 'Turn on' }).focus();
  await page.keyboard.press('+');
  await state('Volume 21 %').waitFor();
  await page.keyboard.press('-');
  await state('Volume 20 %').waitFor();
  await page.getByLabel('Volume in percent').focus();
  await page.keyboard.press('ArrowRight');
  await state('Volume 21 %').waitFor();
  await page.keyboard.press('m');
  await state('Volume 21 %, muted').waitFor();
  await page.keyboard.press('m');
  await page.keyboard.press('Tab');
  await press('Quieter');
  await state('Volume 20 %').waitFor();
});

test('what happens elsewhere is seen here', async () => {
  await press('Turn on');
  await state('On').waitFor();
  const other = await newPage(browser);
  await other.page.goto(world.link());
  await person.isConnected(other.page);
  await person.openDevice(other.page, 'kitchen');
  await person.openPanel(other.page, 'TV');
  await other.page.getByRole('button', { name: 'Turn off' }).click();
  await state('Turning off…').waitFor();
  await state('In standby').waitFor();
  await other.context.close();
  assert.deepEqual(other.complaints, []);
});

test('the volume of a TV in standby cannot be pressed, and why is said', async () => {
  await press('Turn off');
  await state('In standby').waitFor();
  await isIdle();
  const volume = page.getByRole('group', { name: 'Volume' }).getByRole('button');
  for (const name of ['Quieter', 'Louder', 'Mute'])
    assert.equal(await page.getByRole('button', { name, exact: true }).isDisabled(), true, name);
  assert.equal(await volume.last().getAttribute('title'), 'Turn the TV on first');
  await page.getByText('Volume: Turn the TV on first.', { exact: true }).waitFor();
  for (const name of ['Turn on', 'Turn off', 'Show this device'])
    assert.equal(await page.getByRole('button', { name, exact: true }).isEnabled(), true, name);
  await press('Turn on');
  await state('On').waitFor();
  await isIdle();
  assert.equal(await volume.first().isEnabled(), true);
});

test('what the device refuses is said, and the remote goes on', async () => {
  const attic = await startTvOf('attic', { power: 'unknown' });
  await openTv('attic');
  await state('Not known').waitFor();
  attic.failing['tv.volume'] = 'the TV refuses the key: not now';
  await press('Louder');
  await page.getByRole('alert').getByText('The TV refuses the key').waitFor();
  // Nothing is asked by itself that would take it away again.
  await page.locator('.remote button[aria-disabled=false]', { hasText: 'Ask again' }).waitFor();
  assert.equal(await page.getByRole('alert').count(), 1);
  attic.failing = {};
  await press('Turn on');
  await state('On').waitFor();
  assert.equal(await page.getByRole('alert').count(), 0);
  await attic.stop();
});

test('it fits a phone', async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.getByRole('button', { name: 'Show this device' }).waitFor();
  assert.equal(await person.isTooWide(page), false);
  const small = await page.locator('.remote .button').evaluateAll((buttons) => {
    const sizes = buttons.map((one) => one.getBoundingClientRect());
    return sizes.filter(({ width, height }) => width < 40 || height < 40).length;
  });
  assert.equal(small, 0, 'every key is as large as a finger');
});

test('who may only watch sees the TV and keys that are grey, and why', async () => {
  const config = join(world.folder, 'view.toml');
  await writeFile(config, '[policy.tv]\nlevel = "view"\n');
  await world.startDevice('hall', channel, ['--config', config]);
  await person.openDevice(page, 'hall');
  await person.openPanel(page, 'TV');
  await state('In standby').waitFor();
  for (const name of ['Turn on', 'Turn off', 'Show this device', 'Louder', 'Quieter', 'Mute'])
    assert.equal(await page.getByRole('button', { name, exact: true }).isDisabled(), true, name);
  await page.getByText(/level = "view"/).waitFor();
});
