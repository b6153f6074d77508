/** What compares our records with Stripe and Temporal, and what mends, as the workflows call it. */

import type { Compared, MendOutcome } from '../../domain/reconciliation.ts';
import type { RefundInput } from '../refunds/messages.ts';

/** The run that a step belongs to. */
export interface Run {
  readonly reconciliationId: string;
}

/** How a try to mend went, and the refunds that belong to it and are to be made now. */
export interface MendStep {
  /** `again`: Stripe failed, and keeps that under the keys of this try: there must be another. */
  readonly outcome: MendOutcome | 'again';
  /** What there is to say of it: why it was refused or has failed; null when there is nothing. */
  readonly note: string | null;
  readonly refunds: readonly RefundInput[];
  /** The order that mails may be due for; null for none. */
  readonly orderId: string | null;
}

/** How a mend ends. */
export interface MendEnd {
  readonly outcome: MendOutcome;
  readonly note: string | null;
}

/** Does what a mend's row asks for. */
export interface MendActivities {
  /** Tries it, if the difference is still what it was. `attempt` counts from 1: each try has its own keys at Stripe. */
  mendDifference(request: { mendId: string; attempt: number }): Promise<MendStep>;

  /** Looks again, writes the outcome down and closes a difference that is gone. */
  endMend(end: MendEnd & { mendId: string }): Promise<{ outcome: MendOutcome }>;
}

/** The beginning and the end of a run. Each is safe to repeat. */
export interface RunActivities {
  /** Writes down that a run has begun. */
  beginReconciliation(run: Run & { startedBy: string }): Promise<void>;

  /** Writes down what a run has compared; what it did not see again is closed. */
  endReconciliation(run: Run & { compared: Compared }): Promise<{ found: number; closed: number }>;

  /** Writes down that a run was given up. */
  failReconciliation(run: Run): Promise<void>;
}

/** Our records against Stripe, and against each other. */
export interface CompareActivities {
  compareIntents(run: Run): Promise<{ compared: number }>;
  comparePayments(run: Run): Promise<{ compared: number }>;
  compareOrders(run: Run): Promise<{ compared: number }>;
  compareBookings(run: Run): Promise<{ compared: number }>;
  findUnknownOutcomes(run: Run): Promise<void>;
}

/** Our records against Temporal. */
export interface CompareWorkflowsActivities {
  compareWorkflows(run: Run): Promise<{ compared: number }>;
  compareOtherWorkflows(run: Run): Promise<{ compared: number }>;
  findOverdueHolds(run: Run): Promise<void>;
}

/** What nobody has to decide about. */
export interface MendDecidedActivities {
  /** Mends it, at the end of a run. Safe to repeat. */
  mendDecided(run: Run): Promise<{ mended: number }>;
}

/** All of them, which run on the `reconciliation` queue. */
export type ReconciliationActivities = RunActivities &
  CompareActivities &
  CompareWorkflowsActivities &
  MendActivities &
  MendDecidedActivities;
