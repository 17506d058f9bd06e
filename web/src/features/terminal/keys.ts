// SPDX-License-Identifier: MIT
// Keys that are the page's own, and those of the bar on touch screens.

export type PageKey = 'copy' | 'paste' | 'search' | 'leave';

/** With Ctrl and Shift: to a program these are the same as with Ctrl alone, so none loses a key. */
const pageKeys: Readonly<Record<string, PageKey>> = {
  KeyC: 'copy',
  KeyV: 'paste',
  KeyF: 'search',
  KeyL: 'leave',
};

/** The element that says which these are. */
export const keysHelp = 'terminal-keys';

type Pressed = Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>;

export function pageKeyOf(event: Pressed): PageKey | undefined {
  const { ctrlKey, shiftKey, altKey, metaKey } = event;
  return ctrlKey && shiftKey && !altKey && !metaKey ? pageKeys[event.code] : undefined;
}

export type BarKey = 'Escape' | 'Tab' | 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

const arrows: Partial<Record<BarKey, string>> = {
  ArrowUp: 'A',
  ArrowDown: 'B',
  ArrowRight: 'C',
  ArrowLeft: 'D',
};

/** As xterm sends it; `isApplication`: the program wants its arrows so (DECCKM). */
export function sequenceOf(key: BarKey, isCtrl: boolean, isApplication: boolean): string {
  const arrow = arrows[key];
  if (arrow === undefined) return key === 'Tab' ? '\t' : '\x1b';
  if (isCtrl) return `\x1b[1;5${arrow}`;
  return `\x1b${isApplication ? 'O' : '['}${arrow}`;
}

/** A letter as it is typed while Ctrl is down; what has no such form stays as it is. */
export function withCtrl(text: string): string {
  const code = text.length === 1 ? text.toUpperCase().charCodeAt(0) : 0;
  if (text === ' ') return '\0';
  if (text === '?') return '\x7f';
  return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : text;
}
