/** Which files may write to which table: all others use the one writer that asserts its transitions. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** Marks an order as being ended, which is not a status. */
const CLOSING = 'db/orders/orders/progress.ts';

/** A tab's commands, its opening, and what its rounds tell it. */
const TAB_WRITERS = [
  'db/orders/tabs/change-tab.ts',
  'db/orders/tabs/open-tab.ts',
  'db/orders/tabs/tell-tab.ts',
];

/** The only files whose statements may write to the table. */
const WRITERS: Readonly<Record<string, readonly string[]>> = {
  orders: [
    // That a change is over, once the stock has followed it.
    ...['db/orders/changes/change-unpaid.ts', 'db/orders/changes/pay-change.ts'],
    'db/orders/orders/change-order.ts',
    'db/orders/orders/place-order.ts',
    'db/orders/tabs/claim-part.ts',
    'db/orders/tabs/merge-tabs.ts',
    'db/orders/tabs/send-round.ts',
    CLOSING,
  ],
  shares: ['db/orders/payments/change-shares.ts'],
  payments: ['db/orders/payments/change-shares.ts'],
  order_events: [
    'db/orders/orders/change-order.ts',
    'db/orders/orders/place-order.ts',
    'db/orders/tabs/claim-part.ts',
    'db/orders/tabs/send-round.ts',
  ],
  tabs: TAB_WRITERS,
  tab_events: TAB_WRITERS,
  lines: [
    'db/orders/changes/write-bill.ts',
    'db/orders/changes/take-lines-off.ts',
    'db/orders/orders/place-order.ts',
    'db/orders/tabs/basket-lines.ts',
    'db/orders/tabs/cancel-lines.ts',
    'db/orders/tabs/claim-part.ts',
    'db/orders/tabs/merge-tabs.ts',
    'db/orders/tabs/return-lines.ts',
    'db/orders/tabs/send-round.ts',
    'db/orders/tabs/settle-claim.ts',
    'db/orders/tabs/write-off.ts',
  ],
};

const sources = globSync('{api,db,domain,temporal,web/src,workers,workflows}/**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('.test.ts') && !file.includes('/migrations/'))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const filesWith = (pattern: RegExp) =>
  sources.flatMap(({ file, text }) => (pattern.test(text) ? [file] : [])).toSorted();

test.each(Object.entries(WRITERS))('%s is written to by its writer alone', (table, writers) => {
  const statement = new RegExp(
    `\\b(insert\\s+into|update|delete\\s+from)\\s+(only\\s+)?${table}\\b(?!\\s*;)`,
    'i',
  );
  expect(filesWith(statement)).toEqual(writers.toSorted());
});

test('no row of theirs is read so that a change of it would be written back', () => {
  expect(
    filesWith(/\.(find|findOne|create|assign|upsert|nativeUpdate)\(\s*(Order|Share|Payment)Entity\b/),
  ).toEqual([]);
});

test("an order's status is set by the writer that asserts the transitions table", () => {
  const statement = /\bupdate\s+orders\b[^`]*?\bset\b[^`]*?\bstatus\s*=/i;
  expect(filesWith(statement)).toEqual(['db/orders/orders/change-order.ts']);
});

test('statuses and kinds in SQL come from the lists of the domain and the entities', () => {
  expect(filesWith(/(?<!check \()\b(status|kind|type|operation)\s+(not\s+)?in\s*\(\s*'/i)).toEqual([]);
});

test('no id is looked for in a text', () => {
  expect(filesWith(/\b(strpos|split_part|regexp_\w+)\([^)]*(id\b|key\b|::text)/i)).toEqual([]);
  // A workflow's memo, a difference's details and columns have the ids that are also parts of names.
  const noun = '\\(?(?:order|refund|share|payment|mend)(?:\\|\\w+)*\\)?-';
  const inText = new RegExp(`/\\^${noun}|/${noun}[[(]|(?:startsWith|slice|split)\\('${noun}`);
  expect(inText.test(`/refund-([0-9a-f-]{36})/`) && inText.test(`/^(order|refund)-/`)).toBe(true);
  expect(filesWith(inText)).toEqual([]);
});
