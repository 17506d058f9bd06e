// SPDX-License-Identifier: MIT
// A hub's address and the links that bring people to a channel, as the product defines them.

import { fail, succeed, type Result } from './result.ts';

/**
 * The WebSocket address of a hub given as people write it: `ws[s]://HOST[:PORT]`, where `http[s]`
 * means the same and the path is /bus unless given. Errors: 400.
 */
export function busUrl(text: string): Result<string> {
  const trimmed = text.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `ws://${trimmed}`;
  let url: URL;
  try {
    url = new URL(address.replace(/^http(s?):\/\//i, 'ws$1://'));
  } catch {
    return fail(400, 'this is not an address: write ws://HOST:PORT');
  }
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:')
    return fail(400, 'a hub’s address begins with ws:// or wss://');
  if (url.username || url.password) return fail(400, 'a password does not belong into the address');
  url.pathname = url.pathname === '/' ? '/bus' : url.pathname;
  url.hash = '';
  url.search = '';
  return succeed(url.href);
}

export interface Invitation {
  readonly channel: string;
  readonly password: string;
}

/** A link as it is given to people, `http[s]://HOST[:PORT]/#CHANNEL/PASSWORD`: the hub, and the rest. */
export function invitationOfLink(
  text: string,
): (Invitation & { readonly hub: string }) | undefined {
  let link: URL;
  try {
    link = new URL(text.trim());
  } catch {
    return undefined;
  }
  const invitation = invitationOf(link.hash);
  const hub = busUrl(link.origin);
  if (!/^https?:$/.test(link.protocol) || !hub.ok || !invitation) return undefined;
  return { ...invitation, hub: hub.value };
}

/** What a link's fragment, `#CHANNEL/PASSWORD`, each percent-encoded, invites to. */
export function invitationOf(fragment: string): Invitation | undefined {
  const [channel, password, ...more] = fragment.replace(/^#/, '').split('/');
  if (!channel || password === undefined || more.length > 0) return undefined;
  try {
    return { channel: decodeURIComponent(channel), password: decodeURIComponent(password) };
  } catch {
    return undefined;
  }
}
