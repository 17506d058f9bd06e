// SPDX-License-Identifier: MIT
// What tests need of the client library to be a device of a sealed channel, bundled by sealed.mjs.

export { decodeBinary, encodeBinary } from '../../../clients/typescript/src/binary.ts';
export { keysOf } from '../../../clients/typescript/src/seal/keys.ts';
export { loadPrimitives } from '../../../clients/typescript/src/seal/primitives.ts';
export { SealedDevice } from '../../../clients/typescript/src/testing/sealed_device.ts';
