// SPDX-License-Identifier: MIT
// Writes again what was read: a form that is taken is written as the same bytes.

import { concatenate } from '../seal/bytes.ts';
import { makeHeader, makeHello, makeUnknown, makeWelcome, type Form } from '../seal/forms.ts';

export function writtenForm(form: Form): Uint8Array {
  switch (form.kind) {
    case 'hello':
      return makeHello(form.level, form.session, form.noise);
    case 'welcome':
      return makeWelcome(form.session, form.noise);
    case 'unknown':
      return makeUnknown(form.session);
    case 'data':
    case 'event':
      return concatenate(makeHeader(form.kind, form.id, form.generation, form.counter), form.box);
  }
}
