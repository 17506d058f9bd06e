// SPDX-License-Identifier: MIT
// Opens a stream: the Command that asks for it, and what comes of its answer.

import type { RawId } from '../envelope.ts';
import { randomHex } from '../names.ts';
import { everyone, hubName, type Reply } from '../requests.ts';
import type { Failure } from '../result.ts';
import { makeStreamPart } from './part.ts';
import { abortedBy, Stream } from './stream.ts';
import { StreamError } from './stream_error.ts';
import type { Streams } from './streams.ts';

export interface StreamCommand {
  readonly device: string;
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
  /** Sends the Command; the answer, or why there is none, comes once. */
  ask(id: RawId, stream: string, answered: (reply: Reply) => void): void;
}

const oneRecipient: Failure = { code: 400, error: 'a stream has one recipient' };
const tooMany: Failure = { code: 503, error: 'there are as many streams as there can be' };
const notAccepted: Failure = { code: 501, error: 'the device answered, but with no stream' };

/** Rejects with StreamError when it is refused, or answered without a stream. */
export function openStream(streams: Streams, command: StreamCommand): Promise<Stream> {
  const { device, name, signal } = command;
  if (device === everyone || device === hubName) return rejected(new StreamError(oneRecipient));
  if (signal?.aborted) return rejected(abortedBy(signal));
  const window = streams.reserveWindow();
  if (window === undefined) return rejected(new StreamError(tooMany));
  return new Promise((resolve, reject) => {
    const id = JSON.stringify(randomHex(96));
    const giveUp = () => signal && reject(abortedBy(signal));
    signal?.addEventListener('abort', giveUp, { once: true });
    command.ask(id, makeStreamPart({ is: 'opening', id: '', window }), (reply) => {
      signal?.removeEventListener('abort', giveUp);
      const credit = reply.success ? reply.streamWindow : undefined;
      if (credit === undefined) {
        streams.releaseWindow(window);
        return reject(new StreamError(reply.success ? notAccepted : reply, { reply }));
      }
      const key = { side: 'requester', peer: device, id } as const;
      // At once: its first chunk may come right behind.
      const stream = new Stream(device, reply.value, (handler) =>
        streams.open({ key, name, credit, window }, handler),
      );
      if (signal) stream.abortBy(signal);
      resolve(stream);
    });
  });
}

function rejected(error: StreamError): Promise<never> {
  return Promise.reject(error);
}
