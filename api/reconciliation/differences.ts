/** `GET /api/differences` and `POST /api/differences/:id/mend`: what is not as it should be, and setting it right. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import type { Databases } from '../../db/databases.ts';
import { listDifferences, readDifference } from '../../db/orders/reconciliation/differences.ts';
import type { MendRow } from '../../db/orders/entities/reconciliation.ts';
import { readMend, recordMendEnded, startMend } from '../../db/orders/reconciliation/mends.ts';
import { pageOf } from '../../domain/contract/fields.ts';
import {
  differenceAnswer,
  differenceSchema,
  differencesQuerySchema,
  mendDifferenceSchema,
  mendManyAnswer,
  mendManySchema,
} from '../../domain/contract/reconciliation.ts';
import { DIFFERENCE_KINDS, mendOf } from '../../domain/reconciliation.ts';
import { startMendWorkflow } from '../../temporal/reconciliation/start.ts';
import { ApiError, invalidRequest, notFound, tryAgain } from '../http/api-error.ts';
import { cutPage, readCursor } from '../http/cursor.ts';
import { requestIdFor } from '../http/idempotency.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { OUTCOME_MS } from '../orders/commands.ts';
import { isUnreachable } from '../orders/workflow-updates.ts';
import { assertAdmin, assertStaff } from '../people/people.ts';
import { presentDifferences } from './present-difference.ts';

const TAG = 'Reconciliation';
/** More than anybody reads at once. */
const PAGE_SIZE = 200;
const cursorSchema = z.strictObject({ kind: z.enum(DIFFERENCE_KINDS), at: z.iso.datetime(), id: z.uuid() });
const LOOK_MS = 100;
/** Of several that are asked for together. */
const BEGUN_AT_ONCE = 4;

export interface DifferenceDependencies {
  readonly config: Config;
  readonly databases: Databases;
  readonly temporal: Client;
}

export function differenceRoutes(dependencies: DifferenceDependencies): Route[] {
  const { databases, temporal } = dependencies;
  const { orders } = databases;
  return [
    defineRoute({
      method: 'get',
      path: '/api/differences',
      tag: TAG,
      summary: 'What differs between our records, Stripe and Temporal',
      description: 'The open ones, the most pressing first; or the last closed, newest first.',
      who: 'staff',
      query: differencesQuerySchema,
      answers: { 200: pageOf(differenceSchema) },
      errors: ['unauthenticated', 'forbidden'],
      handle: async ({ query, person }) => {
        assertStaff(await person());
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
    }),
    defineRoute({
      method: 'post',
      path: '/api/differences/:id/mend',
      tag: TAG,
      summary: 'Have a difference set right',
      description:
        'Done by a workflow of its own, and kept with the name of who asked for it. 202: it is under way. ' +
        'While one is under way, another is not begun.',
      who: 'admin',
      body: mendDifferenceSchema,
      answers: { 200: differenceAnswer, 202: differenceAnswer },
      errors: ['unauthenticated', 'forbidden', 'not_found', 'version_conflict', 'try_again'],
      handle: async ({ params, body, person, idempotencyKey }) => {
        const admin = assertAdmin(await person());
        const differenceId = params['id']!;
        const id = requestIdFor(`mend ${differenceId}`, admin.id, idempotencyKey);
        const mend = await begin({ id, differenceId, action: body.action, actorId: admin.id });
        const ended = await waitForEnd(mend);
        const [difference] = await presentDifferences(dependencies, [
          (await readDifference(orders, differenceId))!,
        ]);
        return { status: ended ? 200 : 202, body: { difference: difference! } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/differences/mend',
      tag: TAG,
      summary: 'Have several differences set right',
      description:
        'Each by a workflow of its own, as if it were asked for alone; answered as soon as all are begun. What cannot be ' +
        'begun is named with the reason, and does not hold up the others.',
      who: 'admin',
      body: mendManySchema,
      answers: { 202: mendManyAnswer },
      errors: ['unauthenticated', 'forbidden'],
      handle: async ({ body, person, idempotencyKey }) => {
        const admin = assertAdmin(await person());
        const refused: { id: string; message: string }[] = [];
        const left = [...new Map(body.mends.map((wish) => [wish.id, wish])).values()];
        const beginNext = async (): Promise<void> => {
          for (let wish = left.shift(); wish; wish = left.shift()) {
            const { id: differenceId, action } = wish;
            const id = requestIdFor(`mend ${differenceId}`, admin.id, idempotencyKey);
            try {
              await begin({ id, differenceId, action, actorId: admin.id });
            } catch (error) {
              if (!(error instanceof ApiError)) throw error;
              refused.push({ id: differenceId, message: error.message });
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
    }),
  ];

  /** Writes down that a difference is to be mended, and starts it. Throws for one that is not there, gone or another. */
  async function begin(wish: Parameters<typeof startMend>[1]): Promise<MendRow> {
    const before = await readDifference(orders, wish.differenceId);
    if (!before) throw notFound('This difference');
    if (!(await readMend(orders, wish.id))) {
      if (before.status === 'closed')
        throw new ApiError('version_conflict', 'This difference is gone: there is nothing to mend.');
      if (mendOf(before.kind, before.details) !== wish.action)
        throw invalidRequest('This is not what sets this difference right.', [
          { path: ['action'], message: 'must be the action that the difference offers' },
        ]);
    }
    const mend = await startMend(orders, wish);
    if (mend.outcome == null) await start(mend);
    return mend;
  }

  /** Starts the workflow of a mend; one that runs is left as it is. One that was ended from outside has failed. */
  async function start(mend: MendRow): Promise<void> {
    try {
      const isRunning = await temporal.withDeadline(Date.now() + OUTCOME_MS, () =>
        startMendWorkflow(temporal, mend),
      );
      // Had it ended by itself, its outcome would be written: then this changes nothing.
      if (!isRunning)
        await recordMendEnded(orders, mend.id, 'failed', 'its workflow was ended before it was done');
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
