/** HTTP upgrades: only WebSockets at Socket.IO's path are allowed. */

import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import { invalidRequest } from './api-error.ts';
import type { ApiContext, ApiState } from './context.ts';

export const SOCKET_PATH = '/socket.io/';

/**
 * Returns whether Node passes the connection to Socket.IO. Any other upgrade is ignored, as HTTP allows, and routed.
 */
export function mayUpgrade({ url, headers }: IncomingMessage): boolean {
  return isWebSocket(headers.upgrade) && url!.startsWith(SOCKET_PATH);
}

/** Refuses a WebSocket elsewhere immediately: without a response, a proxy would consider this process dead. */
export function refuseUpgrades(): Middleware<ApiState, ApiContext> {
  return (ctx, next) => {
    if (isWebSocket(ctx.req.headers.upgrade))
      throw invalidRequest(`A WebSocket can be opened at ${SOCKET_PATH} only.`);
    return next();
  };
}

function isWebSocket(upgrade: string | undefined): boolean {
  return upgrade?.toLowerCase() === 'websocket';
}
