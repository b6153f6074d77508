import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeOrder } from '../harness/buyer.ts';
import { startSystem, type System } from '../harness/system.ts';
import { environmentOf } from '../harness/worker-process.ts';
import { checkInvariants, type CheckOptions } from './check.ts';
import { LEDGER_PLANTS } from './plants/ledger.ts';
import { MAIL_PLANTS } from './plants/mails.ts';
import { BILL_PLANTS } from './plants/bills.ts';
import { CHANGE_PLANTS } from './plants/changes.ts';
import { PAYMENT_PLANTS } from './plants/payments.ts';
import { createStage, type Plant, type Stage } from './plants/stage.ts';
import { STOCK_PLANTS } from './plants/stock.ts';
import { TAB_PLANTS } from './plants/tabs.ts';
import { WORKFLOW_PLANTS } from './plants/workflows.ts';
import { describeViolation, INVARIANTS, type Violation } from './violation.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

let system: System;
let stage: Stage;
beforeAll(async () => {
  system = await startSystem();
  stage = createStage(system);
});
// The planted violations remain, so this system skips the invariant check that ends other tests.
afterAll(() => system?.stop({ check: false }));

const check = (more: Partial<CheckOptions> = {}): Promise<Violation[]> =>
  checkInvariants({
    databases: system.databases,
    stripe: system.stripeApi,
    temporal: system.temporal,
    mails: system.mailServer.mails,
    standInUrl: system.stripe.url,
    settleMs: 0,
    ...more,
  });

const PLANTS: readonly Plant[] = [
  ...PAYMENT_PLANTS,
  ...LEDGER_PLANTS,
  ...STOCK_PLANTS,
  ...WORKFLOW_PLANTS,
  ...MAIL_PLANTS,
  ...TAB_PLANTS,
  ...CHANGE_PLANTS,
  ...BILL_PLANTS,
];

/** Output and exit code of `npm run check:invariants`. */
async function runCommand(): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: environmentOf(system),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

test('a system in which all is well has no violation, and the command says so', async () => {
  const { place, confirmed, canceled, paidInCash } = stage;
  await confirmed();
  const refunded = await confirmed();
  await refunded.cancel(system.agent);
  await refunded.untilClosed();
  await canceled('pm_card_chargeDeclined');
  const { id, variantId } = await place();
  expect(id).toBeTruthy();
  await (await placeOrder(system, { variantId, holdMs: 600 })).untilClosed();
  const inCash = await paidInCash();
  await system.agent.command(`/api/orders/${inCash.id}/refunds`, { amount: 100, reason: 'cold' });
  const completed = await confirmed();
  await completed.serve();
  expect(await check({ settleMs: 20_000 })).toEqual([]);
  const { code, output } = await runCommand();
  expect(output).toContain('All invariants hold, of 7 orders');
  expect(code).toBe(0);
});

test('the command prints a violation and ends with 1', async () => {
  const { orders, confirmed } = stage;
  const order = await confirmed();
  await orders(`update orders set total_amount = total_amount + 1 where id = ?`, order.id);
  const { code, output } = await runCommand();
  expect(output).toMatch(
    new RegExp(`^M9  order ${order.id}: its lines come to 700, and its total is 701$`, 'm'),
  );
  expect(code).toBe(1);
  await orders(`update orders set total_amount = total_amount - 1 where id = ?`, order.id);
});

describe('the checker finds', () => {
  const named = new Map<Plant, string>();
  let found: readonly Violation[] = [];
  beforeAll(async () => {
    const waiting = [...PLANTS];
    const work = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) named.set(next, await next.plant(stage));
    };
    await Promise.all([work(), work(), work(), work()]);
    found = await check();
  });

  test.each(PLANTS)('$id: $what', (planted) => {
    const lines = found.filter(({ id }) => id === planted.id).map(describeViolation);
    expect(lines.join('\n')).toContain(named.get(planted));
  });

  test('W3: histories that do not replay with these workflows', async () => {
    const order = await stage.confirmed();
    const workflowsPath = fileURLToPath(new URL('other-workflows.ts', import.meta.url));
    const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
    const found = await check({ workflowBundle });
    const lines = found.filter(({ id }) => id === 'W3').map(describeViolation);
    expect(lines.join('\n')).toContain(order.id);
  });

  test('a mail that nobody wrote', async () => {
    const stray = {
      to: ['eve@example.test'],
      messageId: `<${randomUUID()}@localhost>`,
      subject: 'Your receipt',
    };
    const found = await check({ mails: [...system.mailServer.mails, stray] });
    expect(found.find(({ id, sentence }) => id === 'E2' && sentence.includes(stray.messageId))).toBeTruthy();
  });
});

test('every invariant that the checker names has a violation planted here', () => {
  const planted = new Set<string>(['W3', ...PLANTS.map(({ id }) => id)]);
  expect(Object.keys(INVARIANTS).filter((id) => !planted.has(id))).toEqual([]);
});

test('a violation is told in one line with its id and its order', () => {
  expect(describeViolation({ id: 'M1', orderId: 'abc', sentence: 'it kept 5' })).toBe(
    'M1  order abc: it kept 5',
  );
  expect(describeViolation({ id: 'S2', orderId: null, sentence: 'lost' })).toBe('S2  no one order: lost');
});
