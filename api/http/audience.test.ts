/** Sentences that staff read are not written for guests: the API's, which both read, and those of the staff's pages. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** What only a guest has or is told: her card, order and bank, the kitchen as the place where it all comes from. */
const FOR_GUESTS =
  /\b(your (card|order|bank|table|money|payment|receipt)|the kitchen|we look after|you ordered)\b/i;

/** Files whose sentences staff may read. What is for guests alone names its reader beside it. */
const FOLDERS = [
  'web/src/lib/agent',
  'web/src/routes/agent',
  'web/src/lib/api',
  'api/http',
  'api/orders',
  'api/catalog',
];
/** Said to the one who places the order, or hands its cash over: to nobody of the staff, or of a real kitchen. */
const EXCEPTIONS: Readonly<Record<string, RegExp>> = {
  'api/orders/decided-order.ts': /We could not take your order/,
  'web/src/lib/agent/counter/CashDialog.svelte': /goes to the kitchen/,
};

function sentencesOf(file: string): string[] {
  const source = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|<!--[\s\S]*?-->/gm, '');
  return source.split('\n').filter((line) => FOR_GUESTS.test(line) && !EXCEPTIONS[file]?.test(line));
}

test.each(FOLDERS)('no sentence in %s is for guests', (folder) => {
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => /\.(ts|svelte)$/.test(file) && !file.endsWith('.test.ts'))
    .map((file) => `${folder}/${file}`);
  expect(files.length).toBeGreaterThan(0);
  expect(files.flatMap((file) => sentencesOf(file).map((line) => `${file}: ${line.trim()}`))).toEqual([]);
});
