// SPDX-License-Identifier: MIT
// Which public key each device of a channel had when it was first met.

/** What a program remembers of devices: in a browser, a file, or only as long as it runs. */
export interface IdentityStore {
  read(channel: string, name: string): string | undefined;
  write(channel: string, name: string, key: string): void;
}

export function identitiesInMemory(): IdentityStore {
  const keys = new Map<string, string>();
  const place = (channel: string, name: string) => JSON.stringify([channel, name]);
  return {
    read: (channel, name) => keys.get(place(channel, name)),
    write: (channel, name, key) => void keys.set(place(channel, name), key),
  };
}
