/** What a watcher has missed, sent at the pace at which she takes it: nobody is cut for what she has asked for. */

import type { Socket } from 'socket.io';

/** Far fewer than a client may leave unread. */
const PIECE = 50;

/** Emits all events above `since` but the last few, which it returns: the caller emits them with its answer. */
export async function catchUp<Event extends { readonly version: number }>(
  socket: Pick<Socket, 'conn' | 'disconnected'>,
  options: {
    readonly since: number | undefined;
    readonly readAbove: (version: number) => Promise<readonly Event[]>;
    readonly emit: (event: Event) => void;
  },
): Promise<readonly Event[]> {
  const { since, readAbove, emit } = options;
  if (since === undefined) return [];
  let missed = await readAbove(since);
  while (missed.length > PIECE) {
    const version = missed.at(-1)!.version;
    for (let start = 0; start < missed.length; start += PIECE) {
      missed.slice(start, start + PIECE).forEach(emit);
      await isTaken(socket as unknown as { readonly conn: Connection });
      if (socket.disconnected) return [];
    }
    missed = await readAbove(version);
  }
  return missed;
}

/** Resolves when everything that was emitted is on its way, or the connection has ended. */
async function isTaken({ conn }: { readonly conn: Connection }): Promise<void> {
  while (conn.writeBuffer.length > 0 && conn.readyState === 'open') {
    const { promise, resolve } = Promise.withResolvers<void>();
    conn.once('drain', resolve);
    conn.once('close', resolve);
    await promise;
    conn.off('drain', resolve);
    conn.off('close', resolve);
  }
}

/** What we need of Engine.IO's socket; its buffer is not in its types. */
interface Connection {
  readonly writeBuffer: readonly unknown[];
  readonly readyState: string;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}
