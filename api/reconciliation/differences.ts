/** `GET /api/differences` and `POST /api/differences/:id/mend`: lists differences and starts their mends. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import type { Databases } from '../../db/databases.ts';
import { listDifferences, readDifference } from '../../db/orders/reconciliation/differences.ts';
import type { MendRow } from '../../db/orders/entities/reconciliation.ts';
import { readSought } from '../../db/orders/orders/read-sought.ts';
import { readMend, recordMendEnded, startMend } from '../../db/orders/reconciliation/mends.ts';
import { DIFFERENCE_KINDS, mendOf } from '../../domain/reconciliation.ts';
import { startMendWorkflow } from '../../temporal/reconciliation/start.ts';
import type { MendManyAnswer } from '../../domain/contract/reconciliation.ts';
import { ApiError, invalidRequest, notFound, tryAgain } from '../http/api-error.ts';
import { cutPage, readCursor } from '../http/cursor.ts';
import { requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import { OUTCOME_MS, runCommand } from '../http/command.ts';
import { isUnreachable } from '../orders/workflow-updates.ts';
import { presentDifferences } from './present-difference.ts';

/** More than anybody reads at once. */
const PAGE_SIZE = 200;
const cursorSchema = z.strictObject({ kind: z.enum(DIFFERENCE_KINDS), at: z.iso.datetime(), id: z.uuid() });
const LOOK_MS = 100;
/** Mends of one request that are started concurrently. */
const BEGUN_AT_ONCE = 4;

export interface DifferenceDependencies {
  readonly config: Config;
  readonly databases: Databases;
  readonly temporal: Client;
}

export function differenceRoutes(dependencies: DifferenceDependencies) {
  const { databases, temporal } = dependencies;
  const { orders } = databases;
  return {
    'GET /api/differences': async ({ query }) => {
      const limit = query.limit ?? PAGE_SIZE;
      const found = await listDifferences(orders, {
        status: query.status ?? 'open',
        after: readCursor(cursorSchema, query.cursor),
        limit: limit + 1,
      });
      const page = cutPage(found, limit, ({ kind, exactAt, id }) => ({ kind, at: exactAt, id }));
      const items = await presentDifferences(dependencies, page.items);
      return { status: 200, body: { items, nextCursor: page.nextCursor } };
    },
    'POST /api/differences/:id/mend': async ({ params, body, user, idempotencyKey }) => {
      const differenceId = params.id;
      const id = requestIdFor(`mend ${differenceId}`, user.id, idempotencyKey);
      const mend = await begin({ id, differenceId, action: body.action, actorId: user.id });
      const ended = await waitForEnd(mend);
      const [difference] = await presentDifferences(dependencies, [
        (await readDifference(orders, differenceId))!,
      ]);
      return { status: ended ? 200 : 202, body: { difference: difference! } };
    },
    'POST /api/differences/mend': async ({ body, user, idempotencyKey }) => {
      const refused: MendManyAnswer['refused'] = [];
      const left = [...new Map(body.mends.map((wish) => [wish.id, wish])).values()];
      const beginNext = async (): Promise<void> => {
        for (let wish = left.shift(); wish; wish = left.shift()) {
          const { id: differenceId, action } = wish;
          const id = requestIdFor(`mend ${differenceId}`, user.id, idempotencyKey);
          try {
            await begin({ id, differenceId, action, actorId: user.id });
          } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            refused.push({ id: differenceId, code: error.code, message: error.message });
          }
        }
      };
      await Promise.all(Array.from({ length: BEGUN_AT_ONCE }, beginNext));
      const rows = await Promise.all(
        [...new Set(body.mends.map(({ id }) => id))].map((id) => readDifference(orders, id)),
      );
      const differences = await presentDifferences(
        dependencies,
        rows.filter((row) => row !== undefined),
      );
      return { status: 202, body: { differences, refused } };
    },
  } satisfies Partial<Handlers>;

  /**
   * Records that a difference is to be mended, and starts the mend. Throws if the difference does not exist, is gone or
   * has changed.
   */
  async function begin(wish: Parameters<typeof startMend>[1]): Promise<MendRow> {
    const difference = await readDifference(orders, wish.differenceId);
    if (!difference) throw notFound('This difference');
    return runCommand({
      before: await readMend(orders, wish.id),
      // The id derives from the difference, which has at most one running mend.
      isSame: () => true,
      check: () => {
        if (difference.status === 'closed')
          throw new ApiError('version_conflict', 'This difference is gone: there is nothing to mend.');
        if (mendOf(difference.kind, difference.details) !== wish.action)
          throw invalidRequest('This is not what sets this difference right.', [
            { path: ['action'], code: 'other_action' },
          ]);
      },
      write: () => startMend(orders, wish),
      carryOut: async (mend) => {
        if (mend.outcome == null) await start(mend, difference.orderId);
        return mend;
      },
    });
  }

  /**
   * Starts a mend's workflow; a running one is left alone. One that was terminated from outside is recorded as failed.
   */
  async function start(mend: MendRow, orderId: string | null | undefined): Promise<void> {
    const of = orderId ? await readSought(orders, orderId) : {};
    try {
      const isRunning = await temporal.withDeadline(Date.now() + OUTCOME_MS, () =>
        startMendWorkflow(temporal, mend, of),
      );
      // If the workflow had completed, its outcome would be recorded, and this changes nothing.
      if (!isRunning) await recordMendEnded(orders, mend.id, 'failed', 'workflow_ended');
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      throw tryAgain('It is written down, but could not be started yet. Please press it again in a moment.');
    }
  }

  async function waitForEnd(mend: MendRow): Promise<boolean> {
    const until = Date.now() + OUTCOME_MS;
    for (;;) {
      if ((await readMend(orders, mend.id))?.outcome != null) return true;
      if (Date.now() >= until) return false;
      await delay(LOOK_MS);
    }
  }
}
