// SPDX-License-Identifier: MIT
// Finding names as people type them: without regard to case and accents, words in any order.

const marks = /\p{M}/gu;

/** One form for all spellings that a search does not tell apart. */
export function fold(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(marks, '');
}

/** The words of what was typed. */
export function wordsOf(query: string): readonly string[] {
  return fold(query).split(/\s+/).filter(Boolean);
}

/** `folded` is a name as fold() gives it. */
export function matches(folded: string, words: readonly string[]): boolean {
  return words.every((word) => folded.includes(word));
}

export interface Piece {
  readonly text: string;
  readonly isFound: boolean;
}

/** The name in pieces, those that were searched for and those between. */
export function piecesOf(name: string, words: readonly string[]): readonly Piece[] {
  if (words.length === 0) return [{ text: name, isFound: false }];
  const characters = [...name];
  const isFound = foundIn(characters, words);
  const pieces: { text: string; isFound: boolean }[] = [];
  characters.forEach((character, index) => {
    const last = pieces.at(-1);
    const found = isFound[index] ?? false;
    if (last?.isFound === found) last.text += character;
    else pieces.push({ text: character, isFound: found });
  });
  return pieces;
}

/** Of each character, whether it belongs to a word. Folding may make more of one, or nothing. */
function foundIn(characters: readonly string[], words: readonly string[]): readonly boolean[] {
  const isFound = characters.map(() => false);
  const origins: number[] = [];
  let folded = '';
  characters.forEach((character, index) => {
    const text = fold(character);
    folded += text;
    for (let unit = 0; unit < text.length; unit++) origins.push(index);
  });
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length))
      for (let unit = at; unit < at + word.length; unit++) isFound[origins[unit] ?? 0] = true;
  }
  return isFound;
}
