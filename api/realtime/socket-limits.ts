/** Limits the sockets per network, and runs each socket's requests one at a time. */

import type { IncomingMessage } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import type { Client } from '../http/client-address.ts';

/**
 * Counts the open sockets per network. Returns whether one more may open; it counts until it closes. The loopback
 * address is not counted.
 */
export function createSocketCount(most: number): (request: IncomingMessage, client: Client) => boolean {
  const counts = new Map<string, number>();
  const counted = new WeakSet<TcpSocket>();
  return ({ socket }, { network, isThisMachine }) => {
    if (isThisMachine || counted.has(socket)) return true;
    const count = counts.get(network) ?? 0;
    if (count >= most || socket.destroyed) return false;
    counts.set(network, count + 1);
    counted.add(socket);
    socket.once('close', () => {
      const left = counts.get(network)! - 1;
      if (left > 0) counts.set(network, left);
      else counts.delete(network);
    });
    return true;
  };
}

/** Runs tasks one after another; calls `onTooMany` instead once `most` are waiting. Tasks must not reject. */
export function createQueue(most: number, onTooMany: () => void): (work: () => Promise<void>) => void {
  let count = 0;
  let last = Promise.resolve();
  return (work) => {
    if (count >= most) return onTooMany();
    count += 1;
    last = last.then(work).finally(() => (count -= 1));
  };
}
