// SPDX-License-Identifier: MIT
// JSON for people to read: indented, never longer than it may be, and without letters that would
// change how their neighbours are read.

import { isList, isObject, type Json } from '@malinka/client';

export interface JsonText {
  readonly text: string;
  /** Whether something was left out. */
  readonly isCut: boolean;
}

const lettersMax = 100_000;
/** A text in it is shown so far. */
const stringLettersMax = 20_000;
/** Deeper lists and objects are written without line breaks, and those far deeper not at all. */
const indentedMax = 12;
const depthMax = 64;

/** Turns direction, joins or hides: shown by their numbers. */
const unseen = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

export function jsonText(value: Json): JsonText {
  const printer = new Printer();
  printer.print(value, 0);
  return { text: printer.parts.join(''), isCut: printer.isCut };
}

class Printer {
  readonly parts: string[] = [];
  isCut = false;
  #left = lettersMax;

  print(value: Json, depth: number): void {
    if (isList(value)) this.#all('[', value, depth, ']');
    else if (isObject(value)) this.#all('{', Object.entries(value), depth, '}', true);
    else this.#put(typeof value === 'string' ? this.#quoted(value) : JSON.stringify(value));
  }

  #all(open: string, all: readonly unknown[], depth: number, close: string, isNamed = false): void {
    if (all.length === 0) return this.#put(open + close);
    if (depth >= depthMax) {
      this.isCut = true;
      return this.#put(`${open}…${close}`);
    }
    this.#put(open);
    let isFirst = true;
    for (const one of all) {
      if (this.#left <= 0) break;
      this.#put(`${isFirst ? '' : ','}${breakAt(depth + 1)}`);
      isFirst = false;
      const [name, value] = isNamed ? (one as [string, Json]) : [undefined, one as Json];
      if (name !== undefined) this.#put(`${this.#quoted(name)}: `);
      this.print(value, depth + 1);
    }
    this.#put(`${breakAt(depth)}${close}`);
  }

  #quoted(text: string): string {
    const isLong = text.length > stringLettersMax;
    if (isLong) this.isCut = true;
    const shown = isLong ? `${text.slice(0, stringLettersMax)}…` : text;
    return JSON.stringify(shown).replace(
      unseen,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  }

  #put(text: string): void {
    if (this.#left <= 0) this.isCut = true;
    else this.parts.push(text);
    this.#left -= text.length;
  }
}

function breakAt(depth: number): string {
  return depth > indentedMax ? '' : `\n${'  '.repeat(depth)}`;
}
