// SPDX-License-Identifier: MIT
// Made by spec/generate.py from spec/errors.json; do not edit.

#pragma once

// clang-format off
namespace malinka {

/// The code of a Response. The same words in every language.
enum class ResponseCode : int {
  done = 200,  ///< carried out
  accepted = 202,  ///< passed on to value.recipients; each of them answers
  malformed = 400,  ///< the message, or a value in it, is not what its command takes
  wrong_key = 401,  ///< wrong, missing or superfluous key
  denied = 403,  ///< the device's policy does not allow it
  not_found = 404,  ///< no such subscriber, command, file or device
  timed_out = 408,  ///< expired, or not finished in the time allowed
  conflict = 409,  ///< taken, or already there
  too_large = 413,  ///< larger than the hub, the recipient or the command accepts
  busy = 429,  ///< too many at once, or too many wrong keys: try again later
  identity_changed = 495,  ///< the device's identity is not the one remembered for it
  failed = 500,  ///< the device tried and failed
  not_supported = 501,  ///< this device cannot do that
  unavailable = 503,  ///< the recipient does not keep up, or the hub is full or stopping
  full = 507,  ///< no space left on the device
};

}  // namespace malinka
// clang-format on
