// SPDX-License-Identifier: MIT
// The lines of a board in the page: seen, and changed on purpose only.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boardInPage } from './support/board_page.mjs';
import { leastContrast } from './support/contrast.mjs';
import * as person from './support/pages.mjs';
import { world } from './support/scene.mjs';
import { ScriptedDevice } from './support/scripted_device.mjs';

const it = boardInPage();

describe('the header', () => {
  test('is read as a table: each pin with its number, its name and its state', async () => {
    const header = it.page.getByRole('grid', { name: '40-pin header' });
    await header.waitFor();
    assert.equal(await header.getByRole('row').count(), 21);
    assert.equal(await header.getByRole('gridcell').count(), 40);
    await it.isRead(1, '3.3 V');
    await it.isRead(11, 'lamp, GPIO17, output, off');
    await it.isRead(13, 'doorbell, GPIO27, input, off');
    await it.isRead(7, 'GPIO4, input, not known, used by w1 (onewire@0)');
    await it.isRead(31, 'GPIO6, not allowed');
    await it.isRead(39, 'Ground');
  });

  test('is gone through by the arrow keys, and one Tab leads out of it', async () => {
    await it.pin(1).focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowUp'])
      await it.page.keyboard.press(key);
    assert.equal(await focused(), '4');
    await it.page.keyboard.press('End');
    assert.equal(await focused(), '40');
    await it.page.keyboard.press('ArrowDown');
    assert.equal(await focused(), '40');
    await it.page.keyboard.press('PageUp');
    assert.equal(await focused(), '2');
    await it.page.keyboard.press('Enter');
    await it.page.getByRole('heading', { level: 2, name: '5 V' }).waitFor();
    await it.page.keyboard.press('Tab');
    assert.equal(await focused(), undefined);
    await it.page.keyboard.press('Shift+Tab');
    assert.equal(await focused(), '2');
  });

  test('says why a line is grey, and offers no switch for it', async () => {
    for (const [number, why] of [
      [7, /“w1 \(onewire@0\)” uses this line/],
      [29, /agent.toml lets this line be read only/],
      [31, /agent.toml keeps this line to itself/],
    ]) {
      await it.pin(number).click();
      await it.card().getByText(why).waitFor();
      assert.equal(await it.card().getByRole('switch').count(), 0);
    }
  });

  for (const colorScheme of ['light', 'dark'])
    test(`can be read, also where nothing is allowed, when it is ${colorScheme}`, async () => {
      await it.open({ colorScheme });
      await it.isRead(31, 'GPIO6, not allowed');
      const words = it.page.locator('[data-pin] :is(.title, .detail, .level, .pin)');
      for (const number of [31, 7]) {
        await it.pin(number).hover();
        const least = await leastContrast(words);
        assert.ok(least.contrast >= 4.5, JSON.stringify(least));
        await it.pin(number).click();
      }
      await it.page.mouse.move(0, 0);
      const least = await leastContrast(words);
      assert.ok(least.contrast >= 4.5, JSON.stringify(least));
    });

  test('shows what others change, without being asked to', async () => {
    it.device.values.set('gpiochip0/17', 1);
    Object.assign(it.device.line(24), { direction: 'output', held: true });
    await it.isRead(11, 'lamp, GPIO17, output, on');
    await it.isRead(18, 'GPIO24, output, off');
  });

  test('an output that nobody holds is read only when it is asked for', async () => {
    it.device.values.set('gpiochip0/25', 1);
    await it.isRead(22, 'GPIO25, output, not known');
    assert.ok(!JSON.stringify(it.device.all('gpio.read')).includes('25'));
    await it.pin(22).click();
    await it.card().getByText('nobody else can have it then').waitFor();
    await it.card().getByRole('button', { name: 'Read it' }).click();
    await it.isRead(22, 'GPIO25, output, on');
  });

  test('has a place for lines elsewhere, and for those of its chip at no pin', async () => {
    await it.page.getByText('4 lines of the same chip, at no pin').click();
    await it.page.getByRole('table', { name: 'Lines at no pin' }).getByText('BT_31').waitFor();
    await it.page.getByRole('table', { name: 'Lines elsewhere' }).getByText('pump').click();
    await it.card().getByText('line 3 of gpiochip4').waitFor();
    await it.card().getByText('active low').waitFor();
    await it.toggle('pump').click();
    await it.until(() => it.device.all('gpio.write').length === 1);
    assert.deepEqual(it.device.all('gpio.write')[0].value, { lines: [{ line: 'pump', value: 1 }] });
  });

  function focused() {
    return it.page.evaluate(() => document.activeElement?.dataset.pin);
  }
});

