// SPDX-License-Identifier: MIT
// What a person has written into a form so far, and the value that it makes. Drafts are kept by place
// and not by name: a device's names are never names of ours.

import { limits, type Json } from '@malinka/client';
import type { Field, NumberField, TextField } from './schema.ts';

/** A value, or the problems that the drafts now tell of. */
export type Taken =
  | { readonly is: 'given'; readonly value: Json }
  | { readonly is: 'absent' | 'wrong' };

export interface Part {
  /** Of a member of an object; empty for items of lists. */
  readonly name: string;
  readonly draft: Draft;
}

const absent: Taken = { is: 'absent' };
const wrong: Taken = { is: 'wrong' };

export class Draft {
  readonly field: Field;
  readonly isRequired: boolean;
  text = $state('');
  /** Of a flag: '' for not given. Of a choice and of alternatives: the index; -1 for none. */
  flag = $state<'' | 'yes' | 'no'>('');
  chosen = $state(-1);
  /** Whether an object that may be left out is given. */
  isGiven = $state(false);
  /** Why it cannot be sent as it is. */
  problem = $state('');
  /** Items of a list, members of an object, the one alternative. */
  parts = $state.raw<readonly Part[]>([]);

  constructor(field: Field, isRequired: boolean) {
    this.field = field;
    this.isRequired = isRequired;
    if (field.kind === 'object' && isRequired) this.give(true);
    // One, however many a schema wants: lists of lists of them would fill the page.
    if (field.kind === 'list' && isRequired) this.add();
    const isChosen = field.kind === 'choice' && isRequired && field.options.length === 1;
    if (isChosen) this.chosen = 0;
    if (field.kind === 'alternatives' && isRequired) this.choose(0);
  }

  /** Of an object: its members are made when they are wanted, so that depth costs nothing before. */
  give(isGiven: boolean): void {
    this.isGiven = isGiven;
    const members = this.field.kind === 'object' && isGiven ? this.field.members : [];
    this.parts = members.map(({ name, field, isRequired }) => ({
      name,
      draft: new Draft(field, isRequired),
    }));
  }

  add(): void {
    if (this.field.kind !== 'list' || this.parts.length >= this.field.itemsMax) return;
    this.parts = [...this.parts, { name: '', draft: new Draft(this.field.item, true) }];
    this.problem = '';
  }

  remove(index: number): void {
    this.parts = this.parts.filter((_part, at) => at !== index);
    this.problem = '';
  }

  choose(index: number): void {
    this.chosen = index;
    if (this.field.kind !== 'alternatives') return;
    const option = this.field.options[index];
    this.parts = option ? [{ name: '', draft: new Draft(option.field, true) }] : [];
  }

  /** Says what is wrong at each place where something is. */
  take(): Taken {
    const taken = this.#take();
    if (taken.is === 'absent' && this.isRequired) return this.#refuse('This is needed.');
    if (taken.is !== 'wrong') this.problem = '';
    return taken;
  }

  /** The first of it and of its parts that something is wrong with. */
  firstWrong(): Draft | undefined {
    if (this.problem !== '') return this;
    for (const { draft } of this.parts) {
      const found = draft.firstWrong();
      if (found) return found;
    }
    return undefined;
  }

  /** Puts a device's own complaint of `value.a.b` or `value.a[0]` to the field that it speaks of. */
  complain(path: readonly string[], problem: string): boolean {
    const [first, ...rest] = path;
    if (first === undefined) {
      this.problem = problem;
      return true;
    }
    const isList = this.field.kind === 'list';
    const part = isList ? this.parts[Number(first)] : this.parts.find(({ name }) => name === first);
    return part?.draft.complain(rest, problem) ?? false;
  }

