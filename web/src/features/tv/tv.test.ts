// SPDX-License-Identifier: MIT
import type { JsonObject } from '@malinka/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StreamWorld } from '../../../../clients/typescript/src/testing/stream_world.ts';
import { untilIn } from '../files/testing.ts';
import { Remotes, type Remote } from './remotes.svelte.ts';
import { decodeNews, decodeStatus, withNews, type TvStatus } from './status.ts';
import { focusWords, titleWords, volumeObstacle, volumeWords } from './words.ts';

function statusOf(value: JsonObject): TvStatus {
  const status = decodeStatus(value);
  if (!status) throw new Error('this is a status');
  return status;
}

describe('a status', () => {
  test('is what the device says of its TV', () => {
    const status = statusOf({
      power: 'on',
      focused: true,
      volumePercent: 30,
      muted: false,
      name: 'TV',
      vendor: 'LG',
      ports: [{ device: '/dev/cec0', physicalAddress: '1.0.0.0', hasTv: true }],
    });
    expect(focusWords(status)).toBe('Shows this device');
    expect(volumeWords(status)).toBe('Volume 30 %');
    expect(titleWords(status)).toBe('LG TV');
    expect(status.ports).toMatchObject([{ device: '/dev/cec0', hasTv: true }]);
  });

  test.each([null, [], 'on', {}, { power: 7 }, { power: 'ON' }, { power: 'on\n' }, { power: {} }])(
    'of %j is none',
    (value) => {
      expect(decodeStatus(value)).toBeUndefined();
      expect(decodeNews(value)).toBeUndefined();
    },
  );

  test('has no member of the wrong kind, and no volume that there is none of', () => {
    const wrong = { power: 'on', focused: 'yes', muted: 1, name: {}, vendor: [], ports: 'many' };
    expect(statusOf(wrong)).toMatchObject({
      focused: undefined,
      muted: undefined,
      name: undefined,
      vendor: undefined,
      ports: [],
    });
    for (const volumePercent of [-1, 101, 1e308, '30', null])
      expect(statusOf({ power: 'on', volumePercent }).volumePercent).toBeUndefined();
  });

  test('has as many ports as a machine may have, whatever they are', () => {
    const ports = Array.from({ length: 10_000 }, () => ({ device: 1, hasTv: 'yes' }));
    const status = statusOf({ power: 'on', ports: [null, 'x', ...ports] });
    expect(status.ports.length).toBe(16);
    expect(status.ports[0]).toMatchObject({ device: '?', hasTv: false });
  });

  test('of a TV that goes to sleep keeps what does not change', () => {
    const status = statusOf({ power: 'on', volumePercent: 30, muted: true, name: 'TV' });
    const asleep = withNews(status, { power: 'standby', focused: undefined });
    expect(asleep).toMatchObject({ power: 'standby', volumePercent: undefined, name: 'TV' });
    expect(withNews(status, { power: 'on', focused: true })).toMatchObject({ volumePercent: 30 });
    expect(withNews(undefined, { power: 'on', focused: true })).toBeUndefined();
  });
});

describe('the volume', () => {
  test.each(['standby', 'turning off'])('cannot be changed in %s', (power) => {
    expect(volumeObstacle(statusOf({ power }))).toBe('Turn the TV on first');
  });

  test('of an amplifier can be changed while the TV sleeps', () => {
    expect(volumeObstacle(statusOf({ power: 'standby', volumePercent: 30 }))).toBe('');
  });

  test.each(['on', 'turning on', 'unknown'])('may be changed where the power is %s', (power) => {
    expect(volumeObstacle(statusOf({ power }))).toBe('');
  });
});

describe('a remote', () => {
  let it: StreamWorld;
  let remotes: Remotes;
  let remote: Remote;

  beforeEach(() => {
    it = new StreamWorld();
    remotes = new Remotes(it.client);
    remote = remotes.of('kitchen');
  });
  afterEach(() => {
    remotes.stop();
    it.client.close();
  });

  const asked = (name: string) => it.connection.received.filter((one) => one['name'] === name);

  function answer(name: string, response: JsonObject, value?: JsonObject) {
    const requestId = JSON.stringify(asked(name).at(-1)?.['id']);
    it.say({ value, response: { requestId, ...response } } as Parameters<typeof it.say>[0]);
  }

  test('shows what the TV says, and takes one key at a time', async () => {
    void remote.tell('tv.on');
    void remote.tell('tv.off');
    await untilIn(it, () => asked('tv.on').length === 1);
    expect(remote.isBusy).toBe(true);
    expect(asked('tv.off')).toEqual([]);
    answer('tv.on', { success: true, responseCode: 200 }, { power: 'on' });
    await untilIn(it, () => !remote.isBusy);
    expect(remote.status?.power).toBe('on');
  });

  test('says why the TV was not told', async () => {
    void remote.tell('tv.on');
    await untilIn(it, () => asked('tv.on').length === 1);
    answer('tv.on', { success: false, responseCode: 500, error: 'no TV answers here' });
    await untilIn(it, () => remote.problem !== '');
    expect(remote.problem).toBe('no TV answers here');
  });

  test('says so where the answer is none', async () => {
    void remote.tell('tv.status');
    await untilIn(it, () => asked('tv.status').length === 1);
    answer('tv.status', { success: true, responseCode: 200 }, { power: 'sideways' });
    await untilIn(it, () => remote.problem !== '');
    expect(remote.status).toBeUndefined();
  });
});
