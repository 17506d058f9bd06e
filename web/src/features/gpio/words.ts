// SPDX-License-Identifier: MIT
// What is said of pins and lines, and what may be done to them.

import type { Grant } from '../agent/description.ts';
import { supplyWords, type Pin } from './header.ts';
import { isTaken, titleOf, type Level, type Line } from './line.ts';

export function levelWord(value: Level | undefined): string {
  if (value === undefined) return 'not known';
  return value === 1 ? 'on' : 'off';
}

/** What a screen reader says of a pin: its number, its name, its state. */
export function pinWords(pin: Pin, line: Line | undefined): string {
  if (!('gpio' in pin)) return `Pin ${pin.pin}: ${supplyWords[pin.kind].name}`;
  const gpio = `GPIO${pin.gpio}`;
  if (!line) return `Pin ${pin.pin}: ${gpio}, not there`;
  const names = line.name === undefined ? [gpio] : [line.name, gpio];
  return `Pin ${pin.pin}: ${[...names, ...stateWords(line)].join(', ')}`;
}

export function stateWords(line: Line): readonly string[] {
  if (line.access === 'none') return ['not allowed'];
  const user = isTaken(line) ? [`used by ${line.consumer ?? ''}`] : [];
  return [line.direction, levelWord(line.value), ...user];
}

/** Why a person may not change a line now; empty where they may. */
export function obstacleOf(line: Line, control: Grant): string {
  if (!control.granted) return control.reason;
  if (line.access !== 'write')
    return line.reason ?? 'The device’s policy lets nobody change this line.';
  if (isTaken(line)) return `“${line.consumer ?? ''}” uses this line: it would have to let it go.`;
  return '';
}

/**
 * Whether its switch stays locked until a person unlocks it. Outputs that their owner has named are
 * meant to be switched, and often; of all others a slip of the finger may be the end of something.
 */
export function needsArming({ name, direction }: Line): boolean {
  return name === undefined || direction === 'input';
}

/** Why its switch is locked. */
export function lockWords(line: Line): string {
  if (line.direction === 'output')
    return 'Its owner has not named this line, so its switch is locked against a slip of the finger.';
  const start =
    line.name === undefined ? '' : ' With safe = 0 in agent.toml it is one from the start.';
  return `${titleOf(line)} is an input. Switching it makes it an output, and whatever drives it from outside then works against the device: its switch is locked.${start}`;
}