  #take(): Taken {
    const { field } = this;
    switch (field.kind) {
      case 'text':
        return this.#takeText(field);
      case 'number':
        return this.#takeNumber(field);
      case 'flag':
        return this.flag === '' ? absent : given(this.flag === 'yes');
      case 'choice': {
        const option = field.options[this.chosen];
        return option ? given(option.value) : absent;
      }
      case 'list':
        return this.#takeList(field.itemsMin);
      case 'object':
        return this.isGiven ? this.#takeObject() : absent;
      case 'alternatives':
        return this.parts[0]?.draft.take() ?? absent;
      case 'json':
        return this.#takeJson();
    }
  }

  /** Nothing written is nothing given. */
  #takeText({ lettersMin, lettersMax }: TextField): Taken {
    const { text } = this;
    if (text === '') return absent;
    const letters = lettersOf(text);
    if (letters < lettersMin) return this.#refuse(`At least ${letterCount(lettersMin)}.`);
    if (letters > lettersMax)
      return this.#refuse(`At most ${letterCount(lettersMax)}; these are ${letters}.`);
    return given(text);
  }

  #takeNumber(field: NumberField): Taken {
    const text = this.text.trim().replace(/^\+/, '');
    if (text === '') return absent;
    const value = numberOf(text);
    const what = field.isInteger ? 'A whole number' : 'A number';
    const isRight =
      Number.isFinite(value) &&
      (!field.isInteger || Number.isSafeInteger(value)) &&
      isWithin(field, value);
    const range = rangeWords(field);
    return isRight ? given(value) : this.#refuse(`${what}${range && `, ${range}`}.`);
  }

  #takeList(least: number): Taken {
    if (this.parts.length === 0 && !this.isRequired) return absent;
    if (this.parts.length < least)
      return this.#refuse(`At least ${least} of them, and here ${areOnly(this.parts.length)}.`);
    const items = this.parts.map(({ draft }) => draft.take());
    const values = items.flatMap((one) => (one.is === 'given' ? [one.value] : []));
    return values.length === items.length ? given(values) : wrong;
  }

  #takeObject(): Taken {
    const taken = this.parts.map(({ name, draft }) => ({ name, taken: draft.take() }));
    if (taken.some((one) => one.taken.is === 'wrong')) return wrong;
    // Each name becomes a member of its own, `__proto__` too.
    return given(
      Object.fromEntries(
        taken.flatMap(({ name, taken: one }) => (one.is === 'given' ? [[name, one.value]] : [])),
      ),
    );
  }

  #takeJson(): Taken {
    if (this.text.trim() === '') return absent;
    try {
      const value = JSON.parse(this.text) as Json;
      return depthOf(value) > limits.jsonDepthMax / 2 ? this.#refuse('Too deep.') : given(value);
    } catch {
      return this.#refuse('This is no JSON. As in {"name": "text", "list": [1, 2]}.');
    }
  }

  #refuse(problem: string): Taken {
    this.problem = problem;
    return wrong;
  }
}

/** As “1 to 60”, “more than 0”, or nothing. */
export function rangeWords(field: NumberField): string {
  const { minimum, maximum, isAboveMinimum, isBelowMaximum } = field;
  if (minimum !== undefined && maximum !== undefined && !isAboveMinimum && !isBelowMaximum)
    return `${minimum} to ${maximum}`;
  const least =
    minimum === undefined ? [] : [`${isAboveMinimum ? 'more than' : 'at least'} ${minimum}`];
  const most =
    maximum === undefined ? [] : [`${isBelowMaximum ? 'less than' : 'at most'} ${maximum}`];
  return [...least, ...most].join(', ');
}

function isWithin(field: NumberField, value: number): boolean {
  const { minimum = -Infinity, maximum = Infinity, isAboveMinimum, isBelowMaximum } = field;
  const isEnough = isAboveMinimum ? value > minimum : value >= minimum;
  return isEnough && (isBelowMaximum ? value < maximum : value <= maximum);
}

/** As JSON writes them: no hexadecimal, no Infinity. NaN where it is none. */
function numberOf(text: string): number {
  return /^-?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,4})?$/.test(text) ? Number(text) : NaN;
}

/** As JSON Schema counts them: by code points. */
function lettersOf(text: string): number {
  let count = 0;
  for (const _letter of text) count++;
  return count;
}

function letterCount(count: number): string {
  return `${count} ${count === 1 ? 'letter' : 'letters'}`;
}

function areOnly(count: number): string {
  return count === 0 ? 'is none' : count === 1 ? 'is one' : `are ${count}`;
}

function given(value: Json): Taken {
  return { is: 'given', value };
}

function depthOf(value: Json): number {
  let depth = 0;
  let level: readonly Json[] = [value];
  while (level.length > 0) {
    depth++;
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? (Object.values(one) as Json[]) : [],
    );
  }
  return depth;
}
