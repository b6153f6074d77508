/** Connections that ask to become something else: WebSockets at Socket.IO's path may, and nobody else. */

import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import { invalidRequest } from './api-error.ts';
import type { ApiContext, ApiState } from './context.ts';

export const SOCKET_PATH = '/socket.io/';

/** Whether Node hands the connection to Socket.IO. Of all others it ignores the wish, as HTTP allows, and routes answer. */
export function mayUpgrade({ url, headers }: IncomingMessage): boolean {
  return isWebSocket(headers.upgrade) && url!.startsWith(SOCKET_PATH);
}

/** Refuses a WebSocket elsewhere at once: left without an answer, a proxy would take this process for dead. */
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
