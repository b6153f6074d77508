/** A card payment that its payer disputes with her bank, as recorded in the order's history. */

import type { EventType } from './events.ts';

/**
 * `inquiry`: the bank asks and has taken nothing yet; `open`: it has taken the money back and is investigating; `won`:
 * it returned the money to us; `lost`: it keeps it.
 */
export const DISPUTE_STATES = ['inquiry', 'open', 'won', 'lost'] as const;
export type DisputeState = (typeof DISPUTE_STATES)[number];

/** Stripe's reasons for a dispute (docs.stripe.com/disputes/categories). */
export const DISPUTE_REASONS = [
  'general',
  'bank_cannot_process',
  'check_returned',
  'credit_not_processed',
  'customer_initiated',
  'debit_not_authorized',
  'duplicate',
  'fraudulent',
  'incorrect_account_details',
  'insufficient_funds',
  'noncompliant',
  'product_not_received',
  'product_unacceptable',
  'subscription_canceled',
  'unrecognized',
] as const;

/** The events of an order's history that record it. */
export const DISPUTE_EVENTS = [
  'disputed',
  'dispute_won',
  'dispute_lost',
] as const satisfies readonly EventType[];

/** Most pressing first: a share with several disputes shows the first of these. */
const PRESSING: readonly DisputeState[] = ['open', 'lost', 'inquiry', 'won'];

/** The state of a dispute after a step. */
const STEP_STATES = {
  opened: 'inquiry',
  taken: 'open',
  won: 'won',
  lost: 'lost',
} as const satisfies Readonly<Record<string, DisputeState>>;

/** One step of one dispute, from its event; `id` is Stripe's. */
export interface DisputeStep {
  readonly id: string;
  readonly step: keyof typeof STEP_STATES;
}

/** Returns the dedupe key of a dispute's event. */
export function disputeStepKey({ id, step }: DisputeStep): string {
  return `dispute:${id}:${step}`;
}

/** Returns the state of a share whose disputes took these steps, oldest first; null if it never was disputed. */
export function disputeStateOf(steps: readonly DisputeStep[]): DisputeState | null {
  const disputes = new Map(steps.map(({ id, step }) => [id, STEP_STATES[step]]));
  const states: readonly DisputeState[] = [...disputes.values()];
  return PRESSING.find((state) => states.includes(state)) ?? null;
}

/** Returns whether the bank has the money, or is deciding: a refund would return it twice, and Stripe refuses it. */
export function isBlockedByDispute(state: DisputeState | null): boolean {
  return state === 'open' || state === 'lost';
}
