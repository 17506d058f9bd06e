// SPDX-License-Identifier: MIT
// Debian's Chromium, driven by playwright-core from web/node_modules; and a page that remembers
// everything which should not have happened.

import { require } from '../../../tools/bundle.mjs';

const { chromium } = require('playwright-core');

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A name that is not localhost, and so is no secure context over plain http.
  '--host-resolver-rules=MAP hub.test 127.0.0.1',
];

export function startBrowser(more = []) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: [...flags, ...more] });
}

/** A hub that refuses or is away, and what means nothing over plain http, are told as errors too. */
const expected =
  /WebSocket connection|ERR_CONNECTION_REFUSED|Opener-Policy header has been ignored/;

/** What a page may not do: speak of violations, throw, or open a dialog. */
export class Watched {
  complaints = [];

  constructor(page) {
    this.page = page;
    page.on('console', (message) => {
      const isExpected = expected.test(message.text());
      if (message.type() === 'error' && !isExpected) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }
}

/** A page of a fresh profile, with its list of complaints. */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ acceptDownloads: true, locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const { complaints } = new Watched(page);
  return { page, context, complaints };
}
