// SPDX-License-Identifier: MIT
// The lines of a board in the page: watched, of a real agent, and of a device that has none or means harm.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { boardInPage } from './support/board_page.mjs';
import { newPage } from './support/browser.mjs';
import { markup } from './support/hostile.mjs';
import * as person from './support/pages.mjs';
import { browser, world } from './support/scene.mjs';
import { ScriptedDevice } from './support/scripted_device.mjs';

const it = boardInPage();

describe('watching', () => {
  const timeline = () => it.card().locator('[data-edges]');

  test('an input with a name is watched while it is shown, and its edges are drawn', async () => {
    await it.pin(13).click();
    await timeline().waitFor();
    it.device.drive('doorbell', 1);
    it.device.drive('doorbell', 0);
    it.device.drive('doorbell', 1);
    await it.isRead(13, 'doorbell, GPIO27, input, on');
    await it.card().getByRole('img', { name: '3 edges in the last 30 seconds, now on' }).waitFor();
    const path = await timeline().locator('.trace').getAttribute('d');
    assert.equal(path.match(/V/g).length, 3);
    assert.equal(
      await it.card().getByRole('list', { name: 'The latest edges' }).locator('li').count(),
      3,
    );
    assert.match(
      JSON.stringify(it.device.all('gpio.watch').at(-1).value),
      /"lines":\["doorbell"\]/,
    );
  });

  test('another input is watched when it is asked for, and left when it is not', async () => {
    await it.pin(12).click();
    await it.card().getByLabel('Watch its edges').check();
    await timeline().waitFor();
    it.device.drive(18, 1);
    await it.isRead(12, 'GPIO18, input, on');
    await it.card().getByRole('button', { name: 'Use it as an output' }).waitFor();
    await it.card().getByLabel('Watch its edges').uncheck();
    await it.until(() => it.device.all('gpio.watch').at(-1).value.edges === 'none');
    assert.deepEqual(it.device.all('gpio.watch').at(-1).value.lines, [18]);
    assert.equal(await timeline().count(), 0);
  });

  test('a thousand edges at once are taken, and those that were lost are said', async () => {
    await it.pin(13).click();
    await timeline().waitFor();
    const changes = Array.from({ length: 1000 }, (_, at) => ['doorbell', at % 2]);
    it.device.driveAll(changes, 7);
    await it.page.getByText('dropped 7 edges').waitFor();
    assert.equal(await timeline().getAttribute('data-edges'), '400');
  });

  test('why a line cannot be watched is said, and the others still are', async () => {
    it.device.line(18).busy = 'line 18 is in use by “somebody”';
    await it.pin(12).click();
    await it.card().getByText('Line 18 is in use by “somebody”.').waitFor();
    await it.isRead(13, 'doorbell, GPIO27, input, off');
    await it.pin(13).click();
    await timeline().waitFor();
  });
});

