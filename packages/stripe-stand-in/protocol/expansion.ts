import type { Call } from './call.ts';
import { invalidRequest } from './errors.ts';

type Json = Record<string, unknown>;

/** What can be expanded, by kind of object: https://docs.stripe.com/expand. */
const EXPANDABLE: Readonly<Record<string, readonly string[]>> = {
  balance_transaction: ['source'],
  charge: [
    'application',
    'application_fee',
    'balance_transaction',
    'customer',
    'failure_balance_transaction',
    'on_behalf_of',
    'payment_intent',
    'refunds',
    'review',
    'source_transfer',
  ],
  customer: ['default_source', 'invoice_settings.default_payment_method', 'test_clock'],
  dispute: ['charge', 'payment_intent'],
  payment_intent: [
    'application',
    'customer',
    'latest_charge',
    'on_behalf_of',
    'payment_method',
    'review',
    'source',
  ],
  payment_method: ['customer'],
  refund: [
    'balance_transaction',
    'charge',
    'failure_balance_transaction',
    'payment_intent',
    'source_transfer_reversal',
    'transfer_reversal',
  ],
  setup_intent: [
    'application',
    'customer',
    'latest_attempt',
    'mandate',
    'on_behalf_of',
    'payment_method',
    'single_use_mandate',
  ],
};
const MOST_LEVELS = 4;

/** Replaces the ids at the named paths (`latest_charge.balance_transaction`, `data.customer`) by their objects. */
export function expand(call: Call, answer: object, paths: readonly string[]): object {
  if (paths.length === 0) return answer;
  // A list's objects were read for this response only; any other object may be part of an unsent event.
  const copy = (answer as Json)['object'] === 'list' ? answer : structuredClone(answer);
  for (const path of paths) {
    const keys = path.split('.');
    if (keys.length > MOST_LEVELS) {
      throw invalidRequest(`You cannot expand more than 4 levels of a property. Property: ${path}`, {
        code: 'property_expansion_max_depth',
      });
    }
    expandAt(call, copy as Json, keys, path);
  }
  return copy;
}

function expandAt(call: Call, target: Json, keys: readonly string[], path: string): void {
  const [key = '', ...rest] = keys;
  if (target['object'] === 'list' && key === 'data') {
    for (const item of target['data'] as Json[]) expandAt(call, item, rest, path);
    return;
  }
  const expandable = EXPANDABLE[String(target['object'])] ?? [];
  const hidden = call.publishable && !(key in target);
  if (expandable.includes(key) && !hidden) expandField(call, target, key, rest, path);
  else if (rest[0] !== undefined && expandable.includes(`${key}.${rest[0]}`))
    expandField(call, target[key] as Json, rest[0], rest.slice(1), path);
  else throw notExpandable(path, target['object'] === 'list');
}

function expandField(call: Call, target: Json, key: string, rest: readonly string[], path: string): void {
  if (key === 'refunds') target[key] ??= refundsOf(call, String(target['id']));
  const value = target[key];
  if (typeof value === 'string') target[key] = call.store.find(value) ?? value;
  const next = target[key];
  if (rest.length === 0 || typeof next !== 'object' || next === null) return;
  expandAt(call, next as Json, rest, path);
}

function refundsOf(call: Call, charge: string): object {
  return {
    object: 'list',
    data: call.store.refunds.all('charge', charge).toReversed(),
    has_more: false,
    url: `/v1/charges/${charge}/refunds`,
  };
}

function notExpandable(path: string, inList: boolean): Error {
  const hint = inList ? ` You may want to try expanding 'data.${path}' instead.` : '';
  return invalidRequest(`This property cannot be expanded (${path}).${hint}`);
}
