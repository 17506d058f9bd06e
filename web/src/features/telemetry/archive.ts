// SPDX-License-Identifier: MIT
// Keeps the histories in the browser's IndexedDB, so that a reload does not lose them. Where the
// browser refuses, plots begin anew; nothing fails.

import { decodeSamples, type Sample } from './history.ts';

const databaseName = 'malinka';
const storeName = 'telemetry';
/** The devices whose history was saved last are kept, the others forgotten. */
const devicesMax = 64;

interface Saved {
  readonly key: string;
  readonly savedAt: number;
  readonly samples: readonly Sample[];
}

export class Archive {
  readonly #prefix: string;
  #database: Promise<IDBDatabase | undefined> | undefined;

  /** `place` tells one channel of one hub from all others. */
  constructor(place: string) {
    this.#prefix = `${place}\n`;
  }

  async load(device: string): Promise<readonly Sample[]> {
    const store = await this.#store('readonly');
    const saved: unknown = store && (await settled(store.get(this.#prefix + device)));
    return decodeSamples((saved as Partial<Saved> | undefined)?.samples);
  }

  async save(device: string, samples: readonly Sample[]): Promise<void> {
    const store = await this.#store('readwrite');
    if (!store) return;
    store.put({ key: this.#prefix + device, savedAt: Date.now(), samples } satisfies Saved);
    const keys = (await settled(store.index('savedAt').getAllKeys())) ?? [];
    for (const key of keys.slice(0, Math.max(0, keys.length - devicesMax))) store.delete(key);
  }

  /** Forgets this channel's devices. */
  async clear(): Promise<void> {
    const store = await this.#store('readwrite');
    store?.delete(IDBKeyRange.bound(this.#prefix, `${this.#prefix}\uffff`));
  }

  async #store(mode: IDBTransactionMode): Promise<IDBObjectStore | undefined> {
    try {
      this.#database ??= openDatabase();
      return (await this.#database)?.transaction(storeName, mode).objectStore(storeName);
    } catch {
      return undefined;
    }
  }
}

function openDatabase(): Promise<IDBDatabase | undefined> {
  const request = indexedDB.open(databaseName, 1);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(storeName, { keyPath: 'key' });
    store.createIndex('savedAt', 'savedAt');
  };
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(undefined);
  });
}
