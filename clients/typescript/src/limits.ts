// SPDX-License-Identifier: MIT
// Made by spec/generate.py from spec/limits.json and spec/errors.json; do not edit.

export const limits = {
  /** the WebSocket subprotocol that means: understands binary messages */
  protocolVersion: "malinka.v1",
  /** TCP port of a hub when none is given to it */
  defaultPort: 31415,
  /** longest channel, subscriber or recipient name, in bytes of UTF-8 */
  nameBytesMax: 128,
  /** longest message id, in bytes */
  idBytesMax: 64,
  /** longest instance of a join, in bytes */
  instanceBytesMax: 128,
  /** longest key of a join, in bytes */
  keyBytesMax: 1024,
  /** deepest nesting of arrays and objects in a message */
  jsonDepthMax: 1024,
  /** most recipients that one message may name, duplicates included */
  recipientsMax: 10000,
  /** longest envelope of a binary message */
  binaryEnvelopeBytesMax: 65536,
  /** longest text message that a hub holds, unless its operator says otherwise */
  textBytesMax: 16777216,
  /** bytes that may wait for one recipient, unless the hub's operator says otherwise */
  queueBytes: 8388608,
  /** a hub pings each connection this often, and drops one silent for twice as long */
  heartbeatSeconds: 30,
  /** bytes that may wait in all queues of a hub together, unless its operator says otherwise */
  queuedBytesMax: 536870912,
  /** bytes that a hub holds of messages that have not come whole, all connections together, unless its operator says otherwise */
  incomingBytesMax: 268435456,
  /** longest join */
  joinBytesMax: 16384,
  /** a join must arrive this soon after the upgrade */
  joinSeconds: 10,
  /** a request's head must be complete this soon after the connection */
  httpHeadSeconds: 10,
  /** longest HTTP request head */
  httpHeadBytesMax: 16384,
  /** most HTTP requests on one connection */
  httpRequestsMax: 1000,
  /** how long a peer may take to receive an HTTP response */
  httpResponseSeconds: 60,
  /** most connections that wait for the same name at once */
  replaceWaitingMax: 16,
  /** how long an older connection has to answer before a newer one takes its name */
  replacePingSeconds: 5,
  /** how long a peer has to answer a close, and a stopping hub to empty its queues */
  closeSeconds: 5,
  /** wrong keys allowed per channel and address within wrong_keys_seconds */
  wrongKeysMax: 10,
  /** the window in which wrong keys are counted */
  wrongKeysSeconds: 60,
  /** how long an address that joined rightly keeps a budget of its own */
  trustedAddressSeconds: 3600,
  /** how many times wrong_keys_max an address has that joined rightly within trusted_address_seconds */
  trustedWrongKeysFactor: 10,
  /** most (channel, address) pairs whose wrong keys are remembered, and as many that joined rightly */
  wrongKeyRecordsMax: 65536,
  /** most connections of one hub, unless its operator says otherwise */
  connectionsMax: 100000,
  /** most shards of a hub: threads that share its work, one for each core unless its operator says otherwise */
  shardsMax: 64,
  /** a channel with so many members has its further ones on other shards, where there are any */
  wideChannelMembers: 1000,
  /** bytes of one subscriber on their way between shards, and one message, before it is not read from */
  forwardedBytesMax: 262144,
  /** connections beyond connections_max that are held open just to be told that the hub is full */
  connectionsSpare: 256,
  /** longest value of a command to @hub */
  hubCommandBytesMax: 4096,
  /** most names in one hub.dropped; the rest is counted under * */
  droppedNamesMax: 64,
  /** most subscribers in one answer to hub.list */
  listPageMax: 1000,
  /** most commands that a device carries out at once; one more is answered with 429 */
  commandsMax: 64,
  /** most bytes of values and blobs of the commands that a device carries out at once; beyond it, 429 */
  commandsBytesMax: 67108864,
  /** most members and elements, of any depth, in the value of a command to a device */
  commandItemsMax: 1024,
  /** a command that its capability has not answered in so long is answered with 408, unless spec/commands.json gives it longer */
  commandSeconds: 120,
  /** largest reply of a device, its blob counted as base64: what text_bytes_max leaves beside the envelope */
  replyBytesMax: 15728640,
  /** largest file read or written in one message */
  fileMessageBytesMax: 8388608,
  /** most output kept of each of a command's two outputs; the rest is cut and said */
  shellOutputBytesMax: 1048576,
  /** longest time a command may be given */
  shellTimeoutSecondsMax: 3600,
  /** most commands that run at once on a device */
  shellJobsMax: 16,
  /** how much of a job's latest output is kept */
  shellKeptBytesMax: 1048576,
  /** most jobs that were detached and are over whose output is kept */
  shellEndedJobsMax: 16,
  /** how long the output of a job that was detached is kept after its end */
  shellKeptSeconds: 3600,
  /** most terminals that a device has open at once */
  terminalSessionsMax: 16,
  /** how much of a terminal's latest output is kept, to be shown to who takes it up */
  terminalScrollbackBytes: 262144,
  /** how long a terminal stays after the last link to it was lost */
  terminalKeepSeconds: 300,
  /** most who are at one terminal at once */
  terminalViewersMax: 8,
  /** most entries in one answer to files.list */
  filesPageMax: 10000,
  /** most bytes of names that are held to sort one folder; a larger one is not listed */
  filesFolderBytesMax: 33554432,
  /** most folders inside one another that one files.remove goes down */
  filesDepthMax: 128,
  /** longest path of a file, in bytes */
  filesPathBytesMax: 4095,
  /** most bytes in one chunk of a stream */
  streamChunkBytesMax: 65536,
  /** what a chunk costs of its stream's credit beside its bytes */
  streamChunkCostBytes: 512,
  /** most credit that one direction of a stream may have outstanding */
  streamCreditBytesMax: 2147483648,
  /** how much one end of a stream can receive at first, where there is room */
  streamWindowBytes: 131072,
  /** the least that it can receive; where there is no room for it, no stream is opened */
  streamWindowBytesMin: 16384,
  /** a round trip shorter than this is one of threads that wait for a core, and counts as so long when a window is measured */
  streamRoundTripMicrosecondsMin: 4000,
  /** all windows of a connection together are at most queueBytes by this */
  streamQueueShare: 4,
  /** bytes of one stream that wait for credit, or for the link, before its sender is to pause */
  streamWaitingBytesMax: 262144,
  /** most streams of one connection at once */
  streamsMax: 256,
  /** how many ended streams are remembered, so that what still comes for them is not answered */
  streamsEndedMax: 256,
  /** of how many chunks a client remembers the ids, to know whose delivery failed */
  streamIdsMax: 4096,
  /** most subscribers of a channel of whom the hub tells each that comes or goes; in a larger one it tells how many they are */
  presenceSubscribersMax: 1000,
  /** so few must be left of a larger one for the hub to tell of each again */
  presenceSubscribersAgain: 900,
  /** how often, at most, a large channel is told how many it is */
  presenceSeconds: 10,
  /** longest interval between two telemetry readings */
  telemetryIntervalSecondsMax: 86400,
  /** most GPIO lines in one command, and most that are watched at once */
  gpioLinesMax: 64,
  /** most GPIO lines in one answer to gpio.list */
  gpioListedLinesMax: 256,
  /** longest pulse of a GPIO line */
  gpioPulseMillisecondsMax: 60000,
  /** longest time that a GPIO line must be still before its edge counts */
  gpioDebounceMillisecondsMax: 1000,
  /** how long a GPIO line is watched when asked for, unless the asker says otherwise */
  gpioWatchSeconds: 60,
  /** longest that a GPIO line is watched without being asked for again */
  gpioWatchSecondsMax: 3600,
  /** most subscribers for whom one GPIO line is watched at once */
  gpioWatchersMax: 16,
  /** most edges in one gpio.edge */
  gpioEdgesMax: 512,
  /** a password shorter than this is warned of: a hub's operator could guess it */
  passwordBytesWarned: 12,
  /** Argon2id's operations, from a password to a channel's keys */
  sealPasswordOperations: 3,
  /** Argon2id's memory */
  sealPasswordMemoryBytes: 67108864,
  /** messages under one key before the next generation */
  sealGenerationMessages: 16384,
  /** bytes of boxes under one key before the next generation */
  sealGenerationBytes: 536870912,
  /** a key so old is followed by the next generation when something is sealed */
  sealGenerationSeconds: 600,
  /** generations that a receiver follows at once */
  sealGenerationsAhead: 64,
  /** longest inner message */
  sealMessageBytesMax: 16777216,
  /** most sessions of a responder, and of an initiator */
  sealSessionsMax: 1024,
  /** most sessions of a responder in which no data has come yet */
  sealUnconfirmedMax: 64,
  /** most such sessions of one initiator */
  sealUnconfirmedEachMax: 4,
  /** such a session ends after so long */
  sealUnconfirmedSeconds: 10,
  /** a responder ends a session in which nothing has come for so long */
  sealSessionIdleSeconds: 3600,
  /** an initiator ends a session that it has not used for so long */
  sealSessionFreshSeconds: 3300,
  /** how long a hello, or a seal.ping, waits for its answer */
  sealHelloSeconds: 5,
  /** hellos before an initiator gives up */
  sealHelloTries: 3,
  /** a session in which something sent is not answered yet is pinged when it was not used for so long */
  sealKeepSeconds: 300,
  /** most devices whose identities a client remembers in its file */
  knownDevicesMax: 10000,
  /** an initiator makes a new session in an unknown one's place at most this often */
  sealAgainSeconds: 5,
  /** for each subscriber of the channel: the longest delay before a session is made to learn an event key */
  sealEventDelayMilliseconds: 20,
  /** the longest such delay */
  sealEventDelayMillisecondsMax: 30000,
  /** most subscribers whose event keys are remembered */
  sealEventOwnersMax: 1024,
} as const;

export const responseCodes = {
  /** carried out */
  done: 200,
  /** passed on to value.recipients; each of them answers */
  accepted: 202,
  /** the message, or a value in it, is not what its command takes */
  malformed: 400,
  /** wrong, missing or superfluous key */
  wrongKey: 401,
  /** the device's policy does not allow it */
  denied: 403,
  /** no such subscriber, command, file or device */
  notFound: 404,
  /** expired, or not finished in the time allowed */
  timedOut: 408,
  /** taken, or already there */
  conflict: 409,
  /** larger than the hub, the recipient or the command accepts */
  tooLarge: 413,
  /** too many at once, or too many wrong keys: try again later */
  busy: 429,
  /** the device's identity is not the one remembered for it */
  identityChanged: 495,
  /** the device tried and failed */
  failed: 500,
  /** this device cannot do that */
  notSupported: 501,
  /** the recipient does not keep up, or the hub is full or stopping */
  unavailable: 503,
  /** no space left on the device */
  full: 507,
} as const;
