// SPDX-License-Identifier: MIT
// Devices of a sealed channel that live in the test's own process.

import { bundled, require } from '../../../tools/bundle.mjs';

const { WebSocket } = require('ws');
let loading;

function library() {
  return (loading ??= bundled('tests/browser/support/sealed.ts'));
}

/** A device on a real hub, which answers as it is told. */
export class SealedMember {
  /** `settings`: address, channel, name, password. */
  static async join(settings) {
    const { keysOf, loadPrimitives, SealedDevice, decodeBinary, encodeBinary } = await library();
    const primitives = await loadPrimitives();
    const keys = keysOf(primitives, settings.channel, settings.password);
    if (!keys.ok) throw new Error(keys.failure.error);
    const member = new SealedMember();
    member.codec = { decodeBinary, encodeBinary };
    member.keys = keys.value;
    const { channel, name } = settings;
    member.device = new SealedDevice(primitives, {
      channel,
      name,
      keys: keys.value,
      now: () => performance.now(),
    });
    await member.#open(settings);
    return member;
  }

  /** As if another machine had come in its place. */
  changeIdentity() {
    this.device.changeIdentity();
  }

  tell(name, value, level = 'view') {
    this.send(this.device.tell(level, name, value));
  }

  reply(carriedOut, answer) {
    this.send(this.device.reply(carriedOut, answer));
  }

  /** Sends a message that the device has sealed. */
  send({ messageType, to, blob }) {
    const recipients = messageType === 'Broadcast' ? {} : { recipients: [to] };
    const encoded = this.codec.encodeBinary({
      messageType,
      ...recipients,
      sealed: 1,
      blob: { bytes: blob },
    });
    if (!encoded.ok) throw new Error(encoded.failure.error);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(encoded.value);
  }

  /** Sends any text, as it is. */
  say(message) {
    this.socket.send(JSON.stringify(message));
  }

  async leave() {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.close();
    await closed;
  }

  #open({ address, channel, name }) {
    this.socket = new WebSocket(`ws://${address}/bus`, 'malinka.v1');
    this.socket.on('open', () =>
      this.say({
        messageType: 'Join',
        channel,
        subscriber: name,
        key: this.keys.joinKey,
        device: true,
      }),
    );
    return new Promise((resolve, reject) => {
      this.socket.once('message', (data) => {
        const { response } = JSON.parse(data);
        if (!response.success) return reject(new Error(response.error));
        this.socket.on('message', (more, isBinary) => isBinary && this.#receive(more));
        resolve();
      });
      this.socket.once('error', reject);
    });
  }

  #receive(data) {
    const decoded = this.codec.decodeBinary(new Uint8Array(data));
    if (!decoded.ok || decoded.value.sealed !== 1) return;
    const { messageType, originator, blob } = decoded.value;
    const message = { messageType, from: originator, to: this.device.name, blob: blob.bytes };
    for (const answer of this.device.receive(message)) this.send(answer);
  }
}
