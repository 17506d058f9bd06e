// SPDX-License-Identifier: MIT
// How much of a folder's inside is taken along, and how much of it at once.

import { limits } from '@malinka/client';
import { messageBytesMax } from '../job.ts';

/** Files and folders of one go: each is remembered until all are there. */
export const treeEntriesMax = 250_000;
/** Folders inside one another. A link that leads back into its own folder ends here too. */
export const treeDepthMax = 100;
/** Those that failed are named up to here; beyond, they are counted. */
export const problemsMax = 1000;
/** Of those that are on their way, so many are named. */
export const movingShown = 16;

/** So many small files are on their way at once, so that none waits for the other's answer. */
const smallAtOnce = 16;
/**
 * Those that are sent go together, so there may be more of them; yet each may have to ask the device
 * for what is there, and others ask it too.
 */
export const bundledAtOnce = limits.commandsMax / 2;
/** And so many bytes in messages, which whatever else is said may have to wait for. */
export const costMax = 2 * messageBytesMax;

/** A small file takes its part of what may be on its way; one that goes as a stream, half of it. */
export function costOf(bytes: number, atOnce = smallAtOnce): number {
  return Math.min(Math.max(bytes, costMax / atOnce), messageBytesMax);
}
