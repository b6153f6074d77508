/** The outcome of the bench's n-th payment, the same in our databases and at Stripe unless a difference is planted. */

import { createHash } from 'node:crypto';
import type { Fate } from './templates.ts';

/** The first payment's time; the others follow at intervals of `stepSeconds`. Both in seconds. */
export interface Calendar {
  readonly firstAt: number;
  readonly stepSeconds: number;
}

/** A range of payments, by their numbers. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Spreads `count` payments over the ninety days before yesterday. */
export function spread(count: number): Calendar {
  const days = 90;
  const firstAt = Math.floor(Date.now() / 1000) - (days + 1) * 86_400;
  return { firstAt, stepSeconds: (days * 86_400) / count };
}

/** Returns the time of the n-th payment, in seconds. */
export function timeOf({ firstAt, stepSeconds }: Calendar, n: number): number {
  return Math.floor(firstAt + n * stepSeconds);
}

/**
 * One in 20 was partly refunded, one in 30 expired with a voided authorization; the SQL in fill-orders.ts does the
 * same.
 */
export function fateOf(n: number): Fate {
  if (n % 20 === 0) return 'refunded';
  return n % 30 === 1 ? 'voided' : 'captured';
}

/** Returns the id of the n-th order, share or payment: `md5(name || n)::uuid` in SQL. */
export function idOf(name: 'order' | 'share' | 'payment', n: number): string {
  const hex = createHash('md5').update(`${name}${n}`).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Returns the Stripe id of the n-th payment's PaymentIntent (`pi`), charge (`ch`), … */
export function stripeIdOf(name: string, n: number | string): string {
  return `${name}_bench${n}`;
}
