// SPDX-License-Identifier: MIT
// Which device and panel is open. It lives in the history's state, never in the address, so that
// the browser's Back works and an address tells nothing.

import { isObject, stringMember } from '@malinka/client';
import { firstPanel } from './panels.ts';

export interface Route {
  /** Undefined: the list of devices. */
  readonly device: string | undefined;
  /** The name of a panel, which this device need not have. */
  readonly panel: string;
}

const start: Route = { device: undefined, panel: firstPanel };
/** A reload stays where it was. */
let current = $state.raw<Route>(routeOf(history.state));

export function route(): Route {
  return current;
}

export function go(next: Route): void {
  if (next.device === current.device && next.panel === current.panel) return;
  current = next;
  history.pushState({ ...next }, '');
}

/** As go(), but Back does not lead to where we are now. */
export function replaceRoute(next: Route): void {
  current = next;
  history.replaceState({ ...next }, '');
}

export function followHistory(): () => void {
  const onPopState = (event: PopStateEvent) => (current = routeOf(event.state));
  window.addEventListener('popstate', onPopState);
  return () => window.removeEventListener('popstate', onPopState);
}

function routeOf(state: unknown): Route {
  if (!isObject(state)) return start;
  return {
    device: stringMember(state, 'device'),
    panel: stringMember(state, 'panel') ?? start.panel,
  };
}
