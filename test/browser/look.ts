/** What is looked at on every page, whoever is on it. */

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { setting } from '../../dev/environment.ts';

/** A folder for pictures of the pages; none are taken without it. */
export const PICTURES = setting('PICTURES_FOLDER');

/** Takes a picture of the whole page, where pictures are wanted. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}

/** Expects that axe finds nothing, or names each thing with the element it is about. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    `axe.run(document).then((result) => result.violations)`,
  );
  expect(found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}
