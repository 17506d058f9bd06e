// SPDX-License-Identifier: MIT
// A folder of a device, page by page, however many entries it has and whatever the device claims.

import { limits, StreamError, type Client } from '@malinka/client';
import { decodePage, type Page } from './entry.ts';
import { checkReply } from './job.ts';

/** The first page is what a person waits for. */
const firstEntries = 500;
/** Where even so few do not fit into an answer, nothing will. */
const pageEntriesMin = 50;
/** Of an answer that is larger than a message. */
const tooLarge = 413;

/**
 * All of a folder, as long as the device gives more. An entry that comes or goes meanwhile moves those
 * behind it, so one may be missed, and the same may come twice. Throws StreamError for what the
 * device refuses.
 */
export async function* pagesOf(
  client: Pick<Client, 'request'>,
  device: string,
  path: string,
): AsyncGenerator<Page, void, void> {
  let limit = firstEntries;
  let limitMax: number = limits.filesPageMax;
  for (let offset = 0; ; ) {
    try {
      const value = { path, offset, limit };
      const page = decodePage(checkReply(await client.request(device, 'files.list', value)).value);
      if (page === undefined) throw new Error('The device’s answer was no list of files.');
      yield page;
      offset += limit;
      // What the device says of the total is believed only as long as something comes.
      if (offset >= page.total || page.entries.length === 0) return;
      limit = limitMax;
    } catch (error) {
      const isTooLarge = error instanceof StreamError && error.code === tooLarge;
      if (!isTooLarge || limit <= pageEntriesMin) throw error;
      limit = limitMax = Math.max(pageEntriesMin, Math.floor(limit / 4));
    }
  }
}
