/** The actions of tests on the operations screen: compare, find a difference, press its button. */

import { expect } from 'vitest';
import type { Difference, Reconciliation } from '../../domain/contract/reconciliation.ts';
import type { DifferenceKind } from '../../domain/reconciliation.ts';
import { signUp, Visitor } from '../setup/visitor.ts';
import { startSystem, type System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { addProduct } from '../setup/menu.ts';

export interface Operator {
  readonly admin: Visitor;
  /** Compares now and returns every difference. */
  compare(): Promise<Difference[]>;
  /** Compares until exactly this is found for the order, or for the differences that `is` accepts. */
  find(kind: DifferenceKind, is: (difference: Difference) => boolean): Promise<Difference>;
  /** Presses a difference's button and expects the difference to be gone. */
  mend(difference: Difference): Promise<void>;
  /** Finds and mends a difference, compares again, and expects it to stay closed. */
  findAndMend(kind: DifferenceKind, is: (difference: Difference) => boolean): Promise<Difference>;
}

/**
 * The product with one item on the menu and an admin who compares; no settling time is allowed, and unless
 * `mendsItself`, every difference waits for a person.
 */
export async function startComparing(
  options: { worker?: boolean; mendsItself?: boolean } = {},
): Promise<{ system: System; operator: Operator; variantId: string }> {
  const { mendsItself = false, ...rest } = options;
  const environment = { RECONCILE_SETTLED_SECONDS: '0', RECONCILE_MENDS_ITSELF: String(mendsItself) };
  const system = await startSystem({ ...rest, environment });
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 500, available: 1000 }],
  });
  const operator = await startOperator(system);
  const offer = { body: { tabsElsewhere: 'both' } };
  expect((await operator.admin.call('PATCH', '/api/settings', offer)).status).toBe(200);
  return { system, operator, variantId: product.variants[0]!.id };
}

/** Signs up an admin. */
async function startOperator(system: System): Promise<Operator> {
  const admin = new Visitor(system.url);
  await signUp(admin, system.databases, 'admin');

  async function readRuns(): Promise<Reconciliation> {
    const { status, body } = await admin.get<Reconciliation>('/api/reconciliation');
    expect(status).toBe(200);
    return body;
  }

  async function compare(): Promise<Difference[]> {
    const known = new Set((await readRuns()).runs.map(({ id }) => id));
    const reply = await admin.post('/api/reconciliation/run');
    expect(reply.status, JSON.stringify(reply.body)).toBe(202);
    await until('the comparison has ended', async () => {
      const run = (await readRuns()).runs.find(({ id }) => !known.has(id));
      expect(run?.status).not.toBe('failed');
      return run?.status === 'completed';
    });
    const list = await admin.get<{ items: Difference[] }>('/api/differences');
    expect(list.status).toBe(200);
    return list.body.items;
  }

  const find: Operator['find'] = (kind, is) => {
    let last: Difference[] = [];
    const look = async () => {
      last = await compare();
      return last.find((difference) => difference.kind === kind && is(difference));
    };
    return until(`a difference: ${kind}`, look, { last: () => last });
  };

  const mend: Operator['mend'] = async ({ id, action }) => {
    const reply = await admin.post(`/api/differences/${id}/mend`, { action });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    expect(reply.body.difference.mends[0], JSON.stringify(reply.body)).toMatchObject({
      action,
      by: 'A admin',
      outcome: 'mended',
    });
    expect(reply.body.difference).toMatchObject({ status: 'closed' });
  };

  return {
    admin,
    compare,
    find,
    mend,
    findAndMend: async (kind, is) => {
      const difference = await find(kind, is);
      await mend(difference);
      const left = await compare();
      expect(left.filter(({ id }) => id === difference.id)).toEqual([]);
      return difference;
    },
  };
}
