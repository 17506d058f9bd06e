// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { busUrl, invitationOf, invitationOfLink } from './address.ts';
import { problemOfName } from './names.ts';

describe('a hub’s address', () => {
  test.each([
    ['ws://127.0.0.1:31415', 'ws://127.0.0.1:31415/bus'],
    ['http://hub.example', 'ws://hub.example/bus'],
    ['https://hub.example:8443/', 'wss://hub.example:8443/bus'],
    ['wss://hub.example/somewhere/bus', 'wss://hub.example/somewhere/bus'],
    ['pi.local:31415', 'ws://pi.local:31415/bus'],
    ['  ws://hub#home/secret ', 'ws://hub/bus'],
  ])('%j is %s', (text, url) => {
    expect(busUrl(text)).toEqual({ ok: true, value: url });
  });

  test.each(['', 'ws://', 'ftp://hub', 'javascript:alert(1)', 'ws://me:secret@hub'])(
    '%j is refused',
    (text) => {
      expect(busUrl(text).ok).toBe(false);
    },
  );
});

describe('a link’s fragment', () => {
  test.each([
    ['#home/secret', { channel: 'home', password: 'secret' }],
    ['#a%2Fb/%C3%A9%20%2F', { channel: 'a/b', password: 'é /' }],
    ['#home/', { channel: 'home', password: '' }],
  ])('%s invites', (fragment, invitation) => {
    expect(invitationOf(fragment)).toEqual(invitation);
  });

  test.each(['', '#', '#home', '#/secret', '#a/b/c', '#%zz/x'])(
    '%j invites nowhere',
    (fragment) => {
      expect(invitationOf(fragment)).toBeUndefined();
    },
  );
});

describe('a link', () => {
  test.each([
    ['http://hub:31415/#home/secret', 'ws://hub:31415/bus'],
    [' https://hub.example/#home/secret\n', 'wss://hub.example/bus'],
  ])('%j has a hub and an invitation', (text, hub) => {
    expect(invitationOfLink(text)).toEqual({ hub, channel: 'home', password: 'secret' });
  });

  test.each([
    '',
    'home',
    'http://hub/',
    'http://hub/#home',
    'javascript:x#home/y',
    'ws://hub/#a/b',
  ])('%j is none', (text) => {
    expect(invitationOfLink(text)).toBeUndefined();
  });
});

describe('a name', () => {
  test.each(['kitchen', 'Küche', '<script>', 'a'.repeat(128), '😀'.repeat(32)])(
    'may be %j',
    (name) => {
      expect(problemOfName(name)).toBeUndefined();
    },
  );

  test.each(['', '*', '@hub', 'a\nb', 'a\u0085b', 'a'.repeat(129), '😀'.repeat(33), '\ud800'])(
    'may not be %j',
    (name) => {
      expect(problemOfName(name)).toBeDefined();
    },
  );
});
