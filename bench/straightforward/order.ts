/**
 * The order's workflow in its obvious form: the product's steps, each a regular activity with default options, awaited
 * one after another. It omits later failures (no deadline, no compensations), which only makes it cheaper.
 */

import {
  allHandlersFinished,
  condition,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import { advance, type OrderInput } from '../../temporal/orders/messages.ts';
import type { StraightforwardActivities } from './activities.ts';

const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', 'KEYWORD');

const steps = proxyActivities<StraightforwardActivities>({ startToCloseTimeout: '1 minute' });

export async function order(input: OrderInput): Promise<void> {
  const { orderId } = input;
  let isCompleted = false;
  setHandler(advance, async ({ to, agentId }) => {
    await steps.recordAdvanced({ orderId, to, agentId });
    isCompleted = to === 'completed';
  });

  const deadline = Date.now() + input.holdMs;
  await steps.holdStock({ orderId, deadline });
  const held = await steps.recordHeld({ orderId, deadline });
  if (held === 'late') {
    await steps.rejectLate({ orderId });
    return condition(allHandlersFinished);
  }
  upsertSearchAttributes([{ key: ORDER_STATUS, value: 'awaiting_payment' }]);

  for (const attempt of input.attempts ?? []) await steps.authorizePayment({ orderId, ...attempt });
  await steps.commitHold({ orderId });
  await steps.recordCaptureStarted({ orderId });
  const { captured } = await steps.capturePayments({ orderId });
  const { mailIds } = await steps.recordConfirmed({ orderId, captured });
  await steps.sellHold({ orderId });
  upsertSearchAttributes([{ key: ORDER_STATUS, value: 'confirmed' }]);
  for (const mailId of mailIds) await steps.sendMail({ orderId, mailId });

  await condition(() => isCompleted && allHandlersFinished());
}
