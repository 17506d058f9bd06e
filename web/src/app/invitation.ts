// SPDX-License-Identifier: MIT
// Takes the channel and password out of a link. Nothing of them stays in the address bar, and nothing
// in the history.

import { busUrl, invitationOf, type Invitation } from '@malinka/client';

/** Call it before anything else looks at the address. */
export function takeInvitation(): Invitation | undefined {
  const invitation = invitationOf(location.hash);
  if (location.hash !== '')
    history.replaceState(history.state, '', location.pathname + location.search);
  return invitation;
}

/** The hub that served this page, unless it came from somewhere that is none. */
export function ownHub(): string {
  const own = busUrl(new URL('/bus', location.href).href);
  return own.ok ? own.value : '';
}
