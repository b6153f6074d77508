import type { Call } from './call.ts';
import { invalidRequest } from './errors.ts';

type Json = Record<string, unknown>;

/** Ids of these objects can be expanded, by the start of the id. */
function load(call: Call, id: string): object | undefined {
  const { store } = call;
  const byPrefix: Record<string, { find(id: string): { object: object } | undefined }> = {
    pi: store.paymentIntents,
    seti: store.setupIntents,
    ch: store.charges,
    re: store.refunds,
    pm: store.paymentMethods,
    cus: store.customers,
    du: store.disputes,
    txn: store.balanceTransactions,
  };
  return byPrefix[id.slice(0, id.indexOf('_'))]?.find(id)?.object;
}

/** Replaces the ids at the named paths (`latest_charge.balance_transaction`, `data.customer`) by their objects. */
export function expand(call: Call, answer: object, paths: readonly string[]): object {
  if (paths.length === 0) return answer;
  const copy = structuredClone(answer);
  for (const path of paths) {
    const keys = path.split('.');
    if (keys.length > 4 + (keys[0] === 'data' ? 1 : 0)) {
      throw invalidRequest(`You cannot expand more than 4 levels of a property. Property: ${path}`, {
        param: 'expand',
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
  if (key === 'refunds' && target['object'] === 'charge') {
    const id = String(target['id']);
    target['refunds'] ??= {
      object: 'list',
      data: call.store.refunds.all('charge', id).toReversed(),
      has_more: false,
      url: `/v1/charges/${id}/refunds`,
    };
  }
  if (!(key in target)) {
    throw invalidRequest(
      `This property cannot be expanded (${path}). You may want to try expanding 'data.${path}' instead.`,
      { param: 'expand' },
    );
  }
  const value = target[key];
  if (typeof value === 'string') {
    const loaded = load(call, value);
    if (!loaded) throw invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
    target[key] = structuredClone(loaded);
  }
  const next = target[key];
  if (rest.length === 0 || next === null || next === undefined) return;
  if (Array.isArray(next)) for (const item of next as Json[]) expandAt(call, item, rest, path);
  else expandAt(call, next as Json, rest, path);
}
