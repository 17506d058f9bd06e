// SPDX-License-Identifier: MIT
// The page when its hub goes away and comes back.

import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { newPage, startBrowser } from './support/browser.mjs';
import * as person from './support/pages.mjs';
import { World } from './support/programs.mjs';

let world;
let browser;

before(async () => {
  world = await World.start();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await world?.stop();
});

test('a hub that restarts is joined again by itself, and its devices are there again', async () => {
  await world.startDevice('kitchen');
  const { page, complaints } = await newPage(browser);
  await page.goto(world.link());
  await person.openDevice(page, 'kitchen');
  await world.stopHub();
  await page.getByText('The link to the hub is down').waitFor();
  await world.startHub(world.address);
  await person.isConnected(page, 40_000);
  await world.startDevice('hall');
  await page.getByRole('button', { name: 'hall' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a file whose way breaks off goes on by itself, from where it was', async () => {
  await world.startDevice('attic');
  const { page, complaints } = await newPage(browser);
  await page.goto(world.link());
  await person.openDevice(page, 'attic');
  await person.openFirstRoot(page);
  const path = join(world.folder, 'breaks-off.bin');
  await writeFile(path, Buffer.alloc(400 * 1024 * 1024, 'blackberry '));
  await page.locator('input[type=file]').setInputFiles(path);
  await page.getByText(/\d MiB of 400 MiB/).waitFor();
  await world.stopHub();
  await person.transferEnds(page, 'breaks-off.bin', 'interrupted');
  await world.startHub(world.address);
  await person.isConnected(page, 40_000);
  await page
    .locator('li[data-state="done"]', { hasText: 'breaks-off.bin' })
    .waitFor({ timeout: 60_000 });
  assert.deepEqual(complaints, []);
});

test('a hub that is not there is told, and tried again', async () => {
  const { page } = await newPage(browser);
  await page.goto(world.url);
  await page.getByLabel('Channel').fill('home');
  await page.getByLabel('Hub').fill('ws://127.0.0.1:9');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByText('The hub cannot be reached').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('The hub cannot be reached').waitFor({ state: 'detached' });
});

test('too many wrong passwords are told with the time to wait', async () => {
  const strict = await World.start({ MALINKA_WRONG_KEYS_MAX: '1' });
  try {
    await strict.startDevice('kitchen');
    const { page } = await newPage(browser);
    const tooMany = page.getByText('Too many wrong passwords');
    for (let tries = 0; tries < 30 && !(await tooMany.isVisible()); tries++) {
      await page.goto('about:blank');
      await page.goto(strict.link('home', `wrong ${tries}`));
      await page.getByRole('alert').waitFor();
    }
    await tooMany.waitFor();
    await page.getByText(/Try again in \d+ s/).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Join' }).isDisabled());
  } finally {
    await strict.stop();
  }
});
