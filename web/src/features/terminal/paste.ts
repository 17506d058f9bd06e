// SPDX-License-Identifier: MIT
// What is pasted is somebody else's text more often than one thinks: it is cleaned of what would act
// as keys, and several lines, each of which would be carried out, are asked about first.

/** Beyond this a file is the better way. */
export const pasteLettersMax = 256 * 1024;
const shownLines = 6;
const shownLetters = 80;

/** C0 and C1 controls but tabs and line ends: an escape would end a bracketed paste, and more. */
// eslint-disable-next-line no-control-regex -- They are what is meant.
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

export function cleanPaste(text: string): string {
  return text.replace(controls, '').replace(/\r\n?/g, '\n');
}

export function hasSeveralLines(text: string): boolean {
  return text.trimEnd().includes('\n');
}

/** The first of it, as a person can judge it. */
export function previewOfPaste(text: string): string {
  const lines = text.trimEnd().split('\n');
  const shown = lines.slice(0, shownLines).map((line) => shorten(line, shownLetters));
  return [...shown, ...(lines.length > shownLines ? ['…'] : [])].join('\n');
}

export function countLines(text: string): number {
  return text.trimEnd().split('\n').length;
}

/** At most so many letters; none is torn. */
export function shorten(text: string, lettersMax: number): string {
  const letters = [...text.slice(0, 2 * lettersMax + 2)];
  return letters.length > lettersMax ? `${letters.slice(0, lettersMax).join('')}…` : text;
}
