/** Everything in which the product calls Stripe, as lives of orders and accounts, act by act, for faults to strike. */

import type Stripe from 'stripe';
import type { Fault, FaultRequest } from 'stripe-stand-in';
import type { OrdersWatch } from './orders-watch.ts';
import type { System } from './system.ts';
import type { Visitor } from '../setup/visitor.ts';

/** What lives are played on. */
export interface Stage {
  readonly system: System;
  readonly admin: Visitor;
  readonly variantId: string;
  readonly watch: OrdersWatch;
  readonly dashboard: Stripe;
  /** The rounds that a worker makes by itself every few seconds, now; answers what failed of them. */
  lookAround(): Promise<unknown[]>;
}

/** Whom a life is about: faults are aimed by `about`; without it they strike whoever makes that call. */
export interface Hero {
  readonly about?: string;
  /** The order whose money is compared with Stripe's in the end. */
  readonly orderId?: string;
}

/** One step of a life, with what it calls Stripe for. */
export interface Act<H extends Hero> {
  readonly name: string;
  /** The calls in it, each struck by a fault of its own; `saying`: the one among its like that says this. */
  readonly calls: readonly (Call | { readonly call: Call; readonly saying: string })[];
  /** Events of Stripe that tell of it, each struck by a fault of its own; none: nobody waits to be told. */
  readonly events?: readonly string[];
  /** Whom its calls are about, when that is not the hero. */
  about?(hero: H): string;
  /** What fails before: without that the call would not be made. */
  readonly first?: FaultRequest;
  /** Does it, and waits until it is as it must be whatever strikes. */
  play(stage: Stage, hero: H, faults: readonly Fault[]): Promise<unknown>;
}

export interface Life<H extends Hero> {
  begin(stage: Stage): Promise<H>;
  readonly acts: readonly Act<H>[];
  /** Its calls say nothing of whom they are for, so one knob is turned after the other. */
  readonly alone?: true;
}

/** Every operation at Stripe that the product makes, and how the SDK calls it. */
export const CALLS = {
  'POST /v1/payment_intents': 'paymentIntents.create',
  'POST /v1/payment_intents/*/confirm': 'paymentIntents.confirm',
  'POST /v1/payment_intents/*/capture': 'paymentIntents.capture',
  'POST /v1/payment_intents/*/cancel': 'paymentIntents.cancel',
  'GET /v1/payment_intents/*': 'paymentIntents.retrieve',
  'GET /v1/payment_intents': 'paymentIntents.list',
  'POST /v1/refunds': 'refunds.create',
  'GET /v1/refunds': 'refunds.list',
  'GET /v1/disputes': 'disputes.list',
  'GET /v1/charges': 'charges.list',
  'GET /v1/events': 'events.list',
  'POST /v1/customers': 'customers.create',
  'GET /v1/customers/*/payment_methods': 'customers.listPaymentMethods',
  'GET /v1/payment_methods/*': 'paymentMethods.retrieve',
  'POST /v1/payment_methods/*/detach': 'paymentMethods.detach',
} as const;
export type Call = keyof typeof CALLS;

/** As a fault aims at it. */
export function aimAt(call: Call): { method: string; path: string } {
  const [method = '', path = ''] = call.split(' ');
  return { method, path };
}

/** Stripe does it, and nobody hears of it. */
export function lost(call: Call): FaultRequest {
  return { kind: 'error_after', ...aimAt(call) };
}
