# SPDX-License-Identifier: MIT
# Made by spec/generate.py from spec/limits.json and spec/errors.json; do not edit.
"""Every number that the parts share."""

import enum

#: the WebSocket subprotocol that means: understands binary messages
PROTOCOL_VERSION = "malinka.v1"
#: TCP port of a hub when none is given to it
DEFAULT_PORT = 31415
#: longest channel, subscriber or recipient name, in bytes of UTF-8
NAME_BYTES_MAX = 128
#: longest message id, in bytes
ID_BYTES_MAX = 64
#: longest instance of a join, in bytes
INSTANCE_BYTES_MAX = 128
#: longest key of a join, in bytes
KEY_BYTES_MAX = 1024
#: deepest nesting of arrays and objects in a message
JSON_DEPTH_MAX = 1024
#: most recipients that one message may name, duplicates included
RECIPIENTS_MAX = 10000
#: longest envelope of a binary message
BINARY_ENVELOPE_BYTES_MAX = 65536
#: longest text message that a hub holds, unless its operator says otherwise
TEXT_BYTES_MAX = 16777216
#: bytes that may wait for one recipient, unless the hub's operator says otherwise
QUEUE_BYTES = 8388608
#: a hub pings each connection this often, and drops one silent for twice as long
HEARTBEAT_SECONDS = 30
#: bytes that may wait in all queues of a hub together, unless its operator says otherwise
QUEUED_BYTES_MAX = 536870912
#: bytes that a hub holds of messages that have not come whole, all connections together, unless its operator says otherwise
INCOMING_BYTES_MAX = 268435456
#: longest join
JOIN_BYTES_MAX = 16384
#: a join must arrive this soon after the upgrade
JOIN_SECONDS = 10
#: a request's head must be complete this soon after the connection
HTTP_HEAD_SECONDS = 10
#: longest HTTP request head
HTTP_HEAD_BYTES_MAX = 16384
#: most HTTP requests on one connection
HTTP_REQUESTS_MAX = 1000
#: how long a peer may take to receive an HTTP response
HTTP_RESPONSE_SECONDS = 60
#: most connections that wait for the same name at once
REPLACE_WAITING_MAX = 16
#: how long an older connection has to answer before a newer one takes its name
REPLACE_PING_SECONDS = 5
#: how long a peer has to answer a close, and a stopping hub to empty its queues
CLOSE_SECONDS = 5
#: wrong keys allowed per channel and address within wrong_keys_seconds
WRONG_KEYS_MAX = 10
#: the window in which wrong keys are counted
WRONG_KEYS_SECONDS = 60
#: how long an address that joined rightly keeps a budget of its own
TRUSTED_ADDRESS_SECONDS = 3600
#: how many times wrong_keys_max an address has that joined rightly within trusted_address_seconds
TRUSTED_WRONG_KEYS_FACTOR = 10
#: most (channel, address) pairs whose wrong keys are remembered, and as many that joined rightly
WRONG_KEY_RECORDS_MAX = 65536
#: most connections of one hub, unless its operator says otherwise
CONNECTIONS_MAX = 100000
#: most shards of a hub: threads that share its work, one for each core unless its operator says otherwise
SHARDS_MAX = 64
#: a channel with so many members has its further ones on other shards, where there are any
WIDE_CHANNEL_MEMBERS = 1000
#: bytes of one subscriber on their way between shards, and one message, before it is not read from
FORWARDED_BYTES_MAX = 262144
#: connections beyond connections_max that are held open just to be told that the hub is full
CONNECTIONS_SPARE = 256
#: longest value of a command to @hub
HUB_COMMAND_BYTES_MAX = 4096
#: most names in one hub.dropped; the rest is counted under *
DROPPED_NAMES_MAX = 64
#: most subscribers in one answer to hub.list
LIST_PAGE_MAX = 1000
#: most commands that a device carries out at once; one more is answered with 429
COMMANDS_MAX = 64
#: most bytes of values and blobs of the commands that a device carries out at once; beyond it, 429
COMMANDS_BYTES_MAX = 67108864
#: most members and elements, of any depth, in the value of a command to a device
COMMAND_ITEMS_MAX = 1024
#: a command that its capability has not answered in so long is answered with 408, unless spec/commands.json gives it longer
COMMAND_SECONDS = 120
#: largest reply of a device, its blob counted as base64: what text_bytes_max leaves beside the envelope
REPLY_BYTES_MAX = 15728640
#: largest file read or written in one message
FILE_MESSAGE_BYTES_MAX = 8388608
#: most output kept of each of a command's two outputs; the rest is cut and said
SHELL_OUTPUT_BYTES_MAX = 1048576
#: longest time a command may be given
SHELL_TIMEOUT_SECONDS_MAX = 3600
#: most commands that run at once on a device
SHELL_JOBS_MAX = 16
#: how much of a job's latest output is kept
SHELL_KEPT_BYTES_MAX = 1048576
#: most jobs that were detached and are over whose output is kept
SHELL_ENDED_JOBS_MAX = 16
#: how long the output of a job that was detached is kept after its end
SHELL_KEPT_SECONDS = 3600
#: most terminals that a device has open at once
TERMINAL_SESSIONS_MAX = 16
#: how much of a terminal's latest output is kept, to be shown to who takes it up
TERMINAL_SCROLLBACK_BYTES = 262144
#: how long a terminal stays after the last link to it was lost
TERMINAL_KEEP_SECONDS = 300
#: most who are at one terminal at once
TERMINAL_VIEWERS_MAX = 8
#: most entries in one answer to files.list
FILES_PAGE_MAX = 10000
#: most bytes of names that are held to sort one folder; a larger one is not listed
FILES_FOLDER_BYTES_MAX = 33554432
#: most folders inside one another that one files.remove goes down
FILES_DEPTH_MAX = 128
#: longest path of a file, in bytes
FILES_PATH_BYTES_MAX = 4095
#: most bytes in one chunk of a stream
STREAM_CHUNK_BYTES_MAX = 65536
#: what a chunk costs of its stream's credit beside its bytes
STREAM_CHUNK_COST_BYTES = 512
#: most credit that one direction of a stream may have outstanding
STREAM_CREDIT_BYTES_MAX = 2147483648
#: how much one end of a stream can receive at first, where there is room
STREAM_WINDOW_BYTES = 131072
#: the least that it can receive; where there is no room for it, no stream is opened
STREAM_WINDOW_BYTES_MIN = 16384
#: a round trip shorter than this is one of threads that wait for a core, and counts as so long when a window is measured
STREAM_ROUND_TRIP_MICROSECONDS_MIN = 4000
#: all windows of a connection together are at most queueBytes by this
STREAM_QUEUE_SHARE = 4
#: bytes of one stream that wait for credit, or for the link, before its sender is to pause
STREAM_WAITING_BYTES_MAX = 262144
#: most streams of one connection at once
STREAMS_MAX = 256
#: how many ended streams are remembered, so that what still comes for them is not answered
STREAMS_ENDED_MAX = 256
#: of how many chunks a client remembers the ids, to know whose delivery failed
STREAM_IDS_MAX = 4096
#: most subscribers of a channel of whom the hub tells each that comes or goes; in a larger one it tells how many they are
PRESENCE_SUBSCRIBERS_MAX = 1000
#: so few must be left of a larger one for the hub to tell of each again
PRESENCE_SUBSCRIBERS_AGAIN = 900
#: how often, at most, a large channel is told how many it is
PRESENCE_SECONDS = 10
#: longest interval between two telemetry readings
TELEMETRY_INTERVAL_SECONDS_MAX = 86400
#: most GPIO lines in one command, and most that are watched at once
GPIO_LINES_MAX = 64
#: most GPIO lines in one answer to gpio.list
GPIO_LISTED_LINES_MAX = 256
#: longest pulse of a GPIO line
GPIO_PULSE_MILLISECONDS_MAX = 60000
#: longest time that a GPIO line must be still before its edge counts
GPIO_DEBOUNCE_MILLISECONDS_MAX = 1000
#: how long a GPIO line is watched when asked for, unless the asker says otherwise
GPIO_WATCH_SECONDS = 60
#: longest that a GPIO line is watched without being asked for again
GPIO_WATCH_SECONDS_MAX = 3600
#: most subscribers for whom one GPIO line is watched at once
GPIO_WATCHERS_MAX = 16
#: most edges in one gpio.edge
GPIO_EDGES_MAX = 512
#: a password shorter than this is warned of: a hub's operator could guess it
PASSWORD_BYTES_WARNED = 12
#: Argon2id's operations, from a password to a channel's keys
SEAL_PASSWORD_OPERATIONS = 3
#: Argon2id's memory
SEAL_PASSWORD_MEMORY_BYTES = 67108864
#: messages under one key before the next generation
SEAL_GENERATION_MESSAGES = 16384
#: bytes of boxes under one key before the next generation
SEAL_GENERATION_BYTES = 536870912
#: a key so old is followed by the next generation when something is sealed
SEAL_GENERATION_SECONDS = 600
#: generations that a receiver follows at once
SEAL_GENERATIONS_AHEAD = 64
#: longest inner message
SEAL_MESSAGE_BYTES_MAX = 16777216
#: most sessions of a responder, and of an initiator
SEAL_SESSIONS_MAX = 1024
#: most sessions of a responder in which no data has come yet
SEAL_UNCONFIRMED_MAX = 64
#: most such sessions of one initiator
SEAL_UNCONFIRMED_EACH_MAX = 4
#: such a session ends after so long
SEAL_UNCONFIRMED_SECONDS = 10
#: a responder ends a session in which nothing has come for so long
SEAL_SESSION_IDLE_SECONDS = 3600
#: an initiator ends a session that it has not used for so long
SEAL_SESSION_FRESH_SECONDS = 3300
#: how long a hello, or a seal.ping, waits for its answer
SEAL_HELLO_SECONDS = 5
#: hellos before an initiator gives up
SEAL_HELLO_TRIES = 3
#: a session in which something sent is not answered yet is pinged when it was not used for so long
SEAL_KEEP_SECONDS = 300
#: most devices whose identities a client remembers in its file
KNOWN_DEVICES_MAX = 10000
#: an initiator makes a new session in an unknown one's place at most this often
SEAL_AGAIN_SECONDS = 5
#: for each subscriber of the channel: the longest delay before a session is made to learn an event key
SEAL_EVENT_DELAY_MILLISECONDS = 20
#: the longest such delay
SEAL_EVENT_DELAY_MILLISECONDS_MAX = 30000
#: most subscribers whose event keys are remembered
SEAL_EVENT_OWNERS_MAX = 1024


class ResponseCode(enum.IntEnum):
    """The code of a Response. The same words in every language."""

    #: carried out
    DONE = 200
    #: passed on to value.recipients; each of them answers
    ACCEPTED = 202
    #: the message, or a value in it, is not what its command takes
    MALFORMED = 400
    #: wrong, missing or superfluous key
    WRONG_KEY = 401
    #: the device's policy does not allow it
    DENIED = 403
    #: no such subscriber, command, file or device
    NOT_FOUND = 404
    #: expired, or not finished in the time allowed
    TIMED_OUT = 408
    #: taken, or already there
    CONFLICT = 409
    #: larger than the hub, the recipient or the command accepts
    TOO_LARGE = 413
    #: too many at once, or too many wrong keys: try again later
    BUSY = 429
    #: the device's identity is not the one remembered for it
    IDENTITY_CHANGED = 495
    #: the device tried and failed
    FAILED = 500
    #: this device cannot do that
    NOT_SUPPORTED = 501
    #: the recipient does not keep up, or the hub is full or stopping
    UNAVAILABLE = 503
    #: no space left on the device
    FULL = 507
