// SPDX-License-Identifier: MIT
// The GPIO panel of a scripted device called board, anew for each test of a file.

import assert from 'node:assert/strict';
import { afterEach, beforeEach } from 'node:test';
import * as person from './pages.mjs';
import { openPage, page, setScene, world } from './scene.mjs';
import { ScriptedDevice } from './scripted_device.mjs';

export function boardInPage() {
  const board = new BoardPage();
  setScene();
  beforeEach(async () => {
    board.device = await ScriptedDevice.start(world, 'board');
    await board.enter();
  });
  afterEach(() => board.device.stop());
  return board;
}

class BoardPage {
  get page() {
    return page;
  }

  async open(options) {
    await openPage(options);
    await this.enter();
  }

  async enter() {
    await page.goto(world.link());
    await person.openDevice(page, 'board');
    await person.openPanel(page, 'GPIO');
  }

  pin(number) {
    return this.page.locator(`[data-pin="${number}"]`);
  }

  card() {
    return this.page.locator('[data-line]').filter({ has: this.page.locator('#line-title') });
  }

  toggle(name) {
    return this.card().getByRole('switch', { name: `Switch ${name}` });
  }

  async isRead(number, words) {
    const name = `Pin ${number}: ${words}`;
    await this.page.getByRole('button', { name, exact: true }).waitFor();
  }

  /** Waits for what a device is asked. */
  async until(condition) {
    for (let turn = 0; turn < 500 && !condition(); turn++) await this.page.waitForTimeout(20);
    assert.ok(condition(), 'it never came so far');
  }
}
