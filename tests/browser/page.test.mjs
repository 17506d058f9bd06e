// SPDX-License-Identifier: MIT
// The page in Debian's Chromium, against a real hub and real devices.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, test } from 'node:test';
import { newPage } from './support/browser.mjs';
import * as person from './support/pages.mjs';
import { channel, password } from './support/programs.mjs';
import { browser, openPage, page, setScene, world } from './support/scene.mjs';

setScene(() => Promise.all([world.startDevice('kitchen'), world.startDevice('hall')]));

async function joinByLink() {
  await page.goto(world.link());
  await person.isConnected(page);
}

describe('coming in', () => {
  test('a link joins, and leaves nothing of itself in the address or the history', async () => {
    await joinByLink();
    assert.equal(page.url(), `${world.url}/`);
    await page.goBack();
    await page.goForward();
    assert.equal(page.url(), `${world.url}/`);
  });

  test('the form joins, and a reload joins again', async () => {
    await page.goto(world.url);
    await page.getByLabel('Channel').fill(channel);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('button', { name: 'kitchen' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'kitchen' }).waitFor();
  });

  test('a wrong password is told in words, and the right one helps', async () => {
    await page.goto(world.link(channel, 'wrong'));
    await page.getByRole('alert').getByText('The password does not open this channel').waitFor();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('button', { name: 'kitchen' }).waitFor();
  });

  test('a name that somebody has asks for another', async () => {
    await joinByLink();
    const second = await newPage(browser);
    await second.page.goto(world.url);
    await second.page.getByLabel('Channel').fill(channel);
    await second.page.getByLabel('Password').fill(password);
    await second.page.getByLabel('Your name there').fill('kitchen');
    await second.page.getByRole('button', { name: 'Join' }).click();
    await second.page.getByText('Somebody in the channel has this name').waitFor();
    await second.page.getByRole('button', { name: 'Choose another name' }).click();
    await second.page.getByRole('button', { name: 'Join' }).click();
    await second.page.getByRole('button', { name: 'kitchen' }).waitFor();
    await second.context.close();
  });

  test('another window of this browser may take the name over, and give it back', async () => {
    await joinByLink();
    const other = await page.context().newPage();
    await other.goto(world.link());
    await other.getByRole('button', { name: 'Take over from the other window' }).click();
    await other.getByRole('button', { name: 'kitchen' }).waitFor();
    await page.getByText('This name was taken over').waitFor();
    await page.getByRole('button', { name: 'Take the name back' }).click();
    await page.getByRole('button', { name: 'kitchen' }).waitFor();
  });

  test('the hub’s policy allows no inline script or style', async () => {
    const response = await page.goto(world.url);
    const policy = response.headers()['content-security-policy'];
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)/);
  });

  test('over plain http the page says what needs https', async () => {
    const url = world.url.replace('127.0.0.1', 'hub.test');
    await page.goto(url);
    await page.getByText('This page came over plain http').waitFor();
    await page.goto(world.url);
    await page.getByLabel('Channel').waitFor();
    assert.equal(await page.getByText('This page came over plain http').count(), 0);
  });

  test('leaving forgets the channel', async () => {
    await joinByLink();
    await page.getByRole('button', { name: 'Leave the channel' }).click();
    await page.getByLabel('Channel').waitFor();
    await page.reload();
    assert.equal(await page.getByLabel('Password').inputValue(), '');
  });
});

describe('devices', () => {
  test('one that joins appears, one that leaves is shown as gone', async () => {
    await joinByLink();
    const shed = await world.startDevice('shed');
    const button = page.getByRole('button', { name: 'shed' });
    await button.waitFor();
    await world.stopDevice(shed);
    await button.getByText('not connected').waitFor();
  });

  test('one describes itself', async () => {
    await joinByLink();
    await person.openDevice(page, 'kitchen');
    await person.openPanel(page, 'About');
    await page.getByRole('heading', { name: 'What it can do' }).waitFor();
    await page.getByRole('heading', { name: 'telemetry' }).waitFor();
  });
});

