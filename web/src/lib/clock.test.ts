/** Nothing on the pages trusts the device's clock: what is relative to now counts from `serverClock`. */

import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);

/** What may read the device's clock: to learn from it how far it is off. */
const MEASURE = ['web/src/lib/session/server-clock.svelte.ts', 'web/src/lib/api/request.ts'];

it('reads the device’s clock only to measure it', () => {
  const readers = globSync(['web/src/**/*.{svelte,ts}', 'domain/**/*.ts'], { cwd: root })
    .filter((file) => !file.endsWith('.test.ts') && !MEASURE.includes(file))
    .filter((file) =>
      /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)/.test(readFileSync(new URL(file, root), 'utf8')),
    );
  expect(readers).toEqual([]);
});
