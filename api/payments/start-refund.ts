/** What all refunds have in common: their parts, how one is started, and lines that cannot be given back. */

import type { Client } from '@temporalio/client';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import type { RefundInput } from '../../temporal/refunds/messages.ts';
import type { OrderSought } from '../../temporal/search-attributes.ts';
import { startRefund } from '../../temporal/refunds/start.ts';
import { invalidRequest, tryAgain } from '../http/api-error.ts';
import { OUTCOME_MS } from '../http/command.ts';
import type { Deciders } from '../orders/deciders.ts';
import { isUnreachable } from '../orders/workflow-updates.ts';
import type { OrderFeed } from '../realtime/order-feed.ts';
import type { TabFeed } from '../realtime/tab-feed.ts';

export interface RefundDependencies {
  readonly settings: Settings;
  readonly databases: Databases;
  readonly temporal: Client;
  readonly feed: OrderFeed;
  readonly tabs: TabFeed;
  readonly deciders: Deciders;
}

/** Starts the refund's workflow. If it cannot be started now, a worker starts it within two minutes. */
export async function startReserved(
  { temporal }: RefundDependencies,
  input: RefundInput,
  of: OrderSought,
): Promise<void> {
  try {
    await temporal.withDeadline(Date.now() + OUTCOME_MS, () => startRefund(temporal, input, of));
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    throw tryAgain('The refund is reserved, but could not be started yet. Please send it again in a moment.');
  }
}

/** Lines that cannot be given back as they were named. */
export const LINE_REFUSALS = {
  unknown_line: () =>
    invalidRequest('A line is not one of this order, or has fewer pieces.', [
      { path: ['lines'], code: 'unknown_line' },
    ]),
  line_refunded: () =>
    invalidRequest('Some of these pieces were refunded already.', [
      { path: ['lines'], code: 'line_refunded' },
    ]),
  costs_nothing: () =>
    invalidRequest('There is nothing to give back for that.', [{ path: ['lines'], code: 'costs_nothing' }]),
};