describe('changing', () => {
  test('no tap on any pin changes anything, nor a second tap in a hurry', async () => {
    for (let number = 1; number <= 40; number++) {
      await it.pin(number).dblclick();
    }
    for (const number of [11, 16, 12]) {
      await it.pin(number).click();
      await it.card().waitFor();
      await it.page.evaluate(() => {
        for (const button of document.querySelectorAll('[data-line] [role=switch]'))
          if (button.closest('section').querySelector('#line-title')) button.click();
      });
    }
    assert.deepEqual([...it.device.all('gpio.write'), ...it.device.all('gpio.pulse')], []);
  });

  test('an output with a name has a switch, which shows what the device says', async () => {
    await it.pin(11).click();
    assert.equal(await it.toggle('lamp').getAttribute('aria-checked'), 'false');
    await it.toggle('lamp').click();
    await it.isRead(11, 'lamp, GPIO17, output, on');
    assert.equal(await it.toggle('lamp').getAttribute('aria-checked'), 'true');
    assert.deepEqual(it.device.all('gpio.write')[0].value, { lines: [{ line: 'lamp', value: 1 }] });
    it.device.failing['gpio.write'] = 'line 17 (lamp) was taken by another program';
    await it.toggle('lamp').click();
    await it.card().getByRole('alert').getByText('was taken by another program').waitFor();
    assert.equal(await it.toggle('lamp').getAttribute('aria-checked'), 'true');
  });

  test('named outputs are also at hand above the header', async () => {
    const heating = it.page.getByRole('switch', { name: 'heating, of the named outputs' });
    assert.equal(await heating.isDisabled(), true);
    await it.page.getByRole('switch', { name: 'lamp, of the named outputs' }).click();
    await it.isRead(11, 'lamp, GPIO17, output, on');
  });

  test('an output without a name is unlocked first, and locks itself again', async () => {
    await it.pin(16).click();
    const lock = it.card().getByRole('button', { name: 'Unlock the switch' });
    await lock.waitFor();
    assert.equal(await it.toggle('GPIO23').isDisabled(), true);
    assert.equal(await it.card().getByRole('button', { name: 'Pulse on' }).isDisabled(), true);
    await lock.click();
    await it.toggle('GPIO23').click();
    await it.isRead(16, 'GPIO23, output, on');
    await lock.waitFor();
    assert.equal(await it.toggle('GPIO23').isDisabled(), true);
    assert.equal(it.device.all('gpio.write').length, 1);
  });

  test('an input becomes an output only when that is asked for and unlocked', async () => {
    await it.pin(12).click();
    await it.card().getByText('Watch its edges').waitFor();
    assert.equal(await it.card().getByRole('switch').count(), 0);
    await it.card().getByRole('button', { name: 'Use it as an output' }).click();
    await it.card().getByText('whatever drives it from outside').waitFor();
    await it.card().getByRole('button', { name: 'Unlock the switch' }).click();
    await it.toggle('GPIO18').click();
    await it.isRead(12, 'GPIO18, output, on');
  });

  test('by the keyboard alone: to the pin, into its card, and the switch', async () => {
    await it.pin(1).focus();
    for (let row = 0; row < 5; row++) await it.page.keyboard.press('ArrowDown');
    await it.page.keyboard.press('Enter');
    await it.page.locator('#line-title').getByText('lamp').waitFor();
    await it.toggle('lamp').and(it.page.locator(':enabled')).waitFor();
    for (let presses = 0; presses < 20; presses++) {
      await it.page.keyboard.press('Tab');
      if (await it.toggle('lamp').evaluate((one) => one === document.activeElement)) break;
    }
    await it.page.keyboard.press('Space');
    await it.isRead(11, 'lamp, GPIO17, output, on');
  });

  test('an input that this page watches is written all the same', async () => {
    await it.pin(12).click();
    await it.card().getByLabel('Watch its edges').check();
    await it.card().locator('[data-edges]').waitFor();
    await it.card().getByRole('button', { name: 'Use it as an output' }).click();
    await it.card().getByRole('button', { name: 'Unlock the switch' }).click();
    await it.toggle('GPIO18').click();
    await it.isRead(12, 'GPIO18, output, on');
  });

  test('a pulse has a width, and one that is none is not sent', async () => {
    await it.pin(11).click();
    const width = it.card().getByLabel('Pulse');
    const button = it.card().getByRole('button', { name: 'Pulse on' });
    for (const wrong of ['0', '-5', '60001', '1.5', '']) {
      await width.fill(wrong);
      await it.card().getByText('Whole milliseconds, from 1 to 60000.').waitFor();
      assert.equal(await button.isDisabled(), true, wrong);
    }
    await width.fill('250');
    await button.click();
    await it.until(() => it.device.all('gpio.pulse').length === 1);
    assert.deepEqual(it.device.all('gpio.pulse')[0].value, {
      line: 'lamp',
      milliseconds: 250,
      value: 1,
    });
  });

  test('one who may only watch has no switch, and is told why', async () => {
    await it.device.stop();
    it.device = await ScriptedDevice.start(world, 'board', { level: 'view' });
    await it.open();
    await it.pin(11).click();
    await it.card().getByText('grants viewing only').waitFor();
    assert.equal(await it.page.getByRole('switch').and(it.page.locator(':enabled')).count(), 0);
    await it.pin(13).click();
    await it.card().getByText('Watch its edges').waitFor();
  });
});
