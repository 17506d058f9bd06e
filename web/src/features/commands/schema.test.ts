// SPDX-License-Identifier: MIT
import type { Json } from '@malinka/client';
import { describe, expect, test } from 'vitest';
import commands from '../../../../spec/commands.json';
import { Draft, rangeWords } from './draft.svelte.ts';
import { jsonText } from './json_text.ts';
import { decodeSchema, type Field } from './schema.ts';

/** The one member of an object's schema. */
function fieldOf(schema: Json): Field {
  const field = decodeSchema({ type: 'object', properties: { it: schema } });
  const [first] = field.kind === 'object' ? field.members : [];
  if (!first) throw new Error('it has no member');
  return first.field;
}

/** A draft of that schema with this text in it. */
function written(schema: Json, text: string, isRequired = true): Draft {
  const draft = new Draft(fieldOf(schema), isRequired);
  draft.text = text;
  return draft;
}

describe('a schema', () => {
  test('of a device’s command becomes fields with names, ranges, and what is needed', () => {
    const field = decodeSchema({
      type: 'object',
      required: ['path', 7],
      properties: {
        path: { type: 'string', minLength: 1, description: 'absolute' },
        limit: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
        share: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
        deep: { type: 'boolean' },
        order: { enum: ['up', 'down', 3, null] },
        sides: { oneOf: [{ const: 1, title: 'left' }, { const: 2 }] },
        line: { type: ['integer', 'string'] },
        names: { type: 'array', items: { type: 'string' }, maxItems: 3 },
        inner: { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
      },
    });
    expect(field).toMatchObject({
      kind: 'object',
      members: [
        {
          name: 'path',
          isRequired: true,
          field: { kind: 'text', lettersMin: 1, about: 'absolute' },
        },
        {
          name: 'limit',
          isRequired: false,
          field: { kind: 'number', isInteger: true, standard: 10 },
        },
        { name: 'share', field: { kind: 'number', minimum: 0, isAboveMinimum: true } },
        { name: 'deep', field: { kind: 'flag' } },
        {
          name: 'order',
          field: { kind: 'choice', options: [{}, {}, { value: 3 }, { value: null }] },
        },
        { name: 'sides', field: { kind: 'choice', options: [{ label: 'left' }, { label: '2' }] } },
        {
          name: 'line',
          field: {
            kind: 'alternatives',
            options: [
              { label: 'integer', field: { kind: 'number' } },
              { label: 'string', field: { kind: 'text' } },
            ],
          },
        },
        { name: 'names', field: { kind: 'list', item: { kind: 'text' }, itemsMax: 3 } },
        { name: 'inner', field: { kind: 'object', members: [{ name: 'a', isRequired: true }] } },
      ],
    });
  });

  test.each(Object.entries(commands.commands))('of %s is understood whole', (_name, command) => {
    const parameters = (command as { readonly parameters: Json }).parameters;
    expect(kindsIn(decodeSchema(parameters))).not.toContain('json');
  });

  test.each([undefined, null, 7, 'x', [], {}, { type: 7 }, { type: 'string' }, { type: [] }])(
    '%j is no more than a field for JSON',
    (schema) => {
      expect(decodeSchema(schema as Json).kind).toBe('json');
    },
  );

  test.each([
    { type: 'array' },
    { type: 'object' },
    { $ref: '#/definitions/entry' },
    { type: 'array', items: [{ type: 'string' }] },
    { enum: [] },
    { oneOf: [] },
    { allOf: [{ type: 'string' }] },
    { oneOf: Array.from({ length: 17 }, () => ({ type: 'string' })) },
    { enum: Array.from({ length: 257 }, (_, at) => at) },
    true,
  ] as Json[])('what is not understood is written as JSON: %j', (schema) => {
    expect(fieldOf(schema).kind).toBe('json');
  });

  test('that is endlessly deep ends, and so does one that is endlessly wide', () => {
    let deep: Json = { type: 'string' };
    for (let depth = 0; depth < 900; depth++)
      deep = { type: 'object', properties: { a: deep, b: { type: 'array', items: deep } } };
    const wide = Array.from({ length: 100_000 }, (_, at) => [`m${at}`, { type: 'string' }]);
    expect(kindsIn(decodeSchema(deep)).length).toBeLessThan(500);
    expect(
      decodeSchema({ type: 'object', properties: Object.fromEntries(wide) as Json }).kind,
    ).toBe('json');
    const fan: Json[] = [{ type: 'string' }];
    for (let depth = 0; depth < 8; depth++)
      fan.unshift({ anyOf: Array.from({ length: 16 }, () => fan[0] as Json) });
    expect(kindsIn(fieldOf(fan[0] as Json)).length).toBeLessThan(5500);
  });

  test('cannot make the page run its regular expressions, and its words are cut', () => {
    const evil = '^(a+)+$';
    const draft = written({ type: 'string', pattern: evil }, `${'a'.repeat(60)}!`);
    const begun = performance.now();
    expect(draft.take().is).toBe('given');
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(draft.field).toMatchObject({ pattern: evil });
    const long = 'x'.repeat(1_000_000);
    const field = fieldOf({ type: 'string', title: long, description: long, pattern: long });
    expect(JSON.stringify(field).length).toBeLessThan(3000);
  });
});

describe('what is written', () => {
  test.each([
    [{ type: 'integer', minimum: 1, maximum: 10 }, '10', 10],
    [{ type: 'integer' }, ' -3 ', -3],
    [{ type: 'number', exclusiveMinimum: 0 }, '0.5', 0.5],
    [{ type: 'number' }, '1e3', 1000],
    [{ type: 'string', maxLength: 2 }, '🍓🍓', '🍓🍓'],
    [
      { type: ['object'], additionalProperties: {} },
      '{"__proto__":[1]}',
      JSON.parse('{"__proto__":[1]}'),
    ],
  ] as [Json, string, Json][])('as %j, “%s” is taken', (schema, text, value) => {
    expect(written(schema, text).take()).toEqual({ is: 'given', value });
  });

  test.each([
    [{ type: 'integer', minimum: 1, maximum: 10 }, '11', 'A whole number, 1 to 10.'],
    [{ type: 'integer', minimum: 1 }, '0', 'at least 1'],
    [{ type: 'integer' }, '1.5', 'A whole number.'],
    [{ type: 'integer' }, '9007199254740993', 'A whole number.'],
    [{ type: 'integer' }, '0x10', 'A whole number.'],
    [{ type: 'number' }, '1,000', 'A number.'],
    [{ type: 'number' }, 'Infinity', 'A number.'],
    [{ type: 'number' }, '1e999', 'A number.'],
    [{ type: 'number', exclusiveMinimum: 0 }, '0', 'more than 0'],
    [{ type: 'string', minLength: 3 }, 'ab', 'At least 3 letters.'],
    [{ type: 'string', maxLength: 1 }, 'ab', 'At most 1 letter; these are 2.'],
    [{ type: 'string' }, '', 'This is needed.'],
    [{}, '{', 'no JSON'],
  ] as [Json, string, string][])('as %j, “%s” is refused beside its field', (schema, text, why) => {
    const draft = written(schema, text);
    expect(draft.take().is).toBe('wrong');
    expect(draft.problem).toContain(why);
    expect(draft.firstWrong()).toBe(draft);
  });

  test('and left out where it may be, is not sent', () => {
    const field = decodeSchema({
      type: 'object',
      properties: {
        text: { type: 'string' },
        number: { type: 'number' },
        flag: { type: 'boolean' },
        choice: { enum: ['a', 'b'] },
        list: { type: 'array', items: { type: 'string' } },
        inner: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        either: { type: ['string', 'integer'] },
      },
    });
    expect(new Draft(field, true).take()).toEqual({ is: 'given', value: {} });
  });

  test('makes lists and objects, each with its own errors', () => {
    const field = decodeSchema({
      type: 'object',
      required: ['lines'],
      properties: {
        lines: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['line', 'value'],
            properties: { line: { type: ['integer', 'string'] }, value: { enum: [0, 1] } },
          },
        },
      },
    });
    const draft = new Draft(field, true);
    const lines = draft.parts[0]!.draft;
    const [line, value] = lines.parts[0]!.draft.parts.map((part) => part.draft);
    expect(draft.take().is).toBe('wrong');
    expect(value?.problem).toBe('This is needed.');
    line!.parts[0]!.draft.text = '17';
    value!.choose(1);
    expect(draft.take()).toEqual({ is: 'given', value: { lines: [{ line: 17, value: 1 }] } });
    line!.choose(1);
    line!.parts[0]!.draft.text = 'lamp';
    expect(draft.take()).toEqual({ is: 'given', value: { lines: [{ line: 'lamp', value: 1 }] } });
    lines.remove(0);
    expect(draft.take().is).toBe('wrong');
    expect(lines.problem).toContain('At least 1');
  });

  test('goes into members of the names that the device gave, whatever they are', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
    const draft = new Draft(decodeSchema({ type: 'object', properties }), true);
    for (const part of draft.parts) part.draft.text = part.name;
    const taken = draft.take();
    const text = JSON.stringify(taken.is === 'given' ? taken.value : undefined);
    expect(text).toBe(
      '{"__proto__":"__proto__","constructor":"constructor","toString":"toString"}',
    );
    expect(Object.prototype).not.toHaveProperty('text');
  });

  test('is blamed by the device in its own words', () => {
    const draft = new Draft(
      decodeSchema({
        type: 'object',
        required: ['list'],
        properties: { list: { type: 'array', items: { type: 'integer' } } },
      }),
      true,
    );
    expect(draft.complain(['list', '0'], 'Too many.')).toBe(true);
    expect(draft.firstWrong()?.problem).toBe('Too many.');
    expect(draft.complain(['list', '9'], 'x')).toBe(false);
    expect(draft.complain(['nothing'], 'x')).toBe(false);
  });

  test('may be as much as the schema says, and never more than the page bears', () => {
    const schema = { type: 'array', minItems: 5, maxItems: 1e9, items: { type: 'string' } };
    const draft = new Draft(fieldOf(schema), true);
    for (let count = 0; count < 1000; count++) draft.add();
    expect(draft.parts.length).toBe(256);
    const endless = { type: 'array', minItems: 1e9, items: { type: 'string' } };
    expect(new Draft(fieldOf(endless), true).parts.length).toBe(1);
    const nested = { type: 'array', minItems: 1e9, items: { ...endless, items: endless } };
    const lists = new Draft(fieldOf(nested), true);
    expect(lists.parts[0]?.draft.parts.length).toBe(1);
  });

  test.each([
    [{ minimum: 1, maximum: 5 }, '1 to 5'],
    [{ exclusiveMinimum: 0, maximum: 5 }, 'more than 0, at most 5'],
    [{ minimum: 0, exclusiveMinimum: true }, 'more than 0'],
    [{ maximum: 9 }, 'at most 9'],
    [{}, ''],
  ])('%j is said as “%s”', (range, words) => {
    const field = fieldOf({ type: 'number', ...range });
    expect(field.kind === 'number' && rangeWords(field)).toBe(words);
  });
});

