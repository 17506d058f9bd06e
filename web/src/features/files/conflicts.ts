// SPDX-License-Identifier: MIT
// What becomes of files whose names are taken: asked once for all that were given at once.

import { ask, confirm } from '../../components/dialogs.svelte.ts';

export type Wish = 'replace' | 'skip' | 'cancel';

export class Conflicts {
  readonly #count: number;
  #wish: Promise<Wish> | undefined;

  /** So many files may meet one of their name. */
  constructor(count: number) {
    this.#count = count;
  }

  /** The person's wish for this one and, once it was said, for every other. */
  ask(name: string): Promise<Wish> {
    if (this.#count === 1) return askForOne(name);
    return (this.#wish ??= askForAll(name));
  }
}

async function askForOne(name: string): Promise<Wish> {
  const agrees = await confirm({
    title: `Replace “${name}”?`,
    text: 'There is a file of this name already. Its content will be lost.',
    action: 'Replace',
    danger: true,
  });
  return agrees ? 'replace' : 'skip';
}

async function askForAll(name: string): Promise<Wish> {
  const answer = await ask({
    title: 'Some files are there already',
    text: `“${name}” is the first of them. Replacing loses what is in them; skipping leaves them as they are. This counts for all.`,
    action: 'Replace all',
    alternative: 'Skip those',
    danger: true,
  });
  return answer.is === 'agreed' ? 'replace' : answer.is === 'alternative' ? 'skip' : 'cancel';
}
