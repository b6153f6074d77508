/** Sends updates and signals to an order's workflow, and translates its refusals into API errors. */

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
import {
  forbidden,
  illegalTransition,
  notFound,
  nothingWorksOn,
  tryAgain,
  type Why,
} from '../http/api-error.ts';
import type { Deciders } from './deciders.ts';

const UPDATE_TIMEOUT_MS = 10_000;
/** Timeout of a signal that no caller waits for. */
const TELL_TIMEOUT_MS = 2_000;
/** Interval of retries while a workflow lags behind its order's record. */
const LOOK_AGAIN_MS = 100;

/** The requested command, for the wording of a refusal. */
export type Asked = { readonly to: string } | { readonly action: string };

/** Reasons why a share that is payable in general cannot be paid now. */
export const BEING_PAID: Why = {
  reason: 'being_paid',
  sentence: 'This share is paid, or being paid at this moment.',
};
/** The bill became another after the payment was sent: nothing is charged that she has not seen. */
export const BILL_CHANGED: Why = {
  reason: 'bill_changed',
  sentence: 'What is to be paid has changed meanwhile: nothing was charged. Look at it, and pay again.',
};
/** Reasons why cash for it is not recorded. */
export const ALREADY_PAID: Why = {
  reason: 'already_paid',
  sentence: 'This share is paid already: hand the cash back.',
};

/** The errors for a share that cannot be paid, by the requesting update. */
const REFUSED_SHARE: Readonly<Record<string, Why>> = {
  pay: BEING_PAID,
  cover: BEING_PAID,
  drop: BEING_PAID,
  recordCash: ALREADY_PAID,
};

/**
 * Sends an update and waits until the workflow has accepted it, at most 10 s. Idempotent per `updateId`. Throws
 * illegal_transition if the order's status forbids it (or its workflow has ended), and try_again if the workflow or a
 * worker cannot be reached.
 *
 * `isDone` reads from the record whether the command was carried out, before anything is refused: a workflow that lost
 * the run which carried it out finds its effect, and refuses the message that is delivered again.
 */
export async function updateOrder<Args extends [unknown, ...unknown[]]>(
  dependencies: { temporal: Client; orders: Database; deciders: Deciders },
  orderId: string,
  definition: UpdateDefinition<void, Args>,
  options: { updateId: string; args: Args; asked: Asked; isDone: () => Promise<boolean> },
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
    if ((refusal || error instanceof WorkflowNotFoundError) && (await options.isDone())) return;
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
 * Makes an order's workflow read what the API wrote to its record. If Temporal is unreachable, a worker does it later.
 * An ended workflow needs no message.
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

/** Retries `send` while the workflow refuses what the record allows. */
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
      if (!refusal || !(await isRecordAhead(orders, orderId, refusal, asked))) throw error;
      await delay(LOOK_AGAIN_MS);
    }
  }
}

/** Temporal or its worker did not respond: the outcome of the request is unknown. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || error instanceof ServiceError;
}

/**
 * Whether the record, which people see, allows what its workflow refused in an earlier status: the workflow has not
 * completed that transition yet, or has not taken up again after the deadline was extended.
 */
async function isRecordAhead(
  orders: Database,
  orderId: string,
  { from, isSettling = false }: Refusal,
  asked: Asked,
): Promise<boolean> {
  const order = (await readOrder(orders, orderId))?.order;
  if (!order) return false;
  const { status, deadline } = order;
  if (status === from) return isSettling && deadline !== null && Date.parse(deadline) > Date.now();
  return isAllowed(status, asked);
}

/** Returns whether the transition table allows the command in that status. */
function isAllowed(status: OrderStatus, asked: Asked): boolean {
  const rows: readonly Transition[] = TRANSITIONS;
  return rows.some(
    (row) =>
      row.from === status &&
      ('to' in asked ? row.action === 'advance' && row.to === asked.to : row.action === asked.action),
  );
}

/** Why a workflow refused an update: the status that it knew, and whether it takes no payments for a moment. */
interface Refusal {
  readonly from: OrderStatus;
  readonly isSettling?: boolean;
}

function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return undefined;
  if (cause.type === FORBIDDEN) throw forbidden();
  if (cause.type !== ILLEGAL_TRANSITION) return undefined;
  return cause.details?.[0] as Refusal;
}
