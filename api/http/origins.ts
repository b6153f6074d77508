/** Origins that may call the API: ours and, on a laptop, the other spelling of the same loopback address. */

import type { Middleware } from 'koa';
import { forbidden } from './api-error.ts';
import type { ApiContext, ApiState } from './context.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** The set of our origins. The port is known only once the server listens, hence `addPort`. */
export interface Origins {
  list(): readonly string[];
  isOurs(origin: string): boolean;
  /** Adds a local port: both loopback spellings of it become ours. */
  addPort(port: number): void;
}

/** Returns the origin of `publicUrl` and, outside production, its other loopback spellings. */
export function createOrigins(options: { publicUrl: string; production: boolean }): Origins {
  const url = new URL(options.publicUrl);
  const ours = new Set([url.origin]);
  const addLoopback = (port: string) => {
    for (const host of LOOPBACK) ours.add(`${url.protocol}//${host}${port === '' ? '' : `:${port}`}`);
  };
  if (!options.production && LOOPBACK.includes(url.hostname)) addLoopback(url.port);
  return {
    list: () => [...ours],
    isOurs: (origin) => ours.has(origin),
    addPort: (port) => {
      if (!options.production) addLoopback(String(port));
    },
  };
}

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Refuses cross-site requests: any foreign Origin, and any changing request with a cookie unless the browser marks it
 * as same-origin. Programs without cookies need no Origin.
 */
export function checkOrigin(origins: Origins): Middleware<ApiState, ApiContext> {
  return async (ctx, next) => {
    const origin = ctx.get('Origin');
    if (origin !== '' && !origins.isOurs(origin)) {
      throw forbidden('This request comes from another web site, and only our own pages may send it.');
    }
    const hasCookie = ctx.get('Cookie') !== '';
    if (
      hasCookie &&
      origin === '' &&
      CHANGING.has(ctx.method) &&
      ctx.get('Sec-Fetch-Site') !== 'same-origin'
    ) {
      throw forbidden('A request that carries a cookie must say which page sent it (Origin).');
    }
    await next();
  };
}
