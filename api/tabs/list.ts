/** `GET /api/tabs`: one's own tabs, or, for staff, all that match, and what they owe together. */

import { z } from 'zod';
import type { TabRecord } from '../../db/orders/tabs/present-tab.ts';
import { listTabIds, readTabs, readOwedAmounts, type SoughtTab } from '../../db/orders/tabs/read-tab.ts';
import type { TabSummary } from '../../domain/contract/tabs.ts';
import { wordsOf } from '../../domain/fold.ts';
import { readJoinCode } from '../../domain/join-code.ts';
import { hasEnded } from '../../domain/order.ts';
import { mayRole } from '../../domain/permissions.ts';
import { readAmount } from '../../domain/typed-amount.ts';
import { cutPage, readCursor } from '../http/cursor.ts';
import type { Handlers } from '../http/route.ts';
import { accessToTab } from './access.ts';
import type { TabDependencies } from './command-tabs.ts';

const PAGE_SIZE = 25;
const cursorSchema = z.strictObject({ at: z.iso.datetime(), id: z.uuid() });

export function tabListRoutes({ settings, reads }: Pick<TabDependencies, 'settings' | 'reads'>) {
  return {
    'GET /api/tabs': async ({ query, person }) => {
      const who = await person();
      const seesAll = mayRole(who.user?.role ?? null, 'tab.list_all');
      const limit = query.limit ?? PAGE_SIZE;
      const after = readCursor(cursorSchema, query.cursor);
      const filter = {
        status: query.status,
        isRunning: query.ended === 'false',
        isOwed: query.owed === 'true',
        sought: query.q === undefined ? undefined : soughtBy(query.q, (await settings.read()).currency),
        of: seesAll ? undefined : { userId: who.user?.id, participantIds: who.participantIds },
      };
      const found = await listTabIds(reads.orders, {
        ...filter,
        before: after && { createdAt: after.at, id: after.id },
        limit: limit + 1,
      });
      const owedAmounts = seesAll && !after ? await readOwedAmounts(reads.orders, filter) : null;
      const page = cutPage(found, limit, ({ id, createdAt }) => ({ at: createdAt, id }));
      const records = await readTabs(
        reads.orders,
        page.items.map(({ id }) => id),
      );
      const items = records.flatMap((record) => (accessToTab(record, who) ? [summaryOf(record)] : []));
      return { status: 200, body: { items, nextCursor: page.nextCursor, owedAmounts } };
    },
  } satisfies Partial<Handlers>;
}

/** A search by words; all of it may also be a code, or an amount in the currency of the shop. */
function soughtBy(typed: string, currency: string): SoughtTab {
  return { words: wordsOf(typed), joinCode: readJoinCode(typed), amount: readAmount(typed, currency) };
}

function summaryOf({ tab, lastActivityAt }: TabRecord): TabSummary {
  const { id, title, status, settlement, version, currency, spot, place } = tab;
  const { totalAmount, paidAmount, owedAmount, createdAt, updatedAt } = tab;
  return {
    ...{ id, title, status, settlement, version, currency, spot, place },
    ...{ totalAmount, paidAmount, owedAmount, createdAt, updatedAt },
    participants: tab.participants.flatMap((one) => (one.hasLeft ? [] : [{ id: one.id, name: one.name }])),
    roundCount: tab.rounds.length,
    runningRounds: tab.rounds.filter((round) => !hasEnded(round.status)).length,
    lastOrderAt: tab.rounds.at(-1)?.createdAt ?? null,
    lastActivityAt: new Date(lastActivityAt).toISOString(),
    knockCount: tab.knocks.length,
    cardRefused: tab.card?.refused ?? null,
  };
}
