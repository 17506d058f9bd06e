// SPDX-License-Identifier: MIT
// What a file is, by its name: what can be shown of it, and as which type. A device's word on that is
// not asked for, and the bytes may be something else: then nothing is shown.

import type { IconName } from '../../../components/icons.ts';
import { nameOf } from '../path.ts';
import type { Entry } from '../entry.ts';

export type Kind = 'picture' | 'drawing' | 'audio' | 'video' | 'text' | 'unknown';

interface Shown {
  readonly kind: Kind;
  /** Media type. */
  readonly type: string;
}

const media: Record<string, Shown> = {};
const add = (kind: Kind, types: Record<string, string>) => {
  for (const [type, endings] of Object.entries(types))
    for (const ending of endings.split(' ')) media[ending] = { kind, type };
};

add('picture', {
  'image/png': 'png',
  'image/jpeg': 'jpg jpeg jpe',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/bmp': 'bmp',
  'image/x-icon': 'ico',
});
add('drawing', { 'image/svg+xml': 'svg' });
add('audio', {
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg oga opus',
  'audio/wav': 'wav',
  'audio/flac': 'flac',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/webm': 'weba',
});
add('video', {
  'video/mp4': 'mp4 m4v',
  'video/webm': 'webm',
  'video/ogg': 'ogv',
  'video/quicktime': 'mov',
});
add('text', {
  'text/plain':
    'txt md log csv tsv json xml yaml yml toml ini conf cfg sh py js ts c h cc cpp rs go java ' +
    'html htm css sql service socket timer rules env diff patch tex rst lua pl rb php',
});

const archives = ['zip', 'tar', 'gz', 'tgz', 'xz', 'bz2', 'zst', '7z', 'rar', 'deb'];

function endingOf(name: string): string {
  const { length } = name;
  const dot = name.lastIndexOf('.');
  return dot < 0 || dot === length - 1 ? '' : name.slice(dot + 1).toLowerCase();
}

export function shownAs(name: string): Shown {
  const ending = endingOf(nameOf(name));
  // Of a name that is a word of every object, there is nothing.
  const found = Object.hasOwn(media, ending) ? media[ending] : undefined;
  return found ?? { kind: 'unknown', type: 'application/octet-stream' };
}

const icons: Record<Kind, IconName> = {
  picture: 'picture',
  drawing: 'picture',
  audio: 'audio',
  video: 'video',
  text: 'text',
  unknown: 'file',
};

export function iconOf({ type, name }: Pick<Entry, 'type' | 'name'>): IconName {
  if (type !== 'file') return type;
  return archives.includes(endingOf(name)) ? 'archive' : icons[shownAs(name).kind];
}
