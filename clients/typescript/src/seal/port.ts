// SPDX-License-Identifier: MIT
// Where the sealing runs: here, or in a worker of its own, so that a page never waits for Argon2 or
// for a large box. To the client both are the same: what it says is heard later, and in order.

import type { FromSeal, SealSettings, ToSeal } from './messages.ts';
import { SealService } from './service.ts';

export interface SealPort {
  post(message: ToSeal): void;
  close(): void;
}

/** `receive` is never called from inside a call of the client's. */
export type OpenSeal = (settings: SealSettings, receive: (message: FromSeal) => void) => SealPort;

/** For Node, and for tests. */
export const sealHere: OpenSeal = (settings, receive) => {
  let isClosed = false;
  const later = (task: () => void) => queueMicrotask(() => isClosed || task());
  const service = new SealService(settings, (message) => later(() => receive(message)));
  return {
    post: (message) => later(() => service.handle(message)),
    close: () => {
      isClosed = true;
      service.close();
    },
  };
};

type ToWorker = { readonly kind: 'begin'; readonly settings: SealSettings } | ToSeal;

/** `make` makes a worker whose script calls serveSealing(). */
export function sealInWorker(make: () => Worker): OpenSeal {
  return (settings, receive) => {
    const worker = make();
    const post = (message: ToWorker) => worker.postMessage(message, transfersOf(message));
    worker.addEventListener('message', ({ data }: MessageEvent<FromSeal>) => receive(data));
    worker.addEventListener('error', () => {
      const error = 'the page’s worker for sealing did not start: load the page again';
      receive({ kind: 'barred', failure: { code: 501, error } });
    });
    post({ kind: 'begin', settings });
    return { post, close: () => worker.terminate() };
  };
}

/** What a worker has of its own scope. */
export interface WorkerScope {
  postMessage(message: FromSeal, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
}

/** The worker's whole script. */
export function serveSealing(scope: WorkerScope): void {
  let service: SealService | undefined;
  scope.addEventListener('message', ({ data }) => {
    if (data.kind !== 'begin') return service?.handle(data);
    service = new SealService(data.settings, (message) =>
      scope.postMessage(message, transfersOf(message)),
    );
  });
}

function transfersOfPart(message: Extract<ToWorker | FromSeal, { kind: 'part' }>): Transferable[] {
  const bytes = 'part' in message ? message.part.blob : message.envelope.blob?.bytes;
  return bytes ? [bytes.buffer] : [];
}

/** Bytes that their sender needs no more move over without a copy; those of a person's file stay. */
function transfersOf(message: ToWorker | FromSeal): Transferable[] {
  switch (message.kind) {
    case 'received':
      return [message.blob.buffer];
    case 'part':
      return transfersOfPart(message);
    case 'transmit':
    case 'reply':
      return message.envelope.blob ? [message.envelope.blob.bytes.buffer] : [];
    case 'event':
      return message.event.blob ? [message.event.blob.bytes.buffer] : [];
    default:
      return [];
  }
}
