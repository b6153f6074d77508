/** Determines the client address that every limit counts by. */

import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import { isInRanges, isLoopback, networkOf, parseAddress } from '../../domain/network.ts';

import type { ApiContext, ApiState } from './context.ts';

/** Origin of a request. */
export interface Client {
  /** The address in canonical form; `unknown` if the connection is already closed. */
  readonly address: string;
  /** The key for limits: the IPv4 address, or the /64 of an IPv6 address. */
  readonly network: string;
  /** True on a laptop, where every client has the loopback address: limits per network skip it. */
  readonly isThisMachine: boolean;
}

export interface ClientOptions {
  /** Addresses and ranges of trusted proxies. X-Forwarded-For of any other peer is ignored. */
  readonly trustedProxies: readonly string[];
  readonly production: boolean;
}

/** Reads the client address of an HTTP request or a socket handshake. */
export type ReadClient = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => Client;

/**
 * Walks from the connection's address back through X-Forwarded-For, last entry first, while the address is a trusted
 * proxy's. The first untrusted address is the client's. An invalid entry ends the walk, and the proxy that sent it is
 * counted: garbage never earns a fresh count.
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
      // Read from the connection only, never from a header, and never true where a proxy may be in front.
      isThisMachine: !production && trustedProxies.length === 0 && isLoopback(peer),
    };
  };
}

/** Stores the client address in the context. */
export function assignClient(readClient: ReadClient): Middleware<ApiState, ApiContext> {
  return (ctx, next) => {
    ctx.state.client = readClient(ctx.req);
    return next();
  };
}
