// SPDX-License-Identifier: MIT
// The 40 pins of a Raspberry Pi's header, and which line of a device is at which of them.

import type { Line } from './line.ts';

export type Pin =
  | { readonly pin: number; readonly kind: '3v3' | '5v' | 'ground' }
  | {
      readonly pin: number;
      readonly kind: 'gpio' | 'id';
      readonly gpio: number;
      /** What it is beside a plain line. */
      readonly also: string | undefined;
    };

/** Two a row, as they lie on the board: `+3` and `+5` are supplies, `-` is ground. */
const plan = `
  +3          +5
  2 SDA       +5
  3 SCL       -
  4 GPCLK0    14 TXD
  -           15 RXD
  17          18 PCM CLK
  27          -
  22          23
  +3          24
  10 MOSI     -
  9 MISO      25
  11 SCLK     8 CE0
  -           7 CE1
  0 ID SD     1 ID SC
  5           -
  6           12 PWM0
  13 PWM1     -
  19 PCM FS   16
  26          20 PCM DIN
  -           21 PCM DOUT`;

export const rows: readonly (readonly [Pin, Pin])[] = plan
  .trim()
  .split('\n')
  .map((row, index) => {
    const [left = '', right = ''] = row.trim().split(/ {2,}/);
    return [pinOf(left, 2 * index + 1), pinOf(right, 2 * index + 2)];
  });

function pinOf(text: string, pin: number): Pin {
  if (text === '+3') return { pin, kind: '3v3' };
  if (text === '+5') return { pin, kind: '5v' };
  if (text === '-') return { pin, kind: 'ground' };
  const [gpio = '', ...also] = text.split(' ');
  const kind = also[0] === 'ID' ? 'id' : 'gpio';
  return { pin, kind, gpio: Number(gpio), also: also.join(' ') || undefined };
}

/** The numbers of the lines that the header has pins for. */
const gpios: ReadonlySet<number> = new Set(
  rows.flat().flatMap((pin) => ('gpio' in pin ? [pin.gpio] : [])),
);

/** Which GPIO of the header a line is, by the kernel's name for it or else by its offset. */
export function gpioOf({ isOnHeader, kernelName, number }: Line): number | undefined {
  if (!isOnHeader) return undefined;
  const named = /^GPIO(\d{1,2})$/.exec(kernelName ?? '');
  const gpio = named ? Number(named[1]) : number;
  return gpios.has(gpio) ? gpio : undefined;
}

/** The lines of the header by their GPIO, and the others in their order. */
export function sortOut(lines: readonly Line[]): {
  readonly onHeader: ReadonlyMap<number, Line>;
  readonly others: readonly Line[];
} {
  const onHeader = new Map<number, Line>();
  const others: Line[] = [];
  for (const line of lines) {
    const gpio = gpioOf(line);
    if (gpio === undefined || onHeader.has(gpio)) others.push(line);
    else onHeader.set(gpio, line);
  }
  return { onHeader, others };
}

export const supplyWords: Record<'3v3' | '5v' | 'ground', { name: string; about: string }> = {
  '3v3': {
    name: '3.3 V',
    about: 'The supply for sensors and the like: at most some hundred milliamperes in all.',
  },
  '5v': {
    name: '5 V',
    about: 'Straight from the power supply. It must never touch a GPIO: those bear 3.3 V.',
  },
  ground: { name: 'Ground', about: 'The common return: 0 V.' },
};
