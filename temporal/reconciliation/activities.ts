/**
 * The activities that compare our records with Stripe and Temporal, and those that mend, as the workflows call them.
 */

import type { Compared, MendOutcome } from '../../domain/reconciliation.ts';
import type { RefundInput } from '../refunds/messages.ts';
import type { OrderSought } from '../search-attributes.ts';

/** The run to which a step belongs. */
export interface Run {
  readonly reconciliationId: string;
}

/** The result of one attempt to mend, and its refunds that must be made now. */
export interface MendStep {
  /** `again`: Stripe failed, and replays that under this attempt's keys: another attempt is needed. */
  readonly outcome: MendOutcome | 'again';
  /** Why it was refused or has failed; null if there is nothing to say. */
  readonly note: string | null;
  readonly refunds: readonly RefundInput[];
  /** The order that may have due mails; null for none. */
  readonly orderId: string | null;
  /** By what that order is found now. */
  readonly sought?: OrderSought;
}

/** The outcome of a mend. */
export interface MendEnd {
  readonly outcome: MendOutcome;
  readonly note: string | null;
}

/** Carries out the action of a mend's row. */
export interface MendActivities {
  /**
   * Tries the action, if the difference still exists. `attempt` counts from 1: each attempt has its own keys at Stripe.
   */
  mendDifference(request: { mendId: string; attempt: number }): Promise<MendStep>;

  /** Checks again, records the outcome and closes a difference that is gone. */
  endMend(end: MendEnd & { mendId: string }): Promise<{ outcome: MendOutcome }>;
}

/** The start and the end of a run. Each is safe to repeat. */
export interface RunActivities {
  /** Records the start of a run. */
  beginReconciliation(run: Run & { startedBy: string }): Promise<void>;

  /** Records how much a run has compared, and closes the differences that it did not see again. */
  endReconciliation(run: Run & { compared: Compared }): Promise<{ found: number; closed: number }>;

  /** Records that a run was given up. */
  failReconciliation(run: Run): Promise<void>;
}

/** Compares our records with Stripe, and with each other. */
export interface CompareActivities {
  compareIntents(run: Run): Promise<{ compared: number }>;
  comparePayments(run: Run): Promise<{ compared: number }>;
  compareOrders(run: Run): Promise<{ compared: number }>;
  compareBookings(run: Run): Promise<{ compared: number }>;
  findUnknownOutcomes(run: Run): Promise<void>;
}

/** Compares our records with Temporal. */
export interface CompareWorkflowsActivities {
  compareWorkflows(run: Run): Promise<{ compared: number }>;
  compareOtherWorkflows(run: Run): Promise<{ compared: number }>;
  findOverdueHolds(run: Run): Promise<void>;
}

/** Differences that need no decision. */
export interface MendDecidedActivities {
  /** Mends differences that need no decision, at the end of a run. Safe to repeat. */
  mendDecided(run: Run): Promise<{ mended: number }>;
}

/** All activities of the `reconciliation` queue. */
export type ReconciliationActivities = RunActivities &
  CompareActivities &
  CompareWorkflowsActivities &
  MendActivities &
  MendDecidedActivities;
