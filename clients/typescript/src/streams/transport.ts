// SPDX-License-Identifier: MIT
// The two ways that a stream's messages take out of a client: as they are, and sealed.

import type { WayOut } from '../asking.ts';
import { encodeEnvelope, type OutgoingEnvelope } from '../envelope.ts';
import { randomHex } from '../names.ts';
import { succeed, type Failure } from '../result.ts';
import type { StreamTransport } from './streams.ts';

const notSealed: Failure = { code: 503, error: 'the channel is not joined' };

export function streamTransport(out: WayOut): StreamTransport {
  return {
    get bufferedBytes() {
      return out.bufferedBytes() + (out.sealing()?.partBytes ?? 0);
    },
    send({ key, name, stream, value, blob }) {
      const messageType = key.side === 'requester' ? 'Command' : 'Response';
      const envelope: OutgoingEnvelope = { messageType, name, stream, value, blob };
      if (out.isSealed) {
        const sealing = out.sealing();
        if (sealing === undefined) return { ok: false, failure: notSealed };
        sealing.part(key.peer, key.id, encodeEnvelope(envelope), blob?.bytes);
        return succeed(undefined); // The sealing keeps the id, and says when it is reported.
      }
      const id = JSON.stringify(randomHex(96));
      const failure = out.transmit({ ...envelope, id, recipients: [key.peer] });
      return failure ? { ok: false, failure } : succeed(id);
    },
    streaming: (peer, isStreaming) => out.sealing()?.streaming(peer, isStreaming),
    discarded: () => out.discarded(),
  };
}
