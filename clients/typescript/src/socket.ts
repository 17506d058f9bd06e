// SPDX-License-Identifier: MIT
// The little of a WebSocket that a connection needs, so that browsers, Node and tests bring theirs.

export interface SocketHandlers {
  opened(): void;
  received(data: string | Uint8Array): void;
  /** Called once, last, and never from inside the call that opened the socket. */
  closed(code: number, reason: string): void;
}

export interface Socket {
  /** The subprotocol that the hub agreed to, or the empty string. */
  readonly protocol: string;
  /** What send() took and the network has not. */
  readonly bufferedBytes: number;
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
}

export type OpenSocket = (url: string, protocol: string, handlers: SocketHandlers) => Socket;

/** What is reported when no connection was there to be closed properly (RFC 6455 section 7.4.1). */
export const abnormalClosure = 1006;

/** Sockets made by a WebSocket class: the browser's own, or one for Node with the same interface. */
export function socketsOf(webSocket: typeof WebSocket): OpenSocket {
  return (url, protocol, handlers) => {
    let socket: WebSocket;
    try {
      socket = new webSocket(url, protocol);
    } catch (error) {
      // A malformed address, or ws:// asked of a page that came by https://.
      queueMicrotask(() => handlers.closed(abnormalClosure, String(error)));
      return deadSocket;
    }
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => handlers.opened());
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) =>
      handlers.received(typeof data === 'string' ? data : new Uint8Array(data)),
    );
    socket.addEventListener('close', ({ code, reason }) => handlers.closed(code, reason));
    return {
      get protocol() {
        return socket.protocol;
      },
      get bufferedBytes() {
        return socket.bufferedAmount;
      },
      // Browsers complain of what is said to one that is about to tell that it is closed.
      send: (data) => {
        if (socket.readyState === socket.OPEN)
          socket.send(data as string | Uint8Array<ArrayBuffer>);
      },
      close: (code, reason) => socket.close(code, reason),
    };
  };
}

const deadSocket: Socket = { protocol: '', bufferedBytes: 0, send: () => {}, close: () => {} };
