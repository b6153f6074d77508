/** Every page in the pseudo-locale, in which every text is longer by a half: what overflows there overflows in German. */

import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { PSEUDO_LOCALE } from '../../messages/language-cookie.ts';

const ROUTES = fileURLToPath(new URL('../../web/src/routes/', import.meta.url));

/** The ids in addresses: `{ '/orders': '1b4e…' }` for `/orders/[id]`. */
export type Ids = Readonly<Record<string, string>>;

/** The addresses of all pages, read from the routes. Throws for a page whose id is not given. */
export function allPages(ids: Ids): { readonly guests: string[]; readonly staff: string[] } {
  const pages = globSync('**/+page.svelte', { cwd: ROUTES }).map((file) => {
    const parts = file.split('/').filter((part) => !/^\(.*\)$|^\+page/.test(part));
    return parts.reduce((path, part) => {
      if (!part.startsWith('[')) return `${path}/${part}`;
      const id = ids[path];
      if (id === undefined) throw new Error(`what is the id in ${file}? Name it in the ids of this call`);
      return `${path}/${id}`;
    }, '');
  });
  const isForStaff = (path: string) => /^\/agent(\/|$)/.test(path);
  return {
    guests: [...pages.filter((path) => !isForStaff(path)), '/nowhere'].map((path) => path || '/').toSorted(),
    staff: pages.filter(isForStaff).toSorted(),
  };
}

/** Has this person's pages from `url` in the pseudo-locale. */
export async function speakPseudo(page: Page, url: string): Promise<void> {
  await page.context().addCookies([{ name: 'language', value: PSEUDO_LOCALE, url }]);
}

/**
 * Opens a page and returns by how many pixels it is wider than the window. Throws if the pseudo-locale was not built:
 * `PSEUDO_LOCALE=true npm run build:web`.
 */
export async function overflowOf(page: Page, path: string): Promise<number> {
  await page.goto(path);
  await page.locator('h1, article').first().waitFor();
  await page.waitForLoadState('networkidle');
  if ((await page.getAttribute('html', 'lang')) !== PSEUDO_LOCALE)
    throw new Error(`${path} is not in the pseudo-locale: build the pages with PSEUDO_LOCALE=true`);
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
