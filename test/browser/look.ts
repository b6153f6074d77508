/** Checks and screenshots for every page. */

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { setting } from '../../dev/environment.ts';

/** A folder for screenshots of the pages; without it, none are taken. */
export const PICTURES = setting('PICTURES_FOLDER');

/** Takes a full-page screenshot if screenshots are enabled. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}

/** Resolves once nothing fades or moves any more, except what never ends. */
const AT_REST = `Promise.allSettled(
  document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity).map((one) => one.finished)
).then(() => undefined)`;

/** Expects axe to find no violation once the page is at rest; a failure names each violation with its element. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(AT_REST);
  // Half a megabyte: once per document is enough.
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe.source);
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)`,
  );
  expect(found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}
