/** Pages never trust the device's clock: times relative to now use `serverClock`. */

import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);

/** Files that may read the device's clock, to measure its offset. */
const MEASURE = ['web/src/lib/shop/server-clock.svelte.ts', 'web/src/lib/api/request.ts'];

it('reads the device’s clock only to measure it', () => {
  const readers = globSync(['web/src/**/*.{svelte,ts}', 'domain/**/*.ts'], { cwd: root })
    .filter((file) => !file.endsWith('.test.ts') && !MEASURE.includes(file))
    .filter((file) =>
      /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)/.test(readFileSync(new URL(file, root), 'utf8')),
    );
  expect(readers).toEqual([]);
});
