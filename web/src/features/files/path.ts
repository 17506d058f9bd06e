// SPDX-License-Identifier: MIT
// Absolute paths of a device, as text: the device alone decides what they may reach.

export interface Crumb {
  readonly name: string;
  readonly path: string;
}

/** `/srv/media` gives `/`, `srv`, `media`, each with its path. */
export function crumbsOf(path: string): readonly Crumb[] {
  const crumbs: Crumb[] = [{ name: '/', path: '/' }];
  for (const name of path.split('/').filter((part) => part !== ''))
    crumbs.push({ name, path: join(crumbs.at(-1)?.path ?? '/', name) });
  return crumbs;
}

export function join(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

export function parentOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  return `/${parts.slice(0, -1).join('/')}`;
}

/** Why this cannot be the name of a file, or the empty string. */
export function problemOfFileName(name: string): string {
  if (name === '' || name === '.' || name === '..') return 'This is no name for a file.';
  if (name.includes('/') || name.includes('\0')) return 'A name has no slash in it.';
  return '';
}
