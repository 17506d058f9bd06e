// SPDX-License-Identifier: MIT
// How far a folder on its way is, as the page shows it: looked at often, told of a few times a second.

import { movingShown, problemsMax } from './bounds.ts';

export interface Problem {
  readonly path: string;
  readonly why: string;
}

export interface Moving {
  readonly path: string;
  doneBytes: number;
  totalBytes: number;
}

const publishMilliseconds = 100;

export class TreeState {
  /** Until everything is found, how much there is grows. */
  isLooking = $state(true);
  filesTotal = $state(0);
  foldersTotal = $state(0);
  filesDone = $state(0);
  skipped = $state(0);
  problemCount = $state(0);
  problems = $state.raw<readonly Problem[]>([]);
  /** Those on their way now, the first of them. */
  moving = $state.raw<readonly Moving[]>([]);

  readonly #now = {
    filesTotal: 0,
    foldersTotal: 0,
    filesDone: 0,
    skipped: 0,
    problemCount: 0,
    problems: [] as Problem[],
    moving: new Set<Moving>(),
  };
  #timer: ReturnType<typeof setTimeout> | undefined;

  found(kind: 'file' | 'folder'): void {
    if (kind === 'file') this.#now.filesTotal++;
    else this.#now.foldersTotal++;
    this.#publishSoon();
  }

  foundAll(): void {
    this.isLooking = false;
    this.publish();
  }

  /** What was found is looked for anew. */
  begin(): void {
    this.isLooking = true;
    Object.assign(this.#now, { filesTotal: 0, foldersTotal: 0, problemCount: 0, problems: [] });
    this.publish();
  }

  start(path: string, totalBytes: number): Moving {
    const moving = { path, doneBytes: 0, totalBytes };
    this.#now.moving.add(moving);
    this.#publishSoon();
    return moving;
  }

  moved(moving: Moving, doneBytes: number): void {
    moving.doneBytes = doneBytes;
    this.#publishSoon();
  }

  stop(moving: Moving, how?: 'done' | 'skipped'): void {
    this.#now.moving.delete(moving);
    if (how === 'done') this.#now.filesDone++;
    if (how === 'skipped') this.#now.skipped++;
    this.#publishSoon();
  }

  fail(path: string, why: string): void {
    this.#now.problemCount++;
    if (this.#now.problems.length < problemsMax) this.#now.problems.push({ path, why });
    this.#publishSoon();
  }

  /** Those of these paths are no problem any more. */
  forgive(paths: ReadonlySet<string>): void {
    if (paths.size === 0) return;
    this.#now.problemCount -= paths.size;
    this.#now.problems = this.#now.problems.filter(({ path }) => !paths.has(path));
    this.publish();
  }

  /** What is on its way, in bytes that have arrived. */
  get movingBytes(): number {
    let bytes = 0;
    for (const { doneBytes } of this.#now.moving) bytes += doneBytes;
    return bytes;
  }

  publish(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { problems, moving, ...counts } = this.#now;
    Object.assign(this, counts);
    if (this.problems.length !== problems.length) this.problems = [...problems];
    this.moving = [...moving].slice(0, movingShown).map((one) => ({ ...one }));
  }

  #publishSoon(): void {
    this.#timer ??= setTimeout(() => this.publish(), publishMilliseconds);
  }
}
