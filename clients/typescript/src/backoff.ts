// SPDX-License-Identifier: MIT
// How long to wait before the next attempt: doubling, bounded, and never in step with the others.

export interface BackoffSettings {
  readonly firstMilliseconds: number;
  readonly longestMilliseconds: number;
}

export const defaultBackoff: BackoffSettings = {
  firstMilliseconds: 500,
  longestMilliseconds: 30_000,
};

/**
 * The wait before attempt `attempt` (0 is the first retry): half of it fixed, half of it chance, so
 * that a thousand pages that lost one hub do not return in the same moment.
 */
export function backoffDelay(
  attempt: number,
  settings: BackoffSettings = defaultBackoff,
  random: () => number = Math.random,
): number {
  const doubled = settings.firstMilliseconds * 2 ** Math.min(attempt, 30);
  const bound = Math.min(settings.longestMilliseconds, doubled);
  return bound / 2 + (bound / 2) * random();
}
