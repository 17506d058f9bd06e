// SPDX-License-Identifier: MIT
// What a program asks of a terminal (where is the cursor, what are you), taken out of what it
// showed: whoever is shown that later must not answer once more, as if it was typed.
// Standard: ECMA-48, and what xterm adds to it.

#pragma once

#include "base/bytes.h"

namespace malinka::agent::terminal {

/// A sequence that is cut off at the end stays.
[[nodiscard]] Bytes without_questions(ByteView shown);

}  // namespace malinka::agent::terminal
