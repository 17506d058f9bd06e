// SPDX-License-Identifier: MIT
// Makes docs/images/web-app.png, for the README, from a real hub and simulated devices.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newPage, startBrowser } from './support/browser.mjs';
import * as person from './support/pages.mjs';
import { World } from './support/programs.mjs';
import { root } from '../../tools/bundle.mjs';

/** Enough readings, one a second, that the plots have a shape. */
const readings = 45;

const world = await World.start();
const browser = await startBrowser();
try {
  for (const name of ['greenhouse', 'kitchen', 'living-room']) await world.startDevice(name);
  const { page } = await newPage(browser, {
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 2,
  });
  await page.goto(world.link());
  await person.openDevice(page, 'kitchen');
  await page.getByLabel('Measured every').selectOption('1');
  await page.waitForFunction(
    (least) => Number(document.querySelector('[data-plot]')?.dataset.points) >= least,
    readings,
    { timeout: 3 * readings * 1000 },
  );
  await page.locator('h1').click();
  const folder = join(root, 'docs/images');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, 'web-app.png') });
} finally {
  await browser.close();
  await world.stop();
}
