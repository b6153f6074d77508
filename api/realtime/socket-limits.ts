/** How many sockets one network may have here, and how one may ask: one thing at a time. */

import type { IncomingMessage } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import type { Client } from '../http/client-address.ts';

/**
 * Counts the connections of networks. Returns whether this one may become a socket; until it is closed it is counted. Our
 * own machine is not.
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

/** Runs what it is given one after another; calls `onTooMany` instead once `most` are waiting. None of it may reject. */
export function createQueue(most: number, onTooMany: () => void): (work: () => Promise<void>) => void {
  let count = 0;
  let last = Promise.resolve();
  return (work) => {
    if (count >= most) return onTooMany();
    count += 1;
    last = last.then(work).finally(() => (count -= 1));
  };
}
