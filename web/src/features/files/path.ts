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

/** What a name must not have where it becomes one of this machine, whose system may be any. */
const unsafeCharacters = /[/\\\u0000-\u001f\u007f]/;

/** Why a device's name is not taken for a file of this machine, or the empty string. */
export function problemOfLocalName(name: string): string {
  if (name === '' || name === '.' || name === '..') return 'it has no name that a file can have';
  if (unsafeCharacters.test(name)) return 'its name has a slash or a control character in it';
  return '';
}

/** Where the ending begins, so that a person can rename what is before it: of `a.tar.gz`, 5. */
export function endingOf(name: string): number {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? name.length : dot;
}

/** The last name of a path, or of a way of names. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