describe('a simulated device', () => {
  let kitchen;
  const config = `
[gpio.lines.lamp]
line = 17
safe = 0
[gpio.lines.bell]
line = 27
access = "read"
`;

  before(async () => {
    const path = join(world.folder, 'kitchen.toml');
    await writeFile(path, config);
    kitchen = await world.startDevice('kitchen', undefined, ['--config', path]);
  });
  after(() => world.stopDevice(kitchen));
  beforeEach(async () => {
    await it.page.getByRole('navigation', { name: 'Devices' }).getByText('kitchen').click();
    await it.page.getByRole('heading', { level: 1, name: 'kitchen' }).waitFor();
    await person.openPanel(it.page, 'GPIO');
    await it.isRead(11, 'lamp, GPIO17, output, off');
  });

  test('has its lines in the header, and says why some are nobody’s', async () => {
    await it.isRead(13, 'bell, GPIO27, input, off');
    await it.isRead(7, 'GPIO4, input, not known, used by onewire@0');
    await it.pin(27).click();
    await it.card().getByText('EEPROM').first().waitFor();
    assert.equal(await it.card().getByRole('switch').count(), 0);
  });

  test('does what the switch says, and the edge of the line that is wired to it is drawn', async () => {
    await it.pin(13).click();
    await it.card().locator('[data-edges="0"]').waitFor();
    await it.page.getByRole('switch', { name: 'lamp, of the named outputs' }).click();
    await it.isRead(11, 'lamp, GPIO17, output, on');
    await it.isRead(13, 'bell, GPIO27, input, on');
    await it.card().locator('[data-edges="1"]').waitFor();
    await it.page.getByRole('switch', { name: 'lamp, of the named outputs' }).click();
    await it.isRead(13, 'bell, GPIO27, input, off');
    await it.card().locator('[data-edges="2"]').waitFor();
  });

  test('pulses for as long as it is told to, by its own clock', async () => {
    await it.pin(13).click();
    await it.card().locator('[data-edges="0"]').waitFor();
    await it.pin(11).click();
    await it.card().getByLabel('Pulse').fill('400');
    await it.card().getByRole('button', { name: 'Pulse on' }).click();
    await it
      .card()
      .getByRole('button', { name: 'Pulse on' })
      .and(it.page.locator(':enabled'))
      .waitFor();
    await it.pin(13).click();
    const latest = it.card().getByRole('list', { name: 'The latest edges' }).locator('li');
    await latest.nth(1).waitFor();
    const words = await latest.first().innerText();
    const seconds = Number(/([\d.]+) s later/.exec(words)?.[1]);
    assert.ok(seconds >= 0.39 && seconds < 5, words);
  });

  test('watches what is asked for, and another person sees what one does', async () => {
    await it.pin(15).click();
    await it.card().getByLabel('Watch its edges').check();
    await it.card().getByRole('list', { name: 'The latest edges' }).locator('li').nth(1).waitFor();
    const other = await newPage(browser);
    await other.page.goto(world.link());
    await person.openDevice(other.page, 'kitchen');
    await person.openPanel(other.page, 'GPIO');
    await other.page.getByRole('switch', { name: 'lamp, of the named outputs' }).click();
    await it.isRead(11, 'lamp, GPIO17, output, on');
    await it.page.getByRole('switch', { name: 'lamp, of the named outputs' }).click();
    await other.page.getByRole('button', { name: 'Pin 11: lamp, GPIO17, output, off' }).waitFor();
    await other.context.close();
    assert.deepEqual(other.complaints, []);
  });
});

describe('a device', () => {
  test('without a header has a plain list', async () => {
    await it.device.stop();
    it.device = await ScriptedDevice.start(world, 'board', { hasHeader: false });
    await it.open();
    const list = it.page.getByRole('table', { name: 'Lines' });
    await list.getByRole('row', { name: /lamp/ }).getByText('off').waitFor();
    assert.equal(await it.page.getByRole('grid').count(), 0);
    await list.getByRole('button', { name: 'doorbell' }).click();
    await it.card().getByText('line 27 of gpiochip0').waitFor();
  });

  test('whose driver fails is told of, and its lines come when it works again', async () => {
    it.device.failing['gpio.list'] = 'no GPIO chip: /dev/gpiochip0 is missing';
    await it.page.getByRole('alert').getByText('/dev/gpiochip0 is missing').waitFor();
    delete it.device.failing['gpio.list'];
    await it.page.getByRole('alert').waitFor({ state: 'detached' });
  });

  test('that means harm runs nothing in the page, and makes it no wider', async () => {
    const line = {
      line: 17,
      chip: 'gpiochip0',
      name: markup,
      kernelName: markup,
      direction: 'input',
      consumer: markup,
      access: 'read',
      reason: markup,
      held: true,
    };
    const long = 'x'.repeat(127);
    const lines = [
      line,
      { ...line, line: 4, kernelName: 'GPIO4', name: long, held: false },
      { ...line, line: 5, chip: markup, direction: 'output', name: long.replace('x', 'y') },
    ];
    await it.device.stop();
    it.device = await ScriptedDevice.start(world, 'board', { lines, problems: [markup] });
    await it.open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await it.page.getByText(markup).first().waitFor();
    for (const number of [11, 7]) {
      await it.pin(number).click();
      await it.card().waitFor();
      assert.equal(await person.isTooWide(it.page), false);
    }
    it.device.member.tell('gpio.edge', {
      edges: [{ line: 17, name: markup }, markup],
      lost: 1e308,
    });
    await it.page.getByText(/dropped 1e\+308 edges/).waitFor();
    assert.equal(await it.page.evaluate(() => window.__pwned), undefined);
    assert.equal(await it.page.locator('img, [onload], [onerror]').count(), 0);
  });

  test('on a phone: the header and the card of a pin fit, and the pin stays in sight', async () => {
    await it.open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await it.pin(38).tap();
    await it.card().waitFor();
    assert.equal(await person.isTooWide(it.page), false);
    const [chosen, shown] = await Promise.all([it.pin(38).boundingBox(), it.card().boundingBox()]);
    assert.ok(chosen.y + chosen.height <= shown.y + 1, 'the card covers the pin');
    await it.card().getByRole('button', { name: 'Close the card' }).tap();
    await it.card().waitFor({ state: 'detached' });
  });
});