describe('a reply', () => {
  test('is written as JSON that reads back', () => {
    const value = { a: [1, 'two', null, true, {}], b: { c: [] } };
    const { text, isCut } = jsonText(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.split('\n')[1]).toBe('  "a": [');
    expect(isCut).toBe(false);
  });

  test('shows letters that would turn or hide others by their numbers', () => {
    expect(jsonText('a\u202eb\u0000c\u200b').text).toBe('"a\\u202eb\\u0000c\\u200b"');
    expect(jsonText({ '\u2066x': 1 }).text).toContain('"\\u2066x": 1');
  });

  test('that is long, wide or deep is cut, and told so', () => {
    let deep: Json = [];
    for (let depth = 0; depth < 1000; depth++) deep = [deep];
    const wide = Array.from({ length: 1_000_000 }, (_, at) => at);
    for (const value of ['x'.repeat(1_000_000), wide, deep, Array(1000).fill(deep)] as Json[]) {
      const { text, isCut } = jsonText(value);
      expect(isCut).toBe(true);
      expect(text.length).toBeLessThan(130_000);
    }
  });
});

function kindsIn(field: Field): readonly string[] {
  switch (field.kind) {
    case 'object':
      return [field.kind, ...field.members.flatMap((member) => kindsIn(member.field))];
    case 'list':
      return [field.kind, ...kindsIn(field.item)];
    case 'alternatives':
      return [field.kind, ...field.options.flatMap((option) => kindsIn(option.field))];
    default:
      return [field.kind];
  }
}
