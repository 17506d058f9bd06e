// SPDX-License-Identifier: MIT
// What a file of tests stands on: a hub with devices and a browser, and for each test a page of its
// own, which may not complain. What is exported changes with each test; who imports it sees that.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { newPage, startBrowser } from './browser.mjs';
import { World } from './programs.mjs';

export let world;
export let browser;
export let page;
let context;
let complaints;

/**
 * Once in a file, before its own hooks. `prepare` finds the hub there; a hook of the file's own
 * would not, since those of a whole file do not wait for one another.
 */
export function setScene(prepare = async () => {}) {
  before(async () => {
    world = await World.start();
    browser = await startBrowser();
    await prepare();
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });
  beforeEach(() => openPage());
  afterEach(async () => {
    await context.close();
    assert.deepEqual(complaints, [], 'the page broke its policy, threw, or opened a dialog');
  });
}

/** In place of the one that the test began with. */
export async function openPage(options) {
  await context?.close();
  ({ page, context, complaints } = await newPage(browser, options));
}
