// SPDX-License-Identifier: MIT
// Made by spec/generate.py from spec/limits.json; do not edit.

#pragma once

#include <cstddef>
#include <string_view>

// clang-format off
namespace malinka::limits {

inline constexpr std::string_view protocol_version = "malinka.v1";  ///< the WebSocket subprotocol that means: understands binary messages
inline constexpr std::size_t default_port = 31415;  ///< TCP port of a hub when none is given to it
inline constexpr std::size_t name_bytes_max = 128;  ///< longest channel, subscriber or recipient name, in bytes of UTF-8
inline constexpr std::size_t id_bytes_max = 64;  ///< longest message id, in bytes
inline constexpr std::size_t instance_bytes_max = 128;  ///< longest instance of a join, in bytes
inline constexpr std::size_t key_bytes_max = 1024;  ///< longest key of a join, in bytes
inline constexpr std::size_t json_depth_max = 1024;  ///< deepest nesting of arrays and objects in a message
inline constexpr std::size_t recipients_max = 10000;  ///< most recipients that one message may name, duplicates included
inline constexpr std::size_t binary_envelope_bytes_max = 65536;  ///< longest envelope of a binary message
inline constexpr std::size_t text_bytes_max = 16777216;  ///< longest text message that a hub holds, unless its operator says otherwise
inline constexpr std::size_t queue_bytes = 8388608;  ///< bytes that may wait for one recipient, unless the hub's operator says otherwise
inline constexpr std::size_t heartbeat_seconds = 30;  ///< a hub pings each connection this often, and drops one silent for twice as long
inline constexpr std::size_t queued_bytes_max = 536870912;  ///< bytes that may wait in all queues of a hub together, unless its operator says otherwise
inline constexpr std::size_t incoming_bytes_max = 268435456;  ///< bytes that a hub holds of messages that have not come whole, all connections together, unless its operator says otherwise
inline constexpr std::size_t join_bytes_max = 16384;  ///< longest join
inline constexpr std::size_t join_seconds = 10;  ///< a join must arrive this soon after the upgrade
inline constexpr std::size_t http_head_seconds = 10;  ///< a request's head must be complete this soon after the connection
inline constexpr std::size_t http_head_bytes_max = 16384;  ///< longest HTTP request head
inline constexpr std::size_t http_requests_max = 1000;  ///< most HTTP requests on one connection
inline constexpr std::size_t http_response_seconds = 60;  ///< how long a peer may take to receive an HTTP response
inline constexpr std::size_t replace_waiting_max = 16;  ///< most connections that wait for the same name at once
inline constexpr std::size_t replace_ping_seconds = 5;  ///< how long an older connection has to answer before a newer one takes its name
inline constexpr std::size_t close_seconds = 5;  ///< how long a peer has to answer a close, and a stopping hub to empty its queues
inline constexpr std::size_t wrong_keys_max = 10;  ///< wrong keys allowed per channel and address within wrong_keys_seconds
inline constexpr std::size_t wrong_keys_seconds = 60;  ///< the window in which wrong keys are counted
inline constexpr std::size_t trusted_address_seconds = 3600;  ///< how long an address that joined rightly keeps a budget of its own
inline constexpr std::size_t trusted_wrong_keys_factor = 10;  ///< how many times wrong_keys_max an address has that joined rightly within trusted_address_seconds
inline constexpr std::size_t wrong_key_records_max = 65536;  ///< most (channel, address) pairs whose wrong keys are remembered, and as many that joined rightly
inline constexpr std::size_t connections_max = 100000;  ///< most connections of one hub, unless its operator says otherwise
inline constexpr std::size_t shards_max = 64;  ///< most shards of a hub: threads that share its work, one for each core unless its operator says otherwise
inline constexpr std::size_t wide_channel_members = 1000;  ///< a channel with so many members has its further ones on other shards, where there are any
inline constexpr std::size_t forwarded_bytes_max = 262144;  ///< bytes of one subscriber on their way between shards, and one message, before it is not read from
inline constexpr std::size_t connections_spare = 256;  ///< connections beyond connections_max that are held open just to be told that the hub is full
inline constexpr std::size_t hub_command_bytes_max = 4096;  ///< longest value of a command to @hub
inline constexpr std::size_t dropped_names_max = 64;  ///< most names in one hub.dropped; the rest is counted under *
inline constexpr std::size_t list_page_max = 1000;  ///< most subscribers in one answer to hub.list
inline constexpr std::size_t commands_max = 64;  ///< most commands that a device carries out at once; one more is answered with 429
inline constexpr std::size_t commands_bytes_max = 67108864;  ///< most bytes of values and blobs of the commands that a device carries out at once; beyond it, 429
inline constexpr std::size_t command_items_max = 1024;  ///< most members and elements, of any depth, in the value of a command to a device
inline constexpr std::size_t command_seconds = 120;  ///< a command that its capability has not answered in so long is answered with 408, unless spec/commands.json gives it longer
inline constexpr std::size_t reply_bytes_max = 15728640;  ///< largest reply of a device, its blob counted as base64: what text_bytes_max leaves beside the envelope
inline constexpr std::size_t file_message_bytes_max = 8388608;  ///< largest file read or written in one message
inline constexpr std::size_t shell_output_bytes_max = 1048576;  ///< most output kept of each of a command's two outputs; the rest is cut and said
inline constexpr std::size_t shell_timeout_seconds_max = 3600;  ///< longest time a command may be given
inline constexpr std::size_t shell_jobs_max = 16;  ///< most commands that run at once on a device
inline constexpr std::size_t shell_kept_bytes_max = 1048576;  ///< how much of a job's latest output is kept
inline constexpr std::size_t shell_ended_jobs_max = 16;  ///< most jobs that were detached and are over whose output is kept
inline constexpr std::size_t shell_kept_seconds = 3600;  ///< how long the output of a job that was detached is kept after its end
inline constexpr std::size_t terminal_sessions_max = 16;  ///< most terminals that a device has open at once
inline constexpr std::size_t terminal_scrollback_bytes = 262144;  ///< how much of a terminal's latest output is kept, to be shown to who takes it up
inline constexpr std::size_t terminal_keep_seconds = 300;  ///< how long a terminal stays after the last link to it was lost
inline constexpr std::size_t terminal_viewers_max = 8;  ///< most who are at one terminal at once
inline constexpr std::size_t files_page_max = 10000;  ///< most entries in one answer to files.list
inline constexpr std::size_t files_folder_bytes_max = 33554432;  ///< most bytes of names that are held to sort one folder; a larger one is not listed
inline constexpr std::size_t files_depth_max = 128;  ///< most folders inside one another that one files.remove goes down
inline constexpr std::size_t files_path_bytes_max = 4095;  ///< longest path of a file, in bytes
inline constexpr std::size_t stream_chunk_bytes_max = 65536;  ///< most bytes in one chunk of a stream
inline constexpr std::size_t stream_chunk_cost_bytes = 512;  ///< what a chunk costs of its stream's credit beside its bytes
inline constexpr std::size_t stream_credit_bytes_max = 2147483648;  ///< most credit that one direction of a stream may have outstanding
inline constexpr std::size_t stream_window_bytes = 131072;  ///< how much one end of a stream can receive at first, where there is room
inline constexpr std::size_t stream_window_bytes_min = 16384;  ///< the least that it can receive; where there is no room for it, no stream is opened
inline constexpr std::size_t stream_round_trip_microseconds_min = 4000;  ///< a round trip shorter than this is one of threads that wait for a core, and counts as so long when a window is measured
inline constexpr std::size_t stream_queue_share = 4;  ///< all windows of a connection together are at most queueBytes by this
inline constexpr std::size_t stream_waiting_bytes_max = 262144;  ///< bytes of one stream that wait for credit, or for the link, before its sender is to pause
inline constexpr std::size_t streams_max = 256;  ///< most streams of one connection at once
inline constexpr std::size_t streams_ended_max = 256;  ///< how many ended streams are remembered, so that what still comes for them is not answered
inline constexpr std::size_t stream_ids_max = 4096;  ///< of how many chunks a client remembers the ids, to know whose delivery failed
inline constexpr std::size_t presence_subscribers_max = 1000;  ///< most subscribers of a channel of whom the hub tells each that comes or goes; in a larger one it tells how many they are
inline constexpr std::size_t presence_subscribers_again = 900;  ///< so few must be left of a larger one for the hub to tell of each again
inline constexpr std::size_t presence_seconds = 10;  ///< how often, at most, a large channel is told how many it is
inline constexpr std::size_t telemetry_interval_seconds_max = 86400;  ///< longest interval between two telemetry readings
inline constexpr std::size_t gpio_lines_max = 64;  ///< most GPIO lines in one command, and most that are watched at once
inline constexpr std::size_t gpio_listed_lines_max = 256;  ///< most GPIO lines in one answer to gpio.list
inline constexpr std::size_t gpio_pulse_milliseconds_max = 60000;  ///< longest pulse of a GPIO line
inline constexpr std::size_t gpio_debounce_milliseconds_max = 1000;  ///< longest time that a GPIO line must be still before its edge counts
inline constexpr std::size_t gpio_watch_seconds = 60;  ///< how long a GPIO line is watched when asked for, unless the asker says otherwise
inline constexpr std::size_t gpio_watch_seconds_max = 3600;  ///< longest that a GPIO line is watched without being asked for again
inline constexpr std::size_t gpio_watchers_max = 16;  ///< most subscribers for whom one GPIO line is watched at once
inline constexpr std::size_t gpio_edges_max = 512;  ///< most edges in one gpio.edge
inline constexpr std::size_t password_bytes_warned = 12;  ///< a password shorter than this is warned of: a hub's operator could guess it
inline constexpr std::size_t seal_password_operations = 3;  ///< Argon2id's operations, from a password to a channel's keys
inline constexpr std::size_t seal_password_memory_bytes = 67108864;  ///< Argon2id's memory
inline constexpr std::size_t seal_generation_messages = 16384;  ///< messages under one key before the next generation
inline constexpr std::size_t seal_generation_bytes = 536870912;  ///< bytes of boxes under one key before the next generation
inline constexpr std::size_t seal_generation_seconds = 600;  ///< a key so old is followed by the next generation when something is sealed
inline constexpr std::size_t seal_generations_ahead = 64;  ///< generations that a receiver follows at once
inline constexpr std::size_t seal_message_bytes_max = 16777216;  ///< longest inner message
inline constexpr std::size_t seal_sessions_max = 1024;  ///< most sessions of a responder, and of an initiator
inline constexpr std::size_t seal_unconfirmed_max = 64;  ///< most sessions of a responder in which no data has come yet
inline constexpr std::size_t seal_unconfirmed_each_max = 4;  ///< most such sessions of one initiator
inline constexpr std::size_t seal_unconfirmed_seconds = 10;  ///< such a session ends after so long
inline constexpr std::size_t seal_session_idle_seconds = 3600;  ///< a responder ends a session in which nothing has come for so long
inline constexpr std::size_t seal_session_fresh_seconds = 3300;  ///< an initiator ends a session that it has not used for so long
inline constexpr std::size_t seal_hello_seconds = 5;  ///< how long a hello, or a seal.ping, waits for its answer
inline constexpr std::size_t seal_hello_tries = 3;  ///< hellos before an initiator gives up
inline constexpr std::size_t seal_keep_seconds = 300;  ///< a session in which something sent is not answered yet is pinged when it was not used for so long
inline constexpr std::size_t known_devices_max = 10000;  ///< most devices whose identities a client remembers in its file
inline constexpr std::size_t seal_again_seconds = 5;  ///< an initiator makes a new session in an unknown one's place at most this often
inline constexpr std::size_t seal_event_delay_milliseconds = 20;  ///< for each subscriber of the channel: the longest delay before a session is made to learn an event key
inline constexpr std::size_t seal_event_delay_milliseconds_max = 30000;  ///< the longest such delay
inline constexpr std::size_t seal_event_owners_max = 1024;  ///< most subscribers whose event keys are remembered

}  // namespace malinka::limits
// clang-format on
