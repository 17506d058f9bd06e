// SPDX-License-Identifier: MIT
// What is shown of a file, and what never is.

import { loadPrimitives } from '@malinka/client';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  pattern,
  StreamWorld,
} from '../../../../../clients/typescript/src/testing/stream_world.ts';
import type { Entry } from '../entry.ts';
import { hashInWorker, type Hasher } from '../hashing.ts';
import { untilIn, workerInMemory } from '../testing.ts';
import { fetchContent, type Content } from './content.ts';
import { iconOf, shownAs } from './kind.ts';
import { Preview } from './preview.svelte.ts';
import { textBytesMax, textOf } from './text.ts';

describe('a name', () => {
  test.each([
    ['a.PNG', 'picture', 'image/png'],
    ['a.b.jpeg', 'picture', 'image/jpeg'],
    ['x.svg', 'drawing', 'image/svg+xml'],
    ['x.flac', 'audio', 'audio/flac'],
    ['x.webm', 'video', 'video/webm'],
    ['page.html', 'text', 'text/plain'],
    ['README', 'unknown', 'application/octet-stream'],
    ['x.constructor', 'unknown', 'application/octet-stream'],
    ['.png', 'picture', 'image/png'],
    ['png.', 'unknown', 'application/octet-stream'],
  ])('%j is shown as a %s', (name, kind, type) => expect(shownAs(name)).toEqual({ kind, type }));

  test('has an icon', () => {
    expect(iconOf({ type: 'folder', name: 'a.png' })).toBe('folder');
    expect(iconOf({ type: 'file', name: 'a.png' })).toBe('picture');
    expect(iconOf({ type: 'file', name: 'a.tar.gz' })).toBe('archive');
  });
});

describe('text', () => {
  const bytesOf = (text: string) => new TextEncoder().encode(text);

  test('is what is UTF-8, also where it was cut inside of a character', () => {
    const whole = bytesOf('viele herzliche grüße 😀');
    expect(textOf(whole, false)).toEqual({ text: 'viele herzliche grüße 😀', isExact: true });
    expect(textOf(whole.subarray(0, whole.length - 2), true)).toEqual({
      text: 'viele herzliche grüße ',
      isExact: true,
    });
    expect(textOf(whole.subarray(0, whole.length - 2), false)?.isExact).toBe(false);
  });

  test('of another encoding is shown with what could not be read', () => {
    const latin = Uint8Array.from([...bytesOf('a long line of gr'), 0xfc, 0xdf, ...bytesOf('e')]);
    expect(textOf(latin, false)).toEqual({
      text: 'a long line of gr\ufffd\ufffde',
      isExact: false,
    });
  });

  test('is not what has a NUL, or much that nobody can read', () => {
    expect(textOf(bytesOf('a\0b'), false)).toBeUndefined();
    expect(
      textOf(
        Uint8Array.from({ length: 100 }, (_, at) => 0x80 + at),
        false,
      ),
    ).toBeUndefined();
    expect(textOf(bytesOf('\u001b[31mred\u001b[0m'), false)?.isExact).toBe(true);
    expect(textOf(new Uint8Array(), false)).toEqual({ text: '', isExact: true });
  });
});

describe('what is fetched', () => {
  let it: StreamWorld;
  let hasher: Hasher;
  let stop: AbortController;

  beforeAll(() => loadPrimitives());
  beforeEach(() => {
    it = new StreamWorld();
    hasher = hashInWorker(workerInMemory);
    stop = new AbortController();
  });
  afterEach(() => {
    hasher.stop();
    it.client.close();
  });

  const ends = () => ({ client: it.client, device: 'kitchen', hasher });
  const until = (condition: () => boolean) => untilIn(it, condition);

  function entry(name: string, size: number): Entry {
    const rest = { type: 'file', modified: '2026-11-22T21:48:07Z', mode: '0644' } as const;
    return { name, path: `/srv/${name}`, size, target: undefined, isReachable: true, ...rest };
  }

  async function fetched(file: Entry): Promise<Content> {
    return fetchContent(ends(), file, stop.signal, () => {});
  }

  test('of a long text is no more than is shown, and then it is given up', async () => {
    const content = fetched(entry('long.log', 100_000_000));
    await until(() => it.openings.length === 1);
    const { device } = it.accept(undefined, { ...entry('long.log', 100_000_000) });
    device.send(new TextEncoder().encode('x'.repeat(textBytesMax + 50_000)));
    await until(() => device.aborted !== undefined);
    expect(await content).toEqual({
      is: 'text',
      isCut: true,
      isExact: true,
      text: 'x'.repeat(textBytesMax),
    });
  });

  test('of what is no text is not shown', async () => {
    const content = fetched(entry('data', 1000));
    await until(() => it.openings.length === 1);
    const { device } = it.accept(undefined, { ...entry('data', 1000) });
    device.send(pattern(1000), { value: {} });
    await until(() => device.end !== undefined);
    expect(await content).toMatchObject({ is: 'nothing' });
  });

  test('of a drawing has no origin, and of a picture is given back', async () => {
    const urls = new Set<string>();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = () => (urls.add('blob:1'), 'blob:1');
    URL.revokeObjectURL = (url) => void urls.delete(url);
    try {
      const answer = async () => {
        await until(() => it.connection.last['name'] === 'files.read');
        it.connection.answer('kitchen', { ...entry('a', 1) });
      };
      const drawing = fetched(entry('a.svg', 10));
      await answer();
      expect(await drawing).toMatchObject({
        kind: 'drawing',
        url: expect.stringMatching(/^data:image\/svg/),
      });
      const preview = new Preview(ends());
      preview.show(entry('a.png', 10));
      await until(
        () => it.connection.received.filter(({ name }) => name === 'files.read').length === 2,
      );
      it.connection.answer('kitchen', { ...entry('a', 1) });
      await until(() => preview.content !== undefined);
      expect(urls.size).toBe(1);
      preview.show(entry('b.txt', 10));
      expect(urls.size).toBe(0);
      preview.close();
    } finally {
      Object.assign(URL, { createObjectURL, revokeObjectURL });
    }
  });

  test('of a large picture is nothing before the person agrees', async () => {
    const preview = new Preview(ends());
    preview.show(entry('a.png', 100_000_000));
    await it.settle();
    expect([preview.isAsking, it.openings.length]).toEqual([true, 0]);
    void preview.fetch();
    await until(() => it.openings.length === 1);
    preview.close();
  });
});
