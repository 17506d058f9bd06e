// SPDX-License-Identifier: MIT
// What a program may have xterm.js do without end, kept within bounds: by handlers that are asked
// before its own, and pass over what is too much.

import type { Terminal } from '@xterm/xterm';

/** Lines to insert, delete and scroll; tabulators; repetitions: and how many of them have room. */
const counted: readonly [finals: string, roomIn: (terminal: Terminal) => number][] = [
  ['LMST', ({ rows }) => rows],
  ['IZ', ({ cols }) => cols],
  ['b', ({ cols, rows }) => cols * rows],
];
/** Each costs more than a thousand bytes, and some are never given back. */
const linksMax = 20_000;
/** Colours by number, and those of text, ground and cursor. */
const colours = [4, 10, 11, 12];
/** Nothing but which there are. */
const question = /^(\d+;)?\?(;(\d+;)?\?)*$/;
const coloursAsBefore = [104, 110, 111, 112];

export function keepInBounds(terminal: Terminal): void {
  boundCounts(terminal);
  boundLinks(terminal);
  keepColours(terminal);
}

/** Told to do it two billion times, one by one, it would. More than has room is no honest wish. */
function boundCounts(terminal: Terminal): void {
  for (const [finals, roomIn] of counted)
    for (const final of finals)
      terminal.parser.registerCsiHandler({ final }, ([count]) => Number(count) > roomIn(terminal));
}

/** What comes behind so many links is text. */
function boundLinks(terminal: Terminal): void {
  let links = 0;
  terminal.parser.registerOscHandler(8, (data) => {
    const isEnd = data.endsWith(';');
    return !isEnd && ++links > linksMax;
  });
}

/** They are the page's, and each change has all drawn anew. What they are may be asked. */
function keepColours(terminal: Terminal): void {
  for (const number of colours)
    terminal.parser.registerOscHandler(number, (data) => !question.test(data));
  for (const number of coloursAsBefore) terminal.parser.registerOscHandler(number, () => true);
}
