// SPDX-License-Identifier: MIT
// The GPIO panel of a scripted device called board, anew for each test of a file.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { newPage, startBrowser } from './browser.mjs';
import * as person from './pages.mjs';
import { World } from './programs.mjs';
import { ScriptedDevice } from './scripted_device.mjs';

export function boardInPage() {
  const board = new BoardPage();
  before(async () => {
    board.world = await World.start();
    board.browser = await startBrowser();
  });
  after(async () => {
    await board.browser?.close();
    await board.world?.stop();
  });
  beforeEach(async () => {
    board.device = await ScriptedDevice.start(board.world, 'board');
    await board.open();
  });
  afterEach(async () => {
    await board.context.close();
    await board.device.stop();
    assert.deepEqual(board.complaints, [], 'the page broke its policy, threw, or opened a dialog');
  });
  return board;
}

class BoardPage {
  async open(options = {}) {
    await this.context?.close();
    Object.assign(this, await newPage(this.browser, options));
    await this.page.goto(this.world.link());
    await person.openDevice(this.page, 'board');
    await person.openPanel(this.page, 'GPIO');
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
