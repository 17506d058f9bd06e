// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { sealingOf } from './sealing.ts';

test.each([
  [{ password: '', sealed: true }, undefined, 'plain', 'unlock', 'Open'],
  [{ password: 'x', sealed: false }, undefined, 'plain', 'unlock', 'Not sealed'],
  [{ password: 'x', sealed: true }, undefined, 'sealed', 'lock', 'Sealed'],
  [{ password: 'x', sealed: true }, 'control', 'sealed', 'lock', 'Sealed'],
  [{ password: 'x', sealed: true }, 'view', 'sealed', 'eye', 'Sealed, view only'],
] as const)('%j at level %s is %s', (settings, level, kind, icon, word) => {
  expect(sealingOf(settings, level, 'hub')).toMatchObject({ kind, icon, word });
});

test('a page is as honest as who serves it, and says who that is', () => {
  const { paragraphs } = sealingOf({ password: 'x', sealed: true }, 'control', 'hub.example');
  expect(paragraphs.join()).toContain('hub.example');
});
