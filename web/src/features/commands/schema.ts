// SPDX-License-Identifier: MIT
// A command's JSON Schema (2020-12) as the fields of a form. The schema comes from a device, which may
// be hostile: what is read of it is bounded in depth and in size, its regular expressions are shown
// and never run, and what is not understood becomes a field for JSON.

import {
  booleanMember,
  isList,
  isObject,
  isStrings,
  member,
  numberMember,
  objectMember,
  stringMember,
} from '@malinka/client';
import type { Json, JsonObject } from '@malinka/client';

export interface TextField extends Described {
  readonly kind: 'text';
  readonly lettersMin: number;
  readonly lettersMax: number;
  /** A regular expression, for people to read. */
  readonly pattern: string | undefined;
  readonly format: string | undefined;
}

export interface NumberField extends Described {
  readonly kind: 'number';
  readonly isInteger: boolean;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  /** Whether the bounds themselves are outside. */
  readonly isAboveMinimum: boolean;
  readonly isBelowMaximum: boolean;
}

export interface FlagField extends Described {
  readonly kind: 'flag';
}

/** One of some values. */
export interface ChoiceField extends Described {
  readonly kind: 'choice';
  readonly options: readonly { readonly label: string; readonly value: Json }[];
}

export interface ListField extends Described {
  readonly kind: 'list';
  readonly item: Field;
  readonly itemsMin: number;
  readonly itemsMax: number;
}

export interface ObjectField extends Described {
  readonly kind: 'object';
  readonly members: readonly Member[];
}

/** One of some shapes. */
export interface AlternativesField extends Described {
  readonly kind: 'alternatives';
  readonly options: readonly { readonly label: string; readonly field: Field }[];
}

/** Anything, written as JSON. */
export interface JsonField extends Described {
  readonly kind: 'json';
}

export type Field =
  | TextField
  | NumberField
  | FlagField
  | ChoiceField
  | ListField
  | ObjectField
  | AlternativesField
  | JsonField;

interface Described {
  readonly title: string | undefined;
  readonly about: string | undefined;
  /** What the device takes where nothing is given. */
  readonly standard: Json | undefined;
}

export interface Member {
  readonly name: string;
  readonly isRequired: boolean;
  readonly field: Field;
}

const depthMax = 6;
/** Of one schema, all depths together. */
const fieldsMax = 300;
const optionsMax = 256;
const alternativesMax = 16;
const nameLettersMax = 256;
const textLettersMax = 500;
export const itemsMost = 256;
export const lettersMost = 1024 * 1024;

/** What a command takes: an object, as it were, however little the schema says. */
export function decodeSchema(schema: Json | undefined): ObjectField | JsonField {
  const field = new Reader().field(schema ?? {}, 0);
  if (field.kind === 'object' || field.kind === 'json') return field;
  return { kind: 'json', ...describedBy({}) };
}

class Reader {
  #left = fieldsMax;

  field(schema: Json, depth: number): Field {
    if (!isObject(schema)) return json({});
    if (this.#left-- <= 0 || depth > depthMax) return json(schema);
    const choice = choiceOf(schema);
    if (choice) return choice;
    const alternatives = member(schema, 'oneOf') ?? member(schema, 'anyOf');
    if (isList(alternatives)) return this.#alternatives(schema, alternatives, depth);
    const type = member(schema, 'type');
    if (isStrings(type)) return this.#ofTypes(schema, type, depth);
    return this.#ofType(schema, typeof type === 'string' ? type : typeBy(schema), depth);
  }

  #ofType(schema: JsonObject, type: string | undefined, depth: number): Field {
    const described = describedBy(schema);
    switch (type) {
      case 'string':
        return { kind: 'text', ...described, ...boundsOfText(schema) };
      case 'number':
      case 'integer':
        return { kind: 'number', ...described, ...rangeOf(schema), isInteger: type === 'integer' };
      case 'boolean':
        return { kind: 'flag', ...described };
      case 'null':
        return { kind: 'choice', ...described, options: [{ label: 'null', value: null }] };
      case 'array':
        return this.#list(schema, depth);
      case 'object':
        return this.#object(schema, depth);
      default:
        return json(schema);
    }
  }

