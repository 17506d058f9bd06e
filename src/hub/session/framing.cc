// SPDX-License-Identifier: MIT
#include "hub/session/framing.h"

#include <span>

#include "wire/frame.h"

namespace malinka::hub {

SharedBytes make_text_frame(std::string_view text) {
  return SharedBytes(wire::make_frame(wire::Opcode::text, as_bytes(text), wire::Role::server));
}

SharedBytes make_binary_frame(std::initializer_list<ByteView> pieces) {
  return SharedBytes(wire::make_frame(
      wire::Opcode::binary, std::span(pieces.begin(), pieces.size()), wire::Role::server));
}

}  // namespace malinka::hub
