// SPDX-License-Identifier: MIT
// Commands whose output comes while they run, in the page, against a real device.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import * as person from './support/pages.mjs';
import { page, setScene, world } from './support/scene.mjs';

setScene(() => world.startDevice('kitchen'));
beforeEach(async () => {
  await page.goto(world.link());
  await openShell();
});

async function openShell() {
  await person.isConnected(page);
  await person.openDevice(page, 'kitchen');
  await person.openPanel(page, 'Shell');
}

const result = () => page.locator('tbody[data-device="kitchen"]').first();
const verdict = (words) => result().getByText(words, { exact: true });

test('output comes while it runs, a line of input goes, and its end is the end of file', async () => {
  await person.run(page, 'echo "<b>begun</b>"; read a; echo "got $a"; cat; echo over >&2');
  await result().getByText('<b>begun</b>').waitFor();
  await result().getByText('running…').waitFor();
  const input = page.getByLabel(/^Input for/);
  await input.fill('a word');
  await input.press('Enter');
  await result().getByText('got a word').waitFor();
  await page.getByRole('button', { name: 'End of input' }).click();
  await verdict('exit 0').waitFor();
  assert.match(await result().innerText(), /over/);
  assert.equal(await page.getByLabel(/^Input for/).count(), 0);
});

test('a command is cancelled, and what it still says is shown', async () => {
  await person.run(page, 'trap "echo bye; exit 1" TERM; echo ready; while :; do sleep 0.1; done');
  await result().getByText('ready').waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await verdict('cancelled').waitFor();
  assert.match(await result().innerText(), /bye/);
});

test('a command that pours out is shown by its end, and the page stays quick', async () => {
  await person.run(page, 'seq 3000000; echo the end');
  await result().getByText('the end').waitFor();
  await verdict('exit 0').waitFor();
  await result()
    .getByText(/^cut: the last part of 2\d MiB$/)
    .waitFor();
  const letters = await result()
    .locator('pre')
    .first()
    .evaluate((box) => box.textContent.length);
  assert.ok(letters <= 128 * 1024, `${letters} letters are kept`);
  const isAtEnd = await result()
    .locator('pre')
    .first()
    .evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 8);
  assert.ok(isAtEnd, 'its end is in view');
});

test('what was let into the background goes on over a reload, and its output is there again', async () => {
  await person.run(page, 'echo before; read x; sleep 1; echo after; sleep 1000');
  await result().getByText('before').waitFor();
  await page.getByRole('button', { name: 'Let it run in the background' }).click();
  await result().getByText('running in the background…').waitFor();
  await page.reload();
  await openShell();
  await page.getByRole('button', { name: /^Show the output of echo before/ }).click();
  await result()
    .getByText(/before\s+after/)
    .waitFor();
  await page.getByRole('button', { name: /^Cancel echo before/ }).click();
  await verdict('cancelled').waitFor();
});

test('one that begins in the background is listed, and on a phone nothing is too wide', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByLabel('Command', { exact: true }).fill(`echo ${'long'.repeat(50)}; sleep 1000`);
  await page.getByRole('button', { name: 'Run in the background' }).click();
  await page.getByRole('heading', { name: 'In the background', exact: true }).waitFor();
  await page.getByRole('button', { name: /^Cancel echo long/ }).waitFor();
  assert.equal(await person.isTooWide(page), false);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await verdict('cancelled').waitFor();
});
