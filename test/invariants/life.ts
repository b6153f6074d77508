/** W1, W2 and W4 to W7: orders and their workflows. */

import { isDeepStrictEqual } from 'node:util';
import type { EventType } from '../../domain/events.ts';
import { hasEnded, isTransition, type OrderStatus } from '../../domain/order.ts';
import type { Facts } from './facts.ts';
import { of } from './grouping.ts';
import type { RefundWorkflow } from './read-workflows.ts';
import type { Violation } from './violation.ts';

const GRACE_MS = 30_000;
/** Temporal keeps closed workflows for at least a day. */
const REMEMBERED_MS = 20 * 60 * 60_000;
/** A task with this many attempts is failing repeatedly. */
const TASK_ATTEMPTS = 3;
/** The events that tell how a refund went; each refund has at least one. */
const REFUND_OUTCOMES: readonly EventType[] = ['refunded', 'refund_pending', 'refund_failed'];

/** Returns the violations of orders and their workflows. `workerRuns`: a worker is running. */
export function checkLife(facts: Facts, { workerRuns }: { workerRuns: boolean }): Violation[] {
  return [...w1(facts, workerRuns), ...w2(facts), ...w4(facts), ...w5(facts), ...w6(facts), ...w7(facts)];
}

function w1({ orders, workflows, now }: Facts, workerRuns: boolean): Violation[] {
  const violations: Violation[] = [];
  const complain = (orderId: string, sentence: string) => violations.push({ id: 'W1', orderId, sentence });
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  for (const order of orders) {
    const workflow = workflows.byOrder.get(order.id);
    const age = now.getTime() - order.updatedAt.getTime();
    const isOver = hasEnded(order.status);
    if (!workflow) {
      if (order.status === 'placing' && age < GRACE_MS) continue;
      if (!(isOver && age > REMEMBERED_MS)) complain(order.id, `it is ${order.status} and has no workflow`);
      continue;
    }
    if (workflow.status === 'RUNNING') {
      const isLate =
        order.status === 'awaiting_payment' &&
        order.deadline &&
        now.getTime() - order.deadline.getTime() > GRACE_MS;
      const isStuck = (order.status === 'placing' || order.status === 'capturing') && age > GRACE_MS;
      if (workerRuns && (isLate || isStuck)) complain(order.id, `it is ${order.status} past its bound`);
    } else if (workflow.status !== 'COMPLETED') {
      complain(order.id, `it is ${order.status}, and its workflow is ${workflow.status}`);
    } else if (!isOver) {
      complain(order.id, `it is ${order.status}, and its workflow has ended`);
    }
  }
  for (const [workflowId, runs] of of([...workflows.runs], (id) => id)) {
    const orderId = workflowId.replace(/^order-/, '');
    if (runs.length > 1) complain(orderId, `it has ${runs.length} workflows`);
    if (!orderOf.has(orderId)) complain(orderId, `workflow ${workflowId} is of no order that exists`);
  }
  return violations;
}

function w2({ orders, events }: Facts): Violation[] {
  const violations: Violation[] = [];
  const eventsOf = of(events, (event) => event.orderId);
  for (const { id, kind, version, status } of orders) {
    const complain = (sentence: string) => violations.push({ id: 'W2', orderId: id, sentence });
    const own = eventsOf.get(id) ?? [];
    const versions = own.map((event) => event.version);
    if (versions.some((each, index) => each !== index + 1) || versions.length !== version)
      complain(`it is at version ${version}, and its events are ${versions.join(', ') || 'none'}`);
    let before: OrderStatus | null = null;
    for (const event of own) {
      const after: OrderStatus = event.data.status;
      if (after !== before && !isTransition(before, after, event.actor, kind))
        complain(`event ${event.version} (${event.type}) leads from ${before ?? 'nothing'} to ${after}`);
      before = after;
    }
    if (own.length > 0 && before !== status) complain(`it is ${status}, and its last event says ${before}`);
  }
  return violations;
}

/** An order that ended unconfirmed has undone its steps, payments before stock; no other order has undone any. */
function w4({ orders, lines, payments, holds, shares, events, oneClock }: Facts): Violation[] {
  const violations: Violation[] = [];
  const paymentsOf = of(payments, (payment) => payment.orderId);
  const holdsOf = of(holds, (hold) => hold.orderId);
  const linesOf = of(lines, (line) => line.orderId);
  const sharesOf = of(shares, (share) => share.orderId);
  for (const order of orders) {
    const complain = (sentence: string) => violations.push({ id: 'W4', orderId: order.id, sentence });
    const wasConfirmed = order.number !== null && order.number !== undefined;
    const isUndone = order.status === 'expired' || order.status === 'canceled';
    const released = (holdsOf.get(order.id) ?? []).filter(({ status }) => status === 'released');
    if (!hasEnded(order.status) || order.status === 'completed') {
      // What was taken off it is on sale again.
      const wanted = new Set((linesOf.get(order.id) ?? []).map(({ variantId }) => variantId));
      if (released.some(({ variantId }) => wanted.has(variantId)))
        complain(`it is ${order.status}, and its stock was given back`);
      const voided = (sharesOf.get(order.id) ?? []).filter(
        (share) => share.status === 'voided' && share.billVersion === order.billVersion,
      );
      if (voided.length > 0) complain(`it is ${order.status}, and a share of it is voided`);
    }
    if (!isUndone || wasConfirmed) continue;
    const open = (paymentsOf.get(order.id) ?? []).filter(
      ({ status }) => !['canceled', 'captured'].includes(status),
    );
    if (open.length > 0 && !order.attention.includes('void_failed'))
      complain(`it is ${order.status}, and payment ${open[0]!.id} is still ${open[0]!.status}`);
    const ended = events.findLast(({ orderId, type }) => orderId === order.id && type === order.status)?.at;
    // Aftercare voids a payment that is found open only after the end; that undoes no step.
    const lastVoid = Math.max(
      0,
      ...(paymentsOf.get(order.id) ?? [])
        .filter(({ status, updatedAt }) => status === 'canceled' && ended && updatedAt <= ended)
        .map(({ updatedAt }) => updatedAt.getTime()),
    );
    const firstRelease = Math.min(...released.map(({ updatedAt }) => updatedAt.getTime()));
    if (oneClock && lastVoid > firstRelease)
      complain('its stock was given back before its payments were voided');
  }
  return violations;
}

