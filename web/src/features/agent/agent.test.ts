// SPDX-License-Identifier: MIT
import { Client } from '@malinka/client';
import { describe, expect, test } from 'vitest';
import { FakeBus } from '../../../../clients/typescript/src/testing/fake_bus.ts';
import { decodeDescription, grantOf } from './description.ts';
import { Devices } from './devices.svelte.ts';

const description = decodeDescription({
  version: '1',
  simulated: true,
  capabilities: [
    { name: 'files', level: 'view', commands: [{ name: 'files.list' }] },
    { name: 'shell', level: 'deny', reason: 'the channel is open' },
    { name: 'tv', level: 'everything' },
  ],
});

describe('a grant', () => {
  test('is what the device’s policy says', () => {
    expect(grantOf(description, 'files', 'view').granted).toBe(true);
    expect(grantOf(description, 'files', 'control').reason).toContain('viewing only');
    expect(grantOf(description, 'shell', 'view').reason).toBe('The channel is open.');
  });

  test('is not given for what is unknown', () => {
    expect(grantOf(description, 'camera', 'view').granted).toBe(false);
    expect(grantOf(description, 'tv', 'view').granted).toBe(false);
  });

  test('may be tried before the device has described itself', () => {
    expect(grantOf(undefined, 'shell', 'control').granted).toBe(true);
  });
});

test.each([null, [], 'x', {}, { capabilities: {} }])('%j describes nothing', (value) => {
  expect(decodeDescription(value)).toBeUndefined();
});

describe('the devices of a channel', () => {
  function joined(subscribers: readonly string[], devices: readonly string[]) {
    const bus = new FakeBus();
    const client = new Client({
      url: 'ws://hub/bus',
      channel: 'home',
      subscriber: 'phone',
      open: bus.open,
    });
    const list = new Devices(client);
    client.connect();
    bus.latest.admit(subscribers, { devices });
    return { bus, list, client };
  }

  test('are told from people, and each is asked to describe itself', () => {
    const { bus, list, client } = joined(['kitchen', 'anna'], ['kitchen']);
    expect(list.all.map(({ name }) => name)).toEqual(['kitchen']);
    expect(list.people).toEqual(['anna']);
    expect(bus.latest.last).toMatchObject({ name: 'agent.describe', recipients: ['kitchen'] });
    client.close();
  });

  test('stay listed when they leave, and come back', () => {
    const { bus, list, client } = joined(['kitchen'], ['kitchen']);
    const say = (name: string, value: object) =>
      bus.latest.say({
        messageType: 'Broadcast',
        name,
        originator: '@hub',
        value: { subscriber: 'kitchen', ...value },
      });
    say('hub.left', { reason: 'lost' });
    expect(list.find('kitchen')?.isPresent).toBe(false);
    say('hub.joined', { device: true });
    expect(list.find('kitchen')?.isPresent).toBe(true);
    client.close();
  });

  test('that left are forgotten when there are too many of them', () => {
    const names = Array.from({ length: 100 }, (_, index) => `d${index}`);
    const { bus, list, client } = joined(names, names);
    for (const subscriber of names)
      bus.latest.say({
        messageType: 'Broadcast',
        name: 'hub.left',
        originator: '@hub',
        value: { subscriber },
      });
    expect(list.all.length).toBeLessThanOrEqual(65);
    client.close();
  });
});
