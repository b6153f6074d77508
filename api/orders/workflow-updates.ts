/** Talking to an order's workflow, with its refusals in the API's words. */

import { setTimeout as delay } from 'node:timers/promises';
import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { UpdateDefinition } from '@temporalio/common';
import type { Database } from '../../db/database.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { TRANSITIONS, type OrderStatus, type Transition } from '../../domain/order.ts';
import {
  FORBIDDEN,
  ILLEGAL_TRANSITION,
  orderWorkflowId,
  recordChanged,
} from '../../temporal/orders/messages.ts';
import { signalOrder } from '../../temporal/orders/signal.ts';
import { forbidden, illegalTransition, notFound, nothingWorksOn, tryAgain } from '../http/api-error.ts';
import type { Deciders } from './deciders.ts';

const UPDATE_TIMEOUT_MS = 10_000;
/** How long a word to a workflow may take that nobody waits for. */
const TELL_TIMEOUT_MS = 2_000;
/** How soon a workflow that is behind its order's record is asked again. */
const LOOK_AGAIN_MS = 100;

/** What is asked of an order, for the words of a refusal. */
export type Asked = { readonly to: string } | { readonly action: string };

/** Why a share that may be paid in general cannot be now. */
export const BEING_PAID = 'This share is paid, or being paid at this moment.';
/** Why cash for it is not recorded. */
export const ALREADY_PAID = 'This share is paid already: hand the cash back.';

/** What a share that cannot be paid is refused with, by the update that asked for it. */
const REFUSED_SHARE: Readonly<Record<string, string>> = { pay: BEING_PAID, recordCash: ALREADY_PAID };

/**
 * Sends an update and waits until the workflow has taken it, at most 10 s. The same `updateId` is done once.
 * Throws illegal_transition when the order's status forbids it (or its workflow has ended), try_again when the
 * workflow cannot be reached, at once when nobody is there who could take it.
 */
export async function updateOrder<Args extends [unknown, ...unknown[]]>(
  dependencies: { temporal: Client; orders: Database; deciders: Deciders },
  orderId: string,
  definition: UpdateDefinition<void, Args>,
  options: { updateId: string; args: Args; asked: Asked },
): Promise<void> {
  const { temporal, orders, deciders } = dependencies;
  const handle = temporal.workflow.getHandle(orderWorkflowId(orderId));
  const send = () => handle.executeUpdate(definition, { updateId: options.updateId, args: options.args });
  try {
    await deciders.waitFor(() =>
      temporal.withDeadline(Date.now() + UPDATE_TIMEOUT_MS, () =>
        againWhileBehind(orders, orderId, options.asked, send),
      ),
    );
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal) {
      const isAboutShare = refusal.from === 'awaiting_payment';
      throw illegalTransition(
        refusal.from,
        options.asked,
        isAboutShare ? REFUSED_SHARE[definition.name] : undefined,
      );
    }
    if (error instanceof WorkflowNotFoundError) {
      const record = await readOrder(orders, orderId);
      if (!record) throw notFound('This order');
      const { status } = record.order;
      throw isAllowed(status, options.asked)
        ? nothingWorksOn(status)
        : illegalTransition(status, options.asked);
    }
    if (isUnreachable(error)) {
      throw tryAgain('What works on this order could not be reached just now. Please try again in a moment.');
    }
    throw error;
  }
}

/**
 * Has an order's workflow read what the API wrote to its record. Where Temporal cannot be reached a worker
 * sees to it later, and a workflow that has ended need not know.
 */
export async function tellOrder(temporal: Client, orderId: string): Promise<void> {
  try {
    await temporal.withDeadline(Date.now() + TELL_TIMEOUT_MS, () =>
      signalOrder(temporal, orderId, recordChanged),
    );
  } catch (error) {
    if (!isUnreachable(error)) throw error;
  }
}

/** Has `send` try again while the workflow refuses what our record allows. */
async function againWhileBehind(
  orders: Database,
  orderId: string,
  asked: Asked,
  send: () => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal || !(await isRecordAhead(orders, orderId, refusal.from, asked))) throw error;
      await delay(LOOK_AGAIN_MS);
    }
  }
}

/** Temporal, or a worker of it, did not answer: nothing is known of what became of the request. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || error instanceof ServiceError;
}

/**
 * Whether our record, which people see, allows what its workflow refused from another status: the step that leads there
 * is not over for the workflow yet.
 */
async function isRecordAhead(
  orders: Database,
  orderId: string,
  from: OrderStatus,
  asked: Asked,
): Promise<boolean> {
  const status = (await readOrder(orders, orderId))?.order.status;
  return status !== undefined && status !== from && isAllowed(status, asked);
}

/** Whether the table lets somebody ask this of an order in that status. */
function isAllowed(status: OrderStatus, asked: Asked): boolean {
  const rows: readonly Transition[] = TRANSITIONS;
  return rows.some(
    (row) =>
      row.from === status &&
      ('to' in asked ? row.action === 'advance' && row.to === asked.to : row.action === asked.action),
  );
}

function refusalOf(error: unknown): { from: OrderStatus } | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return undefined;
  if (cause.type === FORBIDDEN) throw forbidden();
  if (cause.type !== ILLEGAL_TRANSITION) return undefined;
  return cause.details?.[0] as { from: OrderStatus };
}