  #ofTypes(schema: JsonObject, types: readonly string[], depth: number): Field {
    const [first, ...more] = types;
    if (first !== undefined && more.length === 0) return this.#ofType(schema, first, depth);
    const options = types.slice(0, alternativesMax).map((type) => ({
      label: type.slice(0, textLettersMax),
      field: this.field({ ...schema, type, title: undefined, description: undefined }, depth + 1),
    }));
    return { kind: 'alternatives', ...describedBy(schema), options };
  }

  #alternatives(schema: JsonObject, all: readonly Json[], depth: number): Field {
    const options = all.slice(0, alternativesMax).map((one, index) => {
      const field = this.field(one, depth + 1);
      return { label: field.title ?? labelOf(field, index), field };
    });
    if (options.length === 0 || all.length > alternativesMax) return json(schema);
    return { kind: 'alternatives', ...describedBy(schema), options };
  }

  #list(schema: JsonObject, depth: number): Field {
    const items = member(schema, 'items');
    if (!isObject(items)) return json(schema);
    return {
      kind: 'list',
      ...describedBy(schema),
      item: this.field(items, depth + 1),
      itemsMin: countOf(schema, 'minItems', 0),
      itemsMax: Math.min(itemsMost, countOf(schema, 'maxItems', itemsMost)),
    };
  }

  /** An object of any names is written as JSON; so is one of whose names too many are there. */
  #object(schema: JsonObject, depth: number): Field {
    const properties = objectMember(schema, 'properties');
    const names = properties ? Object.keys(properties) : [];
    const isOpen = !properties && member(schema, 'additionalProperties') !== false;
    if (isOpen || names.length > this.#left) return json(schema);
    if (names.some((name) => name.length > nameLettersMax)) return json(schema);
    const required = member(schema, 'required');
    const needed = new Set(isList(required) ? required : []);
    const members = names.map((name) => ({
      name,
      isRequired: needed.has(name),
      field: this.field(properties?.[name] ?? {}, depth + 1),
    }));
    return { kind: 'object', ...describedBy(schema), members };
  }
}

/** An enum, a const, or alternatives that are nothing but constants. */
function choiceOf(schema: JsonObject): ChoiceField | undefined {
  const values = valuesOf(schema);
  if (!values || values.length === 0 || values.length > optionsMax) return undefined;
  return { kind: 'choice', ...describedBy(schema), options: values };
}

function valuesOf(schema: JsonObject): ChoiceField['options'] | undefined {
  const all = member(schema, 'enum');
  if (isList(all)) return all.slice(0, optionsMax + 1).map((value) => optionOf(value, undefined));
  if (Object.hasOwn(schema, 'const')) return [optionOf(member(schema, 'const') ?? null, undefined)];
  const alternatives = member(schema, 'oneOf') ?? member(schema, 'anyOf');
  if (!isList(alternatives) || alternatives.length > optionsMax) return undefined;
  const options: ChoiceField['options'][number][] = [];
  for (const one of alternatives) {
    if (!isObject(one) || !Object.hasOwn(one, 'const')) return undefined;
    options.push(optionOf(member(one, 'const') ?? null, stringMember(one, 'title')));
  }
  return options;
}

function optionOf(value: Json, title: string | undefined): ChoiceField['options'][number] {
  const isPlain = typeof value !== 'object' || value === null;
  const plain = typeof value === 'string' ? value : isPlain ? String(value) : 'a value';
  return { label: (title ?? plain).slice(0, textLettersMax), value };
}

/** Where a schema says no type, its other words do. */
function typeBy(schema: JsonObject): string | undefined {
  const has = (...names: readonly string[]) => names.some((name) => Object.hasOwn(schema, name));
  if (has('properties', 'required')) return 'object';
  if (has('items')) return 'array';
  if (has('minLength', 'maxLength', 'pattern')) return 'string';
  return has('minimum', 'maximum') ? 'number' : undefined;
}

function labelOf(field: Field, index: number): string {
  const words: Record<Field['kind'], string> = {
    text: 'text',
    number: 'a number',
    flag: 'yes or no',
    choice: field.kind === 'choice' ? (field.options[0]?.label ?? '') : '',
    list: 'a list',
    object: `form ${index + 1}`,
    alternatives: `form ${index + 1}`,
    json: 'JSON',
  };
  return words[field.kind];
}

function describedBy(schema: JsonObject): Described {
  return {
    title: stringMember(schema, 'title')?.slice(0, textLettersMax),
    about: stringMember(schema, 'description')?.slice(0, textLettersMax),
    standard: member(schema, 'default'),
  };
}

function json(schema: JsonObject): JsonField {
  return { kind: 'json', ...describedBy(schema) };
}

function boundsOfText(schema: JsonObject) {
  return {
    lettersMin: countOf(schema, 'minLength', 0),
    lettersMax: Math.min(lettersMost, countOf(schema, 'maxLength', lettersMost)),
    pattern: stringMember(schema, 'pattern')?.slice(0, textLettersMax),
    format: stringMember(schema, 'format')?.slice(0, textLettersMax),
  };
}

/** The bounds may be numbers of their own, or, as older schemas have it, flags beside them. */
function rangeOf(schema: JsonObject) {
  const above = numberMember(schema, 'exclusiveMinimum');
  const below = numberMember(schema, 'exclusiveMaximum');
  const least = numberMember(schema, 'minimum');
  const most = numberMember(schema, 'maximum');
  const isAbove = above !== undefined && (least === undefined || above >= least);
  const isBelow = below !== undefined && (most === undefined || below <= most);
  return {
    minimum: isAbove ? above : least,
    maximum: isBelow ? below : most,
    isAboveMinimum: isAbove || booleanMember(schema, 'exclusiveMinimum') === true,
    isBelowMaximum: isBelow || booleanMember(schema, 'exclusiveMaximum') === true,
  };
}

function countOf(schema: JsonObject, name: string, otherwise: number): number {
  const count = numberMember(schema, name);
  return count !== undefined && Number.isInteger(count) && count >= 0 ? count : otherwise;
}
