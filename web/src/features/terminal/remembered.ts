// SPDX-License-Identifier: MIT
// Which terminals this tab of the browser has open on a device, so that a reload takes them up again.

import { booleanMember, isList, isObject, stringMember } from '@malinka/client';
import { readTab, writeTab } from '../../app/storage.ts';
import type { TerminalWish } from './remote_terminal.ts';
import { isSession } from './seat.ts';

/** More are not open at once. */
export const tabsMax = 8;

export interface Place {
  readonly url: string;
  readonly channel: string;
  readonly device: string;
}

/** As they stood side by side. */
export function rememberedTerminals(place: Place): readonly Required<TerminalWish>[] {
  const list = readTab(keyOf(place));
  if (!isList(list)) return [];
  return list
    .filter(isObject)
    .map((one) => ({
      session: stringMember(one, 'session'),
      view: booleanMember(one, 'view') ?? false,
    }))
    .filter(({ session }) => isSession(session))
    .slice(0, tabsMax);
}

export function rememberTerminals(place: Place, terminals: readonly TerminalWish[]): void {
  writeTab(keyOf(place), terminals.length > 0 ? terminals : undefined);
}

function keyOf({ url, channel, device }: Place): string {
  return `terminals ${JSON.stringify([url, channel, device])}`;
}
