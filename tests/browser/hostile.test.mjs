// SPDX-License-Identifier: MIT
// A script tag in any field of any message does nothing in the page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPage, startBrowser } from './support/browser.mjs';
import { markup, shortMarkup, startHostile } from './support/hostile.mjs';
import * as person from './support/pages.mjs';
import { World } from './support/programs.mjs';

let world;
let browser;
let hostile;
let page;
let complaints;

before(async () => {
  world = await World.start();
  browser = await startBrowser();
  await world.startDevice('kitchen');
  hostile = await startHostile(world);
  ({ page, complaints } = await newPage(browser));
  await page.goto(world.link());
  await person.openDevice(page, shortMarkup);
});
after(async () => {
  await hostile?.stop();
  await browser?.close();
  await world?.stop();
});

async function assertUnharmed() {
  assert.equal(await page.evaluate(() => window.__pwned), undefined);
  assert.equal(await page.locator('img, a[href^="javascript:"], [onload], [onerror]').count(), 0);
  assert.deepEqual(complaints, []);
  assert.equal(await person.isTooWide(page), false);
}

async function saw(text) {
  await page.getByText(text).first().waitFor();
}

test('in a device’s name and description', async () => {
  await person.openPanel(page, 'About');
  await saw(markup);
  await assertUnharmed();
});

test('in readings, sensors’ names, disks and errors', async () => {
  await person.openPanel(page, 'Telemetry');
  await saw(markup);
  await assertUnharmed();
});

test('in names, targets and times of files, in the path, and in what a download answers', async () => {
  await person.openPanel(page, 'Files');
  await person.row(page, `${markup}2`).locator('button.open').click();
  const press = (what) =>
    page.getByRole('grid').getByRole('button', { name: what, exact: true }).click();
  await press(`Download ${markup}`);
  await person.transferEnds(page, markup, 'failed');
  await page.locator('tbody button.open.file').click();
  await page.getByRole('dialog').getByRole('alert').getByText(markup).waitFor();
  await page.keyboard.press('Escape');
  await press(`Rename ${markup}`);
  await page.getByLabel('New name of').fill('other');
  await page.getByLabel('New name of').press('Enter');
  await page.getByRole('alert').getByText(markup).waitFor();
  await page.getByLabel('New name of').press('Escape');
  // Nothing in its folder has a name that a file of this machine may have.
  await page.evaluate(() => delete globalThis.showDirectoryPicker);
  await press(`Download ${markup}2`);
  await page.locator('li', { hasText: '3 not taken' }).waitFor();
  await page.getByRole('button', { name: 'Details of' }).click();
  await page.getByRole('list', { name: 'Not taken' }).getByText('a slash').first().waitFor();
  await press(`Delete ${markup}`);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('alert').getByText(markup).waitFor();
  await assertUnharmed();
});

test('in the outputs and errors of a command, and in the command itself', async () => {
  await person.openPanel(page, 'Shell');
  await page.getByLabel('kitchen').check();
  await person.run(page, `echo '${markup.replaceAll("'", '')}'`);
  await page.locator('tbody[data-device="kitchen"]').getByText('exit 0').waitFor();
  await saw(markup);
  await assertUnharmed();
});

test('in the terminals that it lists, and in why it opens none', async () => {
  await person.openPanel(page, 'Terminal');
  await page.getByText(`since ${markup}`).waitFor();
  assert.equal(await page.locator('[data-session]').count(), 1);
  await page.getByRole('button', { name: 'Open a terminal' }).click();
  await saw(markup);
  await page.getByRole('button', { name: 'New session' }).waitFor();
  await assertUnharmed();
});

test('in what its TV says of itself, and in why it is not told', async () => {
  await person.openPanel(page, 'TV');
  await saw(markup);
  await page.getByText('HDMI ports').click();
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByRole('alert').getByText(markup).waitFor();
  await hostile.tell('tv.power', { power: markup, focused: markup });
  await assertUnharmed();
});

test('in every member of a message that nobody asked for', async () => {
  const everywhere = {
    id: markup.slice(0, 64),
    name: markup,
    value: { [markup]: markup, subscriber: markup, reason: markup },
    blob: { name: markup, type: markup, size: 0 },
    response: { requestId: markup.slice(0, 64), success: false, responseCode: 418, error: markup },
    [markup]: markup,
  };
  await hostile.say({ ...everywhere, messageType: 'Broadcast' });
  await hostile.say({ ...everywhere, messageType: 'Broadcast', name: 'hub.joined' });
  await hostile.say({ ...everywhere, messageType: 'Broadcast', name: 'telemetry.reading' });
  await hostile.say({ ...everywhere, messageType: 'Command', recipients: ['*'] });
  await hostile.tell(markup, everywhere.value);
  await hostile.tell('hub.joined', everywhere.value);
  await hostile.tell('telemetry.reading', {
    uptimeSeconds: 2,
    sensors: [{ name: `last ${markup}`, temperatureCelsius: 7 }],
  });
  await person.openPanel(page, 'Telemetry');
  await saw(`last ${markup}`);
  await assertUnharmed();
});

test('in the name of one who leaves', async () => {
  await hostile.stop();
  await page.getByRole('button', { name: shortMarkup }).getByText('not connected').waitFor();
  await assertUnharmed();
});
