// SPDX-License-Identifier: MIT
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { expect, test } from 'vitest';
import { BoundedLetters, widthsOf } from './letters.ts';

const letters = new BoundedLetters(widthsOf(new Unicode11Addon()));

/** The cells that a text takes, by how many code points stand in each. */
function cellsOf(text: string): readonly number[] {
  const cells: number[] = [];
  let preceding = 0;
  for (const letter of text) {
    preceding = letters.charProperties(letter.codePointAt(0) ?? 0, preceding);
    if (preceding & 1) cells[cells.length - 1] = (cells.at(-1) ?? 0) + 1;
    else cells.push(1);
  }
  return cells;
}

test('a letter with its marks is one', () => expect(cellsOf('e\u0301\u0323x')).toEqual([3, 1]));

test('marks without end are spread over cells of their own', () => {
  const cells = cellsOf(`e${'\u0301'.repeat(1000)}`);
  expect(Math.max(...cells)).toBe(31);
  expect(cells.reduce((sum, count) => sum + count, 0)).toBe(1001);
});

test.each([
  ['a', 1],
  ['木', 2],
  ['🍓', 2],
  ['\u0301', 0],
])('%j is %d wide', (letter, width) =>
  expect(letters.wcwidth(letter.codePointAt(0) ?? 0)).toBe(width),
);