describe('telemetry', () => {
  const points = (title) => {
    return page.locator(`[data-plot="${title}"]`).getAttribute('data-points').then(Number);
  };

  test('plots move with each reading, and a reload keeps them', async () => {
    await joinByLink();
    await person.openDevice(page, 'kitchen');
    await page.getByLabel('Measured every').selectOption('1');
    await page.locator('[data-plot="Processor"] canvas').waitFor();
    const before = await points('Processor');
    await page.waitForFunction(
      (least) => Number(document.querySelector('[data-plot="Processor"]')?.dataset.points) >= least,
      before + 3,
    );
    assert.match(await page.getByRole('list', { name: 'Processor now' }).innerText(), /\d+ %/);
    await page.waitForTimeout(2500); // What is measured is kept every two seconds.
    await page.reload();
    await person.openDevice(page, 'kitchen');
    await page.locator('[data-plot="Processor"] canvas').waitFor();
    assert.ok((await points('Processor')) >= before + 3);
  });
});

describe('files', () => {
  beforeEach(async () => {
    await joinByLink();
    await person.openDevice(page, 'kitchen');
    await person.openFirstRoot(page);
  });

  test('one that is dropped is on the device, and comes back as it was', async () => {
    const text = 'grüße, 😀\u0000 and the rest\n'.repeat(1000);
    await person.dropFile(page, 'note.txt', text);
    await person.transferEnds(page, 'note.txt');
    const download = page.waitForEvent('download');
    await person.row(page, 'note.txt').getByRole('button', { name: 'Download' }).click();
    assert.equal(await readFile(await (await download).path(), 'utf8'), text);
  });

  test('one that is there already is replaced only when the person agrees', async () => {
    await person.dropFile(page, 'twice.txt', 'first');
    await person.transferEnds(page, 'twice.txt');
    await person.dropFile(page, 'twice.txt', 'second');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await person.transferEnds(page, 'twice.txt', 'skipped');
    await person.dropFile(page, 'twice.txt', 'third');
    await page.getByRole('button', { name: 'Replace' }).click();
    await page.locator('li[data-state="done"]', { hasText: 'twice.txt' }).nth(1).waitFor();
    const download = page.waitForEvent('download');
    await person.row(page, 'twice.txt').getByRole('button', { name: 'Download' }).click();
    assert.equal(await readFile(await (await download).path(), 'utf8'), 'third');
  });

  test('a large one goes up in parts, and comes back as it was', async () => {
    const buffer = Buffer.alloc(20 * 1024 * 1024, 'raspberry ');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'large.bin', mimeType: 'application/octet-stream', buffer });
    await person.transferEnds(page, 'large.bin');
    const download = page.waitForEvent('download');
    await person.row(page, 'large.bin').getByRole('button', { name: 'Download' }).click();
    assert.ok(buffer.equals(await readFile(await (await download).path())));
  });

  test('a large one waits when it is told to, and goes on', async () => {
    const buffer = Buffer.alloc(200 * 1024 * 1024, 'strawberry ');
    const path = join(tmpdir(), 'malinka-waits.bin');
    await writeFile(path, buffer);
    await page.locator('input[type=file]').setInputFiles(path);
    await page.getByRole('button', { name: 'Pause malinka-waits.bin' }).click();
    await page.getByText(/paused at .+ of 200 MiB/).waitFor();
    await page.getByRole('button', { name: 'Resume malinka-waits.bin' }).click();
    await person.transferEnds(page, 'malinka-waits.bin');
    await rm(path);
  });

  test('a very large one is written to the file that the person chose, as it comes', async () => {
    const buffer = Buffer.alloc(40 * 1024 * 1024, 'blueberry ');
    const path = join(tmpdir(), 'malinka-chosen.bin');
    await writeFile(path, buffer);
    await page.locator('input[type=file]').setInputFiles(path);
    await person.transferEnds(page, 'malinka-chosen.bin');
    await rm(path);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.evaluate(() => {
      globalThis.showSaveFilePicker = async ({ suggestedName }) =>
        (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
    });
    await person.row(page, 'malinka-chosen.bin').getByRole('button', { name: 'Download' }).click();
    await person.transferEnds(page, 'malinka-chosen.bin');
    const same = await page.evaluate(async () => {
      const folder = await navigator.storage.getDirectory();
      const file = await (await folder.getFileHandle('malinka-chosen.bin')).getFile();
      const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
      return [file.size, [...new Uint8Array(digest)]];
    });
    const digest = createHash('sha256').update(buffer).digest();
    assert.deepEqual(same, [buffer.length, [...digest]]);
  });

  test('folders are made, entered, renamed and deleted', async () => {
    await page.getByRole('button', { name: 'New folder' }).click();
    await page.getByLabel('Name', { exact: true }).fill('inner');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('button', { name: 'Rename inner' }).click();
    await page.getByLabel('New name of inner').fill('renamed');
    await page.getByLabel('New name of inner').press('Enter');
    await person.row(page, 'renamed').locator('button.open').click();
    await page.getByText('This folder is empty').waitFor();
    await page.getByRole('navigation', { name: 'Folder' }).getByRole('button').nth(-2).click();
    await page.getByRole('button', { name: 'Delete renamed' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await person.row(page, 'renamed').waitFor({ state: 'detached' });
  });
});

describe('the shell', () => {
  test('runs on several devices, with a result for each', async () => {
    await joinByLink();
    await person.openDevice(page, 'kitchen');
    await person.openPanel(page, 'Shell');
    await page.getByLabel('hall').check();
    await person.run(page, 'echo out; echo err >&2; exit 3');
    for (const device of ['kitchen', 'hall']) {
      const result = page.locator(`tbody[data-device="${device}"]`);
      await result.getByText('exit 3').waitFor();
      assert.match(await result.innerText(), /out[\s\S]*err/);
    }
  });

  test('says when the time was up, and when the output was cut', async () => {
    await joinByLink();
    await person.openDevice(page, 'kitchen');
    await person.openPanel(page, 'Shell');
    await page.getByLabel('Time limit').fill('1');
    await person.run(page, 'sleep 60');
    await page.getByText('timed out').waitFor();
    await page.getByLabel('Time limit').fill('30');
    await person.run(page, 'head -c 3000000 /dev/zero | tr "\\\\0" x');
    await page.getByText('cut: the last part of 2.9 MiB').waitFor();
  });
});

describe('everybody', () => {
  test('on a phone 360 pixels wide no panel is wider than the window', async () => {
    await openPage({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.goto(world.url);
    assert.equal(await person.isTooWide(page), false, 'the form');
    await joinByLink();
    await page.getByRole('button', { name: 'kitchen' }).waitFor();
    assert.equal(await person.isTooWide(page), false, 'the list');
    await person.openDevice(page, 'kitchen');
    for (const panel of ['Telemetry', 'GPIO', 'Files', 'Shell', 'About']) {
      await person.openPanel(page, panel);
      await page.locator('#panel .card, #panel .notice, #panel [role=grid]').first().waitFor();
      assert.equal(await person.isTooWide(page), false, panel);
    }
    await page.getByRole('button', { name: 'All devices' }).click();
    await page.getByRole('button', { name: 'hall' }).waitFor();
  });

  test('with the keyboard alone, from the form to a downloaded file', async () => {
    await page.goto(world.url);
    await tabTo('Channel');
    await page.keyboard.type(channel);
    await tabTo('Password');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'kitchen' }).waitFor();
    await tabTo('kitchen');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'kitchen' }).waitFor();
    await tabTo('Telemetry');
    // Past the panels of other capabilities.
    const isAtFiles = () => page.getByRole('tab', { name: 'Files', selected: true }).isVisible();
    for (let presses = 0; presses < 10 && !(await isAtFiles()); presses++)
      await page.keyboard.press('ArrowRight');
    await page.locator('button.open.folder').first().waitFor();
    await tabTo('Entries of /');
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Folder' }).getByRole('button').nth(1).waitFor();
    await page.locator('[aria-busy=false]').waitFor();
    await person.dropFile(page, 'by-keyboard.txt', 'reached');
    await person.row(page, 'by-keyboard.txt').waitFor();
    await tabTo('Search in this folder');
    await page.keyboard.type('by-keyboard');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Home');
    await tabTo('Download by-keyboard.txt');
    const download = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    assert.equal(await readFile(await (await download).path(), 'utf8'), 'reached');
  });

  test('the dark theme follows the system, and the button overrules it', async () => {
    await openPage({ colorScheme: 'dark' });
    await joinByLink();
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    await page.getByRole('button', { name: /Colours: as the system/ }).click();
    await page.getByRole('button', { name: /Colours: light/ }).waitFor();
    assert.notEqual(await ground(), dark);
    await page.reload();
    await page.getByRole('button', { name: /Colours: light/ }).waitFor();
  });
});

/** Presses Tab until what has the focus is called so: a person would see it by its ring. */
async function tabTo(name) {
  for (let presses = 0; presses < 100; presses++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return (
        element?.getAttribute('aria-label') ??
        element?.labels?.[0]?.textContent ??
        element?.textContent
      );
    });
    if (focused?.trim().startsWith(name)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`the focus never came to “${name}”`);
}
