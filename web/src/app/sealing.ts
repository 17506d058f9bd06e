// SPDX-License-Identifier: MIT
// Who can read what is said in a channel, in words for a person.

import type { SealLevel } from '@malinka/client';
import type { IconName } from '../components/icons.ts';
import type { SavedSession } from './storage.ts';

export interface SealingWords {
  readonly kind: 'sealed' | 'plain';
  readonly icon: IconName;
  readonly word: string;
  /** Follows the word, for those who hear it. */
  readonly short: string;
  readonly paragraphs: readonly string[];
}

/** `pageHost` is where the page itself came from. */
export function sealingOf(
  { password, sealed }: Pick<SavedSession, 'password' | 'sealed'>,
  level: SealLevel | undefined,
  pageHost: string,
): SealingWords {
  if (password === '')
    return {
      kind: 'plain',
      icon: 'unlock',
      word: 'Open',
      short: 'no password, and everybody on the way can read everything',
      paragraphs: [
        'This channel is open. Whoever knows its name can come in, and the hub can read everything.',
      ],
    };
  if (!sealed)
    return {
      kind: 'plain',
      icon: 'unlock',
      word: 'Not sealed',
      short: 'a password guards it, but the hub can read everything',
      paragraphs: [
        'A password guards this channel, but you chose not to seal it: the hub knows the password and can read everything.',
      ],
    };
  const isViewer = level === 'view';
  return {
    kind: 'sealed',
    icon: isViewer ? 'eye' : 'lock',
    word: isViewer ? 'Sealed, view only' : 'Sealed',
    short: 'only you and the devices can read commands, answers, files and measurements',
    paragraphs: [
      'Only you and the devices can read what is said here: commands, their answers, files, measurements. The hub sees who talks to whom, when, and how much.',
      ...(isViewer ? ['You came with a link that lets you watch, and not command.'] : []),
      `The page itself came from ${pageHost}: it is as honest as who runs that.`,
    ],
  };
}
