// SPDX-License-Identifier: MIT
import { Client } from '@malinka/client';
import { describe, expect, test } from 'vitest';
import { FakeBus } from '../../../../clients/typescript/src/testing/fake_bus.ts';
import { currentQuestion } from '../../components/dialogs.svelte.ts';
import { decodeDescription, forViewer, grantOf } from './description.ts';
import { Identities } from './identities.svelte.ts';
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

  test('is to watch at most for one who came with a link to watch', () => {
    const all = decodeDescription({ capabilities: [{ name: 'files', level: 'control' }] });
    const viewers = all && forViewer(all);
    expect(grantOf(viewers, 'files', 'view').granted).toBe(true);
    expect(grantOf(viewers, 'files', 'control')).toMatchObject({
      granted: false,
      reason: expect.stringContaining('watch only') as string,
    });
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

describe('the identities of a channel', () => {
  const changed = {
    name: 'kitchen',
    state: 'changed',
    key: '00',
    fingerprint: 'new',
    remembered: 'old',
  } as const;

  function listening() {
    const client = new Client({
      url: 'ws://hub/bus',
      channel: 'home',
      subscriber: 'phone',
      open: new FakeBus().open,
    });
    const trusted: string[][] = [];
    client.trust = (...what) => trusted.push(what) > 0;
    return { client, identities: new Identities(client), trusted };
  }

  test('one that changed is asked about once, and refused unless the person trusts it', async () => {
    const { client, identities, trusted } = listening();
    client.identityMet.emit(changed);
    client.identityMet.emit(changed);
    const question = currentQuestion();
    expect(question?.facts?.map(({ value }) => value)).toEqual(['old', 'new']);
    question?.answer({ is: 'refused' });
    expect(currentQuestion()).toBeUndefined();
    const decided = identities.decide(changed);
    currentQuestion()?.answer({ is: 'agreed', text: '' });
    await decided;
    expect(trusted).toEqual([['kitchen', 'new']]);
  });

  test('what did not arrive is counted, and only as this client says it', () => {
    const { client, identities } = listening();
    const value = { from: { kitchen: { broadcasts: 2, responses: 1 } } };
    for (const from of ['@client', 'kitchen', '@client'])
      client.eventReceived.emit({ from, name: 'seal.lost', value, blob: undefined });
    expect(identities.lostOf('kitchen')).toBe(6);
    expect(identities.lostOf('hall')).toBe(0);
  });
});
