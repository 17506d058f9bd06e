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

/** As `LG TV`: its maker and its own name. */
export function titleWords({ name, vendor }: TvStatus): string {
  return [vendor, name].filter(Boolean).join(' ') || 'TV';
}
