/** The pictures of the docs: each in light and in dark. */

import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import { seePictures } from '../browser/people.ts';

export const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
/** A picture's name ends with its scheme's suffix. */
export const SCHEMES = { light: '', dark: '-dark' } as const;
export type Scheme = keyof typeof SCHEMES;
const BOTH = Object.keys(SCHEMES) as Scheme[];

/** What is within sight, in light and in dark. Leaves the page in light. */
export async function look(page: Page): Promise<Record<Scheme, Buffer>> {
  // A focus would be drawn in the pictures of who has just typed only.
  await page.evaluate('document.activeElement?.blur()');
  await page.evaluate('document.fonts.ready');
  await seePictures(page);
  await page.evaluate(
    'Promise.all([...document.images].filter((it) => it.complete).map((it) => it.decode()))',
  );
  const dark = await see(page, 'dark');
  const light = await see(page, 'light');
  return { light, dark };
}

async function see(page: Page, colorScheme: Scheme): Promise<Buffer> {
  await page.emulateMedia({ colorScheme });
  return page.screenshot({ animations: 'disabled' });
}

/** Keeps a picture of what is within sight. */
export async function shoot(page: Page, name: string): Promise<void> {
  const seen = await look(page);
  for (const scheme of BOTH) await keep(sharp(seen[scheme]), name, scheme);
}

/** Keeps a picture in few colors: a few of them more would not be seen. */
export async function keep(picture: Sharp, name: string, scheme: Scheme): Promise<void> {
  await picture.png({ palette: true, effort: 10 }).toFile(`${FOLDER}${name}${SCHEMES[scheme]}.png`);
}
