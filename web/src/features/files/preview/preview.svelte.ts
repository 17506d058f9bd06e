// SPDX-License-Identifier: MIT
// The one file that is looked at: what is fetched of it, and given back when another is.

import { sentence } from '../../../components/format.ts';
import type { Entry } from '../entry.ts';
import type { Ends } from '../job.ts';
import { bytesToFetch, fetchContent, previewBytesAsked, release, type Content } from './content.ts';

export class Preview {
  entry = $state.raw<Entry>();
  content = $state.raw<Content>();
  error = $state('');
  doneBytes = $state(0);
  /** It is large, and waits for the person's word. */
  isAsking = $state(false);

  readonly #ends: Ends;
  #stop = new AbortController();

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  show(entry: Entry): void {
    this.close();
    this.entry = entry;
    this.isAsking = bytesToFetch(entry) > previewBytesAsked;
    if (!this.isAsking) void this.fetch();
  }

  /** Also where it is large. */
  async fetch(): Promise<void> {
    const { entry } = this;
    if (entry === undefined) return;
    this.isAsking = false;
    this.error = '';
    const { signal } = (this.#stop = new AbortController());
    try {
      const moved = (bytes: number) => {
        if (!signal.aborted) this.doneBytes = bytes;
      };
      const content = await fetchContent(this.#ends, entry, signal, moved);
      if (signal.aborted) release(content);
      else this.content = content;
    } catch (error) {
      if (!signal.aborted)
        this.error = sentence(String(error instanceof Error ? error.message : error));
    }
  }

  /** The browser could not make sense of what was fetched. */
  refuse(): void {
    release(this.content);
    this.content = {
      is: 'nothing',
      why: 'This browser cannot show it: it may be damaged, or of another kind than its name says.',
    };
  }

  close(): void {
    this.#stop.abort();
    release(this.content);
    this.entry = undefined;
    this.content = undefined;
    this.error = '';
    this.doneBytes = 0;
    this.isAsking = false;
  }
}
