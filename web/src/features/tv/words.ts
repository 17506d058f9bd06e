// SPDX-License-Identifier: MIT
// A TV's state in words.

import type { TvStatus } from './status.ts';

export const powerWords = {
  on: 'On',
  standby: 'In standby',
  'turning on': 'Turning on…',
  'turning off': 'Turning off…',
  unknown: 'Not known',
} as const;

/** What it shows, as far as that is known; empty where it shows nothing. */
export function focusWords({ power, focused }: TvStatus): string {
  if (power !== 'on' || focused === undefined) return '';
  return focused ? 'Shows this device' : 'Shows something else';
}

export function volumeWords({ volumePercent, muted }: TvStatus): string {
  if (volumePercent === undefined) return muted ? 'Muted' : '';
  return `Volume ${volumePercent} %${muted ? ', muted' : ''}`;
}

/**
 * Why nobody can make it louder now; empty where they may. One that sleeps listens to no such key,
 * unless an amplifier, which then tells how loud it is, does so in its place.
 */
export function volumeObstacle({ power, volumePercent, muted }: TvStatus): string {
  const isAsleep = power === 'standby' || power === 'turning off';
  const isTold = volumePercent !== undefined || muted !== undefined;
  return isAsleep && !isTold ? 'Turn the TV on first' : '';
}

/** As `LG TV`: its maker and its own name. */
export function titleWords({ name, vendor }: TvStatus): string {
  return [vendor, name].filter(Boolean).join(' ') || 'TV';
}
