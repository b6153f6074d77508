/** Sentences for staff are not written for guests: the API's shared messages and those of the staff's pages. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Words that address a guest only: her card, order and bank, or the kitchen as a distant place. */
const FOR_GUESTS =
  /\b(your (card|order|bank|table|money|payment|receipt)|the kitchen|we look after|you ordered)\b/i;

/** Files whose sentences staff may read. Sentences for guests alone are marked there. */
const FOLDERS = [
  'web/src/lib/agent',
  'web/src/routes/agent',
  'web/src/lib/api',
  'api/http',
  'api/orders',
  'api/catalog',
];
/** Addressed to a guest who orders or pays cash, never to staff. */
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
