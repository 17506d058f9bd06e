// SPDX-License-Identifier: MIT
// How wide letters are, and how many marks one letter may carry: a program could pile up millions on
// one, and the renderer would stand still over it.

import type { Unicode11Addon } from '@xterm/addon-unicode11';
import type { IUnicodeVersionProvider, Terminal } from '@xterm/xterm';

/** As many as any language needs (UAX #15, the stream-safe text format). */
const marksMax = 30;
/** What xterm.js makes of a code point: whether it joins the one before, its width, a state of ours. */
const joins = 0b1;
const ofLetter = 0b111;
const stateShift = 3;
const ownCell = 1 << 1;

export class BoundedLetters implements IUnicodeVersionProvider {
  readonly version = 'bounded';
  readonly #widths: IUnicodeVersionProvider;

  constructor(widths: IUnicodeVersionProvider) {
    this.#widths = widths;
  }

  wcwidth(codepoint: number): 0 | 1 | 2 {
    return this.#widths.wcwidth(codepoint);
  }

  /** The state counts the marks; one too many stands by itself, and may carry as many again. */
  charProperties(codepoint: number, preceding: number): number {
    const properties = this.#widths.charProperties(codepoint, preceding & ofLetter);
    if (!(properties & joins)) return properties;
    const marks = (preceding >> stateShift) + 1;
    return marks > marksMax ? ownCell : (marks << stateShift) | properties;
  }
}

/** The widths that the add-on would register. */
export function widthsOf(addon: Unicode11Addon): IUnicodeVersionProvider {
  let widths: IUnicodeVersionProvider | undefined;
  const register = (provider: IUnicodeVersionProvider) => (widths = provider);
  addon.activate({ unicode: { register } } as unknown as Terminal);
  if (!widths) throw new Error('the add-on has no widths');
  return widths;
}
