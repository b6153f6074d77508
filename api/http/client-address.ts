/** Who sends a request, as every limit counts them. */

import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import { isInRanges, isLoopback, networkOf, parseAddress } from '../../domain/network.ts';

import type { ApiContext, ApiState } from './context.ts';

/** Where a request comes from. */
export interface Client {
  /** The address in its one spelling; `unknown` when the connection is gone already. */
  readonly address: string;
  /** What limits count by: the address, or the /64 of an IPv6 address. */
  readonly network: string;
  /** True on a laptop, where everybody has the loopback address: limits by network do not count it. */
  readonly isThisMachine: boolean;
}

export interface ClientOptions {
  /** Addresses and ranges of the proxies that write X-Forwarded-For; nobody else is believed. */
  readonly trustedProxies: readonly string[];
  readonly production: boolean;
}

/** Reads where a request comes from, of HTTP and of the handshake of a socket alike. */
export type ReadClient = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => Client;

/**
 * Goes from the connection's own address back through X-Forwarded-For, last entry first, for as long as the address
 * is a trusted proxy's: the first that is not is the client's. What is no address ends the way: the proxy who wrote it
 * is then counted itself, so that nonsense never buys a fresh count.
 */
export function createClientReader({ trustedProxies, production }: ClientOptions): ReadClient {
  const isTrusted = (address: string) => isInRanges(address, trustedProxies);
  return ({ headers, socket }) => {
    const peer = parseAddress(socket.remoteAddress ?? '');
    if (peer === undefined) return { address: 'unknown', network: 'unknown', isThisMachine: false };
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    let address = peer;
    while (isTrusted(address) && forwarded.length > 0) {
      const next = parseAddress(forwarded.pop()!);
      if (next === undefined) break;
      address = next;
    }
    return {
      address,
      network: networkOf(address),
      // Only the connection says so, never a header, and never where a proxy may stand between.
      isThisMachine: !production && trustedProxies.length === 0 && isLoopback(peer),
    };
  };
}

/** Puts it where every route finds it. */
export function assignClient(readClient: ReadClient): Middleware<ApiState, ApiContext> {
  return (ctx, next) => {
    ctx.state.client = readClient(ctx.req);
    return next();
  };
}