function w5({ workflows }: Facts): Violation[] {
  return [...workflows.byOrder].flatMap(([orderId, { taskAttempts }]) =>
    taskAttempts < TASK_ATTEMPTS
      ? []
      : [{ id: 'W5' as const, orderId, sentence: `its workflow task was tried ${taskAttempts} times` }],
  );
}

/** The workflow's status and attention match the order's. Attention raised after the workflow's end is not compared. */
function w6({ orders, workflows }: Facts): Violation[] {
  return orders.flatMap((order): Violation[] => {
    const workflow = workflows.byOrder.get(order.id);
    const isRunning = workflow?.status === 'RUNNING';
    if (!workflow || (!isRunning && workflow.status !== 'COMPLETED')) return [];
    const complain = (sentence: string): Violation[] => [{ id: 'W6', orderId: order.id, sentence }];
    if (workflow.orderStatus !== order.status)
      return complain(`it is ${order.status}, and its workflow takes it to be ${workflow.orderStatus}`);
    const known = workflow.attention.join(', ') || 'nothing';
    const needed = order.attention.join(', ') || 'nothing';
    return isRunning && known !== needed
      ? complain(`it needs a person for ${needed}, and its workflow knows of ${known}`)
      : [];
  });
}

/**
 * Operators find the workflows of an order and of its refunds by its number and tab, and the order's by its total. A
 * workflow that ran before the order was confirmed, or before its tab was merged, is found by what was true then.
 */
function w7({ orders, workflows, tabs, events }: Facts): Violation[] {
  const mergedInto = new Map(tabs.map((tab) => [tab.id, tab.mergedInto ?? undefined]));
  const refundsOf = of([...workflows.refunds], ({ orderId }) => orderId);
  const confirmedIn = new Map(
    events.filter(({ type }) => type === 'confirmed').map(({ orderId, version }) => [orderId, version]),
  );
  const outcomes = of(
    events.filter(({ type }) => REFUND_OUTCOMES.includes(type)),
    ({ data }) => data.refundId!,
  );
  /** The refund's step reads its order once its outcome is recorded: that, too, is under the order's lock. */
  const wasMadeUnconfirmed = ({ orderId, refundId }: RefundWorkflow) =>
    (outcomes.get(refundId)?.[0]?.version ?? Infinity) < (confirmedIn.get(orderId) ?? 0);
  /** Returns the tab that this one has become a part of. */
  const tabNow = (tabId: string | undefined): string | undefined => {
    const into = tabId === undefined ? undefined : mergedInto.get(tabId);
    return into === undefined ? tabId : tabNow(into);
  };
  return orders.flatMap(({ id, number, totalAmount, tabId }): Violation[] => {
    const workflow = workflows.byOrder.get(id);
    const own = workflow && ['RUNNING', 'COMPLETED'].includes(workflow.status) ? [workflow] : [];
    const expected = { orderNumber: number ?? undefined, orderTotal: undefined, tabId: tabId ?? undefined };
    const judged = [
      ...own.map(({ sought, status }) => ({
        what: 'its workflow',
        sought,
        isOver: status !== 'RUNNING',
        expected: { ...expected, orderTotal: totalAmount },
      })),
      ...(refundsOf.get(id) ?? []).map((refund) => ({
        what: 'the workflow of a refund',
        sought: refund.sought,
        isOver: true,
        expected:
          wasMadeUnconfirmed(refund) && refund.sought.orderNumber === undefined
            ? { ...expected, orderNumber: undefined }
            : expected,
      })),
    ];
    return judged
      .filter(({ sought, isOver, expected: given }) => {
        const found = isOver ? { ...sought, tabId: tabNow(sought.tabId) } : sought;
        return !isDeepStrictEqual(given, found);
      })
      .map(({ what, sought, expected: given }) => ({
        id: 'W7',
        orderId: id,
        sentence: `${what} is found by ${JSON.stringify(sought)} instead of ${JSON.stringify(given)}`,
      }));
  });
}
