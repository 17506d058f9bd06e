// SPDX-License-Identifier: MIT
// Why one could not come in, in words for a person (docs/protocol.md section 2).

import { sentence } from '../components/format.ts';
import type { ClientState, Refusal } from '@malinka/client';

export interface Trouble {
  readonly title: string;
  readonly text: string;
  /** What the form should point at. */
  readonly field: 'hub' | 'channel' | 'name' | 'password' | undefined;
  /** By Date.now(): when trying again makes sense. */
  readonly retryAt: number | undefined;
}

/** Undefined while there is no trouble. */
export function troubleOf(state: ClientState, now: number): Trouble | undefined {
  if (state.phase === 'refused') return troubleOfRefusal(state.refusal, now);
  if (state.phase === 'replaced') return { ...replaced, retryAt: undefined };
  if (state.phase === 'waiting')
    return {
      title: 'The hub cannot be reached',
      text: `${sentence(state.failure.error)} It will be tried again by itself.`,
      field: 'hub',
      retryAt: state.retryAt,
    };
  return undefined;
}

const replaced = {
  title: 'This name was taken over',
  text: 'Another window joined with your name, so this one was put out.',
  field: 'name',
} as const;

function troubleOfRefusal({ code, error, retryAfterSeconds }: Refusal, now: number): Trouble {
  const said = sentence(error);
  switch (code) {
    case 401:
      return {
        title: 'The password does not open this channel',
        text: `Check it letter by letter, or open the owner’s link again. A channel that is not sealed has another key: see More. The hub says: ${error}`,
        field: 'password',
        retryAt: undefined,
      };
    case 409:
      return {
        title: 'Somebody in the channel has this name',
        text: 'Choose another name, or try again when they have left.',
        field: 'name',
        retryAt: undefined,
      };
    case 429:
      return {
        title: 'Too many wrong passwords',
        text: 'The hub makes everybody at this address wait before it looks at another one.',
        field: 'password',
        retryAt: now + (retryAfterSeconds ?? 60) * 1000,
      };
    case 503:
      return { title: 'The hub is full or stopping', text: said, field: 'hub', retryAt: undefined };
    case 501:
      return {
        title: 'This browser cannot seal',
        text: said,
        field: undefined,
        retryAt: undefined,
      };
    default:
      return {
        title: `The channel cannot be joined (${code})`,
        text: said,
        field: undefined,
        retryAt: undefined,
      };
  }
}
