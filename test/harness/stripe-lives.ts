/** Life cycles of orders, accounts and tabs that together make every call to Stripe, in acts that faults can target. */

import type Stripe from 'stripe';
import type { Fault, FaultRequest } from 'stripe-stand-in';
import type { OrdersWatch } from './orders-watch.ts';
import type { System } from './system.ts';
import type { Visitor } from '../setup/visitor.ts';

/** The system a life cycle runs on. */
export interface Stage {
  readonly system: System;
  readonly admin: Visitor;
  readonly variantId: string;
  readonly watch: OrdersWatch;
  readonly dashboard: Stripe;
  /** Runs a worker's periodic jobs now; returns the failures. */
  lookAround(): Promise<unknown[]>;
}

/** The order, account or tab of a life cycle. Faults target `about`; without it they affect every caller. */
export interface Hero {
  readonly about?: string;
  /** The order whose money is compared with Stripe at the end. */
  readonly orderId?: string;
}

/** One step of a life cycle, with the calls it makes to Stripe. */
export interface Act<H extends Hero> {
  readonly name: string;
  /** Its calls, each given a separate fault; `saying` selects the call whose request contains this text. */
  readonly calls: readonly (Call | { readonly call: Call; readonly saying: string })[];
  /** Stripe's webhook events about it, each given a separate fault; none: no event is expected. */
  readonly events?: readonly string[];
  /** The target of its calls, when it is not the hero. */
  about?(hero: H): string;
  /** A preceding failure, without which the call would not be made. */
  readonly first?: FaultRequest;
  /** Performs the act, and waits for the state it must reach despite any fault. */
  play(stage: Stage, hero: H, faults: readonly Fault[]): Promise<unknown>;
}

export interface Life<H extends Hero> {
  begin(stage: Stage): Promise<H>;
  readonly acts: readonly Act<H>[];
  /** Its calls do not identify their target, so faults are tried one at a time. */
  readonly alone?: true;
}

/** Every Stripe operation the product uses, with its SDK call. */
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
  'DELETE /v1/customers/*': 'customers.del',
  'GET /v1/customers/*/payment_methods': 'customers.listPaymentMethods',
  'GET /v1/payment_methods/*': 'paymentMethods.retrieve',
  'POST /v1/payment_methods/*/detach': 'paymentMethods.detach',
  'POST /v1/setup_intents': 'setupIntents.create',
  'GET /v1/setup_intents/*': 'setupIntents.retrieve',
  'POST /v1/setup_intents/*/cancel': 'setupIntents.cancel',
} as const;
export type Call = keyof typeof CALLS;

/** The call as a fault targets it. */
export function aimAt(call: Call): { method: string; path: string } {
  const [method = '', path = ''] = call.split(' ');
  return { method, path };
}

/** Stripe performs the call, but the response is lost. */
export function lost(call: Call): FaultRequest {
  return { kind: 'error_after', ...aimAt(call) };
}
