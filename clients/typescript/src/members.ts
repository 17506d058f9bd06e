// SPDX-License-Identifier: MIT
// Walks the text of a JSON object that JSON.parse has accepted and yields its members as they are
// written: JSON.parse keeps the last of two equal names and rounds long numbers, and an id has to
// be echoed byte for byte (docs/protocol.md section 3).

export interface Member {
  /** Between the quotes, escapes not decoded. */
  readonly rawName: string;
  /** The value's text, without surrounding space. */
  readonly raw: string;
}

export interface Members {
  readonly members: readonly Member[];
  /** How deep arrays and objects are nested; the object itself is 1. */
  readonly depth: number;
}

/** Precondition: JSON.parse accepts the text, and its value is an object. */
export function membersOf(text: string): Members {
  const members: Member[] = [];
  let deepest = 0;
  let depth = 0;
  let rawName = '';
  let valueStart = -1;

  const finishValue = (end: number) => {
    if (valueStart >= 0) members.push({ rawName, raw: text.slice(valueStart, end).trim() });
    valueStart = -1;
  };

  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        if (depth === 1 && valueStart < 0) rawName = text.slice(at + 1, end);
        at = end;
        break;
      }
      case '{':
      case '[':
        deepest = Math.max(deepest, ++depth);
        break;
      case '}':
      case ']':
        if (depth === 1) finishValue(at);
        depth--;
        break;
      case ':':
        if (depth === 1) valueStart = at + 1;
        break;
      case ',':
        if (depth === 1) finishValue(at);
        break;
    }
  }
  return { members, depth: deepest };
}

/** Where the string that begins at `start` has its closing quote. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
