/** `GET /api/health/live` and `/ready`. */

import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { takesWrites } from '../../db/database.ts';
import type { Databases } from '../../db/databases.ts';
import { SEARCH_ATTRIBUTES } from '../../temporal/search-attributes.ts';
import { tryAgain } from '../http/api-error.ts';
import type { Handlers } from '../http/route.ts';
import type { Deciders } from '../orders/deciders.ts';
import type { Drain } from './drain.ts';

const CHECK_MS = 2_000;

export function healthRoutes(options: {
  databases: Databases;
  temporal: Client;
  deciders: Deciders;
  namespace: string;
  drain: Pick<Drain, 'isDraining'>;
  logger: Logger;
}) {
  const { databases, temporal, deciders, namespace, drain, logger } = options;
  const checks: Readonly<Record<string, () => Promise<boolean>>> = {
    usersDatabase: () => takesWrites(databases.users),
    catalogDatabase: () => takesWrites(databases.catalog),
    ordersDatabase: () => takesWrites(databases.orders),
    temporal: async () => Boolean(await temporal.workflowService.describeNamespace({ namespace })),
    searchAttributes: async () => {
      const { customAttributes } = await temporal.connection.operatorService.listSearchAttributes({
        namespace,
      });
      return Object.keys(SEARCH_ATTRIBUTES).every((name) => name in (customAttributes ?? {}));
    },
    worker: deciders.areThere,
  };
  return {
    'GET /api/health/live': async () => ({ status: 200, body: { status: 'live' as const } }),
    'GET /api/health/ready': async () => {
      if (drain.isDraining) throw tryAgain('Not ready: this process is ending.');
      const results = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await passes(check, name)] as const),
      );
      const failed = results.flatMap(([name, isFine]) => (isFine ? [] : [name]));
      const summary = Object.fromEntries(results);
      if (failed.length > 0) throw tryAgain(`Not ready: ${failed.join(', ')}.`, { checks: summary });
      return { status: 200, body: { status: 'ready' as const, checks: summary } };
    },
  } satisfies Partial<Handlers>;

  async function passes(check: () => Promise<boolean>, name: string): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), CHECK_MS);
    });
    const asked = temporal.withDeadline(Date.now() + CHECK_MS, check).catch((error: unknown) => {
      logger.debug({ err: error, check: name }, 'a readiness check failed');
      return false;
    });
    try {
      return await Promise.race([asked, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}
