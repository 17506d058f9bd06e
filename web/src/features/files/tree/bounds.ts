// SPDX-License-Identifier: MIT
// How much of a folder's inside is taken along, and how much of it at once.

import { messageBytesMax } from '../job.ts';

/** Files and folders of one go: each is remembered until all are there. */
export const treeEntriesMax = 250_000;
/** Folders inside one another. A link that leads back into its own folder ends here too. */
export const treeDepthMax = 100;
/** Those that failed are named up to here; beyond, they are counted. */
export const problemsMax = 1000;

/** So many small files are on their way at once, so that none waits for the other's answer. */
const smallAtOnce = 16;
/** And so many bytes in messages, which whatever else is said may have to wait for. */
export const costMax = 2 * messageBytesMax;

/** A small file takes its part of what may be on its way; one that goes as a stream, half of it. */
export function costOf(bytes: number): number {
  return Math.min(Math.max(bytes, costMax / smallAtOnce), messageBytesMax);
}
