// SPDX-License-Identifier: MIT
// SHA-256 of files that come in pieces, in a worker, so that the page never waits for it. Web Crypto
// has it for whole files only, and only where the page came by HTTPS.

import { loadPrimitives, type Sha256 } from '@malinka/client';

type ToHasher =
  | { readonly kind: 'update'; readonly id: number; readonly bytes: Uint8Array }
  /** Asks for the hash, or with `drop` forgets it. */
  | { readonly kind: 'final' | 'drop'; readonly id: number };

/** `hash` is empty unless it was asked for. */
interface FromHasher {
  readonly id: number;
  readonly hash: string;
}

/** The hash of one file. Its calls reject where the worker does not run. */
export interface FileHash {
  /** Takes a copy; resolves when the piece before has been dealt with. */
  update(bytes: Uint8Array): Promise<void>;
  /** In hexadecimal. */
  final(): Promise<string>;
  /** Nothing is wanted of it any more. */
  drop(): void;
}

export interface Hasher {
  start(): FileHash;
  stop(): void;
}

interface Waiting {
  resolve(hash: string): void;
  reject(error: Error): void;
}

/** `make` makes a worker whose script calls serveHashes(), when first something is to be hashed. */
export function hashInWorker(make: () => Worker): Hasher {
  let worker: Worker | undefined;
  let broken: Error | undefined;
  let count = 0;
  /** What each file is told next, in the order of asking. */
  const waiting = new Map<number, Waiting[]>();

  function start(): Worker {
    const made = make();
    made.addEventListener('message', ({ data: { id, hash } }: MessageEvent<FromHasher>) =>
      waiting.get(id)?.shift()?.resolve(hash),
    );
    made.addEventListener('error', () => {
      broken = new Error(
        'The page’s worker for checking files did not start: load the page again.',
      );
      for (const all of waiting.values()) for (const one of all.splice(0)) one.reject(broken);
    });
    return made;
  }

  function ask(message: ToHasher): Promise<string> {
    if (broken) return Promise.reject(broken);
    worker ??= start();
    worker.postMessage(message, message.kind === 'update' ? [message.bytes.buffer] : []);
    return new Promise((resolve, reject) => waiting.get(message.id)?.push({ resolve, reject }));
  }

  return {
    start() {
      const id = ++count;
      waiting.set(id, []);
      let before: Promise<unknown> = Promise.resolve();
      return {
        async update(bytes) {
          await before;
          before = ask({ kind: 'update', id, bytes: bytes.slice() });
          // Whoever asks next is told.
          before.catch(() => {});
        },
        async final() {
          await before;
          return ask({ kind: 'final', id });
        },
        drop() {
          if (!waiting.delete(id)) return;
          worker?.postMessage({ kind: 'drop', id } satisfies ToHasher);
        },
      };
    },
    stop: () => worker?.terminate(),
  };
}

/** What a worker has of its own scope. */
export interface HashScope {
  postMessage(message: FromHasher): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToHasher>) => void): void;
}

/** The worker's whole script. */
export function serveHashes(scope: HashScope): void {
  const hashes = new Map<number, Sha256>();
  const loading = loadPrimitives();
  scope.addEventListener('message', ({ data }) => {
    void loading.then((primitives) => {
      const hash = hashes.get(data.id) ?? primitives.startSha256();
      hashes.set(data.id, hash);
      if (data.kind === 'update') {
        hash.update(data.bytes);
        return scope.postMessage({ id: data.id, hash: '' });
      }
      hashes.delete(data.id);
      const text = hash.final();
      if (data.kind === 'final') scope.postMessage({ id: data.id, hash: text });
    }, failLoudly);
  });
}

/** Outside of the promise, so that the page hears of it as of any error of a worker. */
function failLoudly(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}
