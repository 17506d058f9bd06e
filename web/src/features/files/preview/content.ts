// SPDX-License-Identifier: MIT
// Fetches what is to be shown of a file: of text the beginning, else all of it, within bounds.

import { encodeBase64, type Client } from '@malinka/client';
import { Download } from '../download.ts';
import type { Entry } from '../entry.ts';
import type { Ends } from '../job.ts';
import { openMilliseconds } from '../job.ts';
import type { Sink } from '../sink.ts';
import { shownAs, type Kind } from './kind.ts';
import { textBytesMax, textOf, type Text } from './text.ts';

/** What is larger is fetched when the person says so. */
export const previewBytesAsked = 32 * 1024 * 1024;
/** What is larger is not shown: all of it would have to be in memory. */
export const previewBytesMax = 512 * 1024 * 1024;
/** A drawing is text that the browser takes apart. */
const drawingBytesMax = 8 * 1024 * 1024;

export type Content =
  | { readonly is: 'media'; readonly kind: Exclude<Kind, 'text' | 'unknown'>; readonly url: string }
  /** `isCut`: the file goes on behind it. */
  | ({ readonly is: 'text'; readonly isCut: boolean } & Text)
  | { readonly is: 'nothing'; readonly why: string };

/** What it would cost to show it. */
export function bytesToFetch({ name, size }: Entry): number {
  const { kind } = shownAs(name);
  return kind === 'text' || kind === 'unknown' ? Math.min(size, textBytesMax) : size;
}

/** Throws what went wrong. The caller gives the URL back with release(). */
export async function fetchContent(
  ends: Ends,
  entry: Entry,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<Content> {
  const { kind, type } = shownAs(entry.name);
  if (kind === 'text' || kind === 'unknown') return fetchText(ends, entry, signal);
  if (entry.size > (kind === 'drawing' ? drawingBytesMax : previewBytesMax))
    return { is: 'nothing', why: 'It is too large to be shown here.' };
  const bytes = await fetchWhole(ends, entry, signal, moved);
  return {
    is: 'media',
    kind,
    url: kind === 'drawing' ? dataUrl(bytes, type) : blobUrl(bytes, type),
  };
}

export function release(content: Content | undefined): void {
  if (content?.is === 'media' && content.url.startsWith('blob:')) URL.revokeObjectURL(content.url);
}

/** The hub's policy lets pictures, audio and video be of blob:, and nothing else. */
function blobUrl(bytes: readonly Uint8Array[], type: string): string {
  return URL.createObjectURL(new Blob(bytes as Uint8Array<ArrayBuffer>[], { type }));
}

/**
 * A drawing may hold scripts. As a picture it runs none; and should a person open it by itself, a
 * data: URL has no origin, while one of blob: would have this page's.
 */
function dataUrl(pieces: readonly Uint8Array[], type: string): string {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return `data:${type};base64,${encodeBase64(bytes)}`;
}

async function fetchWhole(
  ends: Ends,
  entry: Entry,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const sink: Sink = {
    async write(piece) {
      bytes += piece.length;
      if (bytes > previewBytesMax) throw new Error('More comes than it is said to have.');
      pieces.push(piece);
    },
    close: async () => {},
    discard: () => (pieces.length = 0),
  };
  const job = new Download(ends, entry, async () => sink);
  const outcome = await job.run(signal, { moved, checking: () => {} });
  if (outcome.is === 'done') return pieces;
  job.discard();
  throw new Error(outcome.is === 'failed' ? outcome.error : 'It was not fetched.');
}

/** Reads no more of it than is shown. */
async function fetchText(
  { client, device }: Ends,
  entry: Entry,
  signal: AbortSignal,
): Promise<Content> {
  const bytes = await readBeginning(client, device, entry.path, signal);
  const isCut = bytes.length > textBytesMax;
  const text = textOf(bytes.subarray(0, textBytesMax), isCut);
  if (text === undefined)
    return { is: 'nothing', why: 'It is not text, nor anything else that can be shown here.' };
  return { is: 'text', isCut, ...text };
}

async function readBeginning(
  client: Pick<Client, 'open'>,
  device: string,
  path: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const options = { signal, timeoutMilliseconds: openMilliseconds };
  const stream = await client.open(device, 'files.read', { path }, options);
  const beginning = new Uint8Array(textBytesMax + 1);
  let length = 0;
  try {
    stream.end();
    // Read to the end, even of a file that says it has no bytes, as those of /proc do.
    for (let piece = await stream.read(); piece; piece = await stream.read()) {
      const fits = piece.subarray(0, beginning.length - length);
      beginning.set(fits, length);
      length += fits.length;
      if (length === beginning.length) break;
    }
  } finally {
    stream.abort();
  }
  return beginning.subarray(0, length);
}
