// SPDX-License-Identifier: MIT
// What a person sees of sealing: the padlock, links to watch, a device that is somebody else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as person from './support/pages.mjs';
import { channel, password } from './support/programs.mjs';
import { page, setScene, world } from './support/scene.mjs';
import { SealedMember } from './support/sealed.mjs';

setScene(() => world.startDevice('kitchen'));

function member(name) {
  return SealedMember.join({ address: world.address, channel, name, password });
}

function padlock(word) {
  return page.getByRole('button', { name: word });
}

test('the padlock says what is sealed, and for whom; Escape closes it', async () => {
  await page.goto(world.link());
  await padlock(/^Sealed – only you and the devices/).click();
  await page.getByText('The hub sees who talks to whom').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('The hub sees who talks to whom').waitFor({ state: 'hidden' });
});

test('a channel without a password is open, and says so', async () => {
  await page.goto(world.link('without a password', ''));
  await padlock(/^Open – no password/).waitFor();
});

test('a person may choose not to seal, and is told what that means', async () => {
  await page.goto(world.url);
  await page.getByLabel('Channel').fill('for old clients');
  await page.getByLabel('Password').fill('guessable');
  await page.getByText('Short: whoever runs the hub could guess it').waitFor();
  await page.getByText('More', { exact: true }).click();
  await page.getByRole('checkbox', { name: /Sealed/ }).uncheck();
  await page.getByText('the hub learns the password').waitFor();
  await page.getByRole('button', { name: 'Join' }).click();
  await padlock(/^Not sealed/).waitFor();
  await page.reload();
  await padlock(/^Not sealed/).waitFor();
});

test('the hub never sees the link’s fragment, the password, or a word of what is said', async () => {
  const seen = [];
  page.on('request', (request) => seen.push(request.url(), JSON.stringify(request.headers())));
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => seen.push(payload.toString())),
  );
  await page.goto(world.link());
  await person.openDevice(page, 'kitchen');
  await person.openPanel(page, 'Shell');
  await person.run(page, 'echo unheard-of');
  await page.getByText('exit 0').waitFor();
  const all = seen.join('\n');
  assert.ok(all.includes('"Join"'), 'nothing was seen at all');
  assert.doesNotMatch(all, /unheard-of|shell\.run|a long enough secret|a%20long/);
});

test('a link to watch lets in, and greys what a viewer cannot do', async () => {
  const { keys } = await member('key-maker').then(async (one) => (await one.leave(), one));
  await page.goto(world.link(channel, keys.viewLink));
  await padlock(/^Sealed, view only/).waitFor();
  await person.openDevice(page, 'kitchen');
  await page.getByRole('tab', { name: 'Shell (denied)' }).click();
  const run = page.getByRole('button', { name: 'Run', exact: true });
  await run.waitFor();
  assert.ok(await run.isDisabled());
  await person.openPanel(page, 'Telemetry');
  await page.locator('[data-plot]').first().waitFor();
});

test('half a link to watch says that it is not whole', async () => {
  await page.goto(world.link(channel, 'view1.abc'));
  await page.getByRole('alert').getByText('This view link is not whole').waitFor();
});

test('a pasted link joins, whichever field it is pasted into', async () => {
  await page.goto(world.url);
  await page.getByLabel('Channel').focus();
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
  }, world.link());
  await person.openDevice(page, 'kitchen');
});

test('a code is read by the camera where the browser can, and else it says that it cannot', async () => {
  await page.goto(world.url);
  await page.getByRole('button', { name: 'Scan a link’s code' }).click();
  await page.getByText(/This browser cannot read codes|The camera cannot be used/).waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.goto(world.url.replace('127.0.0.1', 'hub.test'));
  await page.getByLabel('Channel').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Scan a link’s code' }).count(), 0);
});

test('a code that the camera reads joins', async () => {
  await page.addInitScript((link) => {
    globalThis.BarcodeDetector = class {
      detect() {
        return Promise.resolve([{ rawValue: link }]);
      }
    };
    const canvas = document.createElement('canvas');
    const drawing = canvas.getContext('2d');
    const draw = () => (drawing.fillRect(0, 0, Math.random() * 9, 9), requestAnimationFrame(draw));
    draw();
    navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream());
  }, world.link());
  await page.goto(world.url);
  await page.getByRole('button', { name: 'Scan a link’s code' }).click();
  await page.getByRole('button', { name: 'kitchen' }).waitFor();
});

test('a device shows its fingerprint, and whether it is the one that is remembered', async () => {
  await page.goto(world.link());
  await person.openDevice(page, 'kitchen');
  await person.openPanel(page, 'About');
  await page.getByText('met the device for the first time').waitFor();
  const fingerprint = await page.getByText(/^([a-z2-7]{4}-){6}[a-z2-7]{2}$/).innerText();
  await page.reload();
  await person.openDevice(page, 'kitchen');
  await person.openPanel(page, 'About');
  await page.getByText('This is the device that this browser remembers').waitFor();
  await page.getByText(fingerprint, { exact: true }).waitFor();
});

test('a device that is somebody else is refused until a person trusts it', async () => {
  const attic = await member('attic');
  attic.device.answer = ({ name }) => ({
    value: name === 'agent.describe' ? { version: '9', capabilities: [] } : {},
  });
  await page.goto(world.link());
  await person.openDevice(page, 'attic');
  await person.openPanel(page, 'About');
  await page.getByText('met the device for the first time').waitFor();
  attic.changeIdentity();
  await page.reload();
  const dialog = page.getByRole('dialog', { name: 'attic has another identity than before' });
  await dialog.waitFor();
  assert.equal(await dialog.getByText(/^([a-z2-7]{4}-){6}[a-z2-7]{2}$/).count(), 2);
  const focused = await page.evaluate(() => document.activeElement.textContent.trim());
  assert.equal(focused, 'Keep refusing');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await person.openDevice(page, 'attic');
  await person.openPanel(page, 'About');
  const carriedOut = attic.device.carriedOut.length;
  await page.getByRole('button', { name: 'Decide…' }).click();
  assert.equal(attic.device.carriedOut.length, carriedOut);
  await page.getByRole('button', { name: 'Trust the new identity' }).click();
  await page.getByText('This is the device that this browser remembers').waitFor();
  await page.getByRole('heading', { name: 'What it can do' }).waitFor();
  await attic.leave();
});

test('on a phone 360 pixels wide the padlock’s words and the question fit', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  const attic = await member('attic');
  await page.goto(world.link());
  await padlock(/^Sealed/).click();
  assert.equal(await person.isTooWide(page), false, 'the words');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'attic' }).waitFor();
  attic.changeIdentity();
  await page.reload();
  await page.getByRole('button', { name: 'Keep refusing' }).waitFor();
  assert.equal(await person.isTooWide(page), false, 'the question');
  await page.getByRole('button', { name: 'Keep refusing' }).click();
  await attic.leave();
});
