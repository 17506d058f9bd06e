// SPDX-License-Identifier: MIT
// The sixteen colours of terminals, in the page's manner. The renderer draws on a canvas: it takes
// colours as values, and the ground and the text as the page's style has made them.

import type { ITheme } from '@xterm/xterm';

const light: ITheme = {
  black: '#231c1e',
  red: '#b3261e',
  green: '#1e7a3c',
  yellow: '#8a5300',
  blue: '#1f5fa8',
  magenta: '#a3195b',
  cyan: '#0b7285',
  white: '#8f8583',
  brightBlack: '#655b5d',
  brightRed: '#d3265b',
  brightGreen: '#2c8a4b',
  brightYellow: '#b26a00',
  brightBlue: '#2f7fd0',
  brightMagenta: '#7a4fb5',
  brightCyan: '#1391a5',
  brightWhite: '#b9afad',
  selectionBackground: '#f3c6d3',
  selectionInactiveBackground: '#f3c6d3',
};

const dark: ITheme = {
  black: '#2b2326',
  red: '#ff8f85',
  green: '#78d196',
  yellow: '#f0b357',
  blue: '#6fb8f0',
  magenta: '#ff7ba1',
  cyan: '#6ad4d0',
  white: '#d9cfd1',
  brightBlack: '#8b7f83',
  brightRed: '#ffb0a8',
  brightGreen: '#9be6b3',
  brightYellow: '#ffd083',
  brightBlue: '#9ccff8',
  brightMagenta: '#ff9dba',
  brightCyan: '#98ebe7',
  brightWhite: '#f8f3f4',
  selectionBackground: '#5c2438',
  selectionInactiveBackground: '#5c2438',
};

/** For what is drawn in this element. */
export function paletteOf(element: HTMLElement): ITheme {
  const style = getComputedStyle(element);
  const [background, foreground] = [style.backgroundColor, style.color];
  const cursor = style.caretColor;
  const palette = isDark(background) ? dark : light;
  return { ...palette, background, foreground, cursor, cursorAccent: background };
}

/** Of `rgb(r, g, b)`. */
function isDark(colour: string): boolean {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}
